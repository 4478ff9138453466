import {
  discriminantSize,
  joinedFlat,
  layoutOf,
  memberOffsets,
  pascalCase,
  payloadOffset,
  payloads,
  type ResolvedType,
  resourceOf,
  type TypeDefinition,
  type ValueType,
} from '../../wit/index.js';
import { helperTexts } from './abi-helpers.js';
import { Names } from './names.js';
import { type Plan, terminal } from './plan.js';
import { Source } from './source.js';
import { GlueSpelling } from './spelling.js';
import { contains } from './types.js';
import { type AbiFunctions, type Operation, Values } from './values.js';

/** `abi.ts`: how values cross the boundary, a function for each type that asks for one. */
export class AbiFile implements AbiFunctions {
  readonly #functions = new Map<string, string>();
  readonly #names = new Names(['lowerString', ...Object.keys(helperTexts)]);
  readonly #helpers = new Set<string>();
  readonly #resources = new Map<TypeDefinition, string>();
  readonly #source = new Source();
  readonly #values: Values;
  readonly #spelling: GlueSpelling;
  readonly #queue: (() => void)[] = [];
  /** Bytes of `area`, where results are that go through memory. */
  #area = 0;

  constructor(readonly plan: Plan) {
    this.#spelling = new GlueSpelling(plan);
    this.#values = new Values(plan, this, this.#spelling);
  }

  typed(operation: Operation, type: ValueType): string {
    if (operation === 'store' && terminal(type).type.kind === 'string') return this.helper('storeString');
    const key = `${operation} ${this.#key(type)}`;
    let name = this.#functions.get(key);
    if (name === undefined) {
      name = this.#names.take(`${operation}${this.#title(type)}`);
      this.#functions.set(key, name);
      const taken = name;
      this.#queue.push(() => this.#make(operation, type, taken));
    }
    return name;
  }

  resource(operation: Operation, resource: TypeDefinition): string {
    let name = this.#resources.get(resource);
    if (name === undefined) {
      name = pascalCase(resource.name);
      while (['give', 'take', 'get', 'drop', 'rep'].some((one) => this.#names.has(`${one}${name}`))) name += '_';
      for (const one of ['give', 'take', 'get', 'drop', 'rep']) this.#names.take(`${one}${name}`);
      this.#resources.set(resource, name);
      this.#helpers.add('Table');
      const taken = name;
      this.#queue.push(() => this.#makeResource(resource, taken));
    }
    return `${operation}${name}`;
  }

  helper(name: string): string {
    this.#helpers.add(name);
    return name;
  }

  /** Room for a result. */
  area(type: ValueType): string {
    this.#area = Math.max(this.#area, layoutOf(type).size);
    return 'area';
  }

  toString(): string {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next();
    const out = new Source();
    out.line('/** How values cross the boundary of the component: the Canonical ABI, with strings in UTF-16. */');
    out.line(...this.#spelling.imports());
    const helpers = new Set(this.#helpers);
    // What comes later needs what came before, never the other way round.
    for (const [name, { needs }] of Object.entries(helperTexts).reverse()) {
      if (helpers.has(name)) for (const one of needs ?? []) helpers.add(one);
    }
    if (this.#area > 0) {
      out.gap();
      out.line('/** Where results are that go through memory. */');
      out.line(`export const area: usize = memory.data(${this.#area}, 8);`);
    }
    for (const [name, { text }] of Object.entries(helperTexts)) {
      if (!helpers.has(name)) continue;
      out.gap();
      out.line(...text.trim().split('\n'));
    }
    const made = this.#source.toString().trim();
    if (made !== '') {
      out.gap();
      out.line(...made.split('\n'));
    }
    return out.toString();
  }

  #make(operation: Operation, type: ValueType, name: string): void {
    this.#source.gap();
    const { type: resolved } = terminal(type);
    if (operation === 'load') this.#makeLoad(type, resolved, name);
    else if (operation === 'store') this.#makeStore(type, resolved, name);
    else if (operation === 'lower') this.#makeLower(type, resolved, name);
    else if (resolved.kind === 'variant') this.#makeLiftVariant(type, resolved, name);
    else this.#makeLift(type, resolved, name);
  }

  #makeLoad(type: ValueType, resolved: ResolvedType, name: string): void {
    const out = this.#source;
    const v = this.#values;
    const spelled = v.spell(type);
    out.block(`export function ${name}(at: usize): ${spelled}`, () => {
      if (resolved.kind === 'record' || resolved.kind === 'tuple') {
        const types = resolved.kind === 'record' ? resolved.fields.map((field) => field.type) : resolved.items;
        const offsets = memberOffsets(types);
        const parts = types.map((part, i) => v.load(part, 'at', offsets[i]!));
        const made =
          resolved.kind === 'record' ? this.#spelling.definition(terminal(type).definition!) : v.spell(resolved);
        out.call(`return new ${made}`, parts);
      } else if (resolved.kind === 'list' && resolved.length !== undefined) {
        out.line(`const values = new ${v.spell(resolved)}(${resolved.length});`);
        const { size } = layoutOf(resolved.element);
        out.block(`for (let i = 0; i < ${resolved.length}; i++, at += ${size})`, () =>
          out.line(`values[i] = ${v.load(resolved.element, 'at', 0)};`),
        );
        out.line('return values;');
      } else if (resolved.kind === 'option') {
        const some = v.load(resolved.some, 'at', payloadOffset(payloads(resolved)));
        out.line(`if (load<u8>(at) == 0) return ${v.none(resolved)};`, `return ${v.some(resolved, some)};`);
      } else if (resolved.kind === 'result') {
        const offset = payloadOffset(payloads(resolved));
        const [ok, error] = payloads(resolved).map((side) => (side === undefined ? '0' : v.load(side, 'at', offset)));
        out.line(
          `if (load<u8>(at) == 0) return ${v.side(resolved, 0, ok!)};`,
          `return ${v.side(resolved, 1, error!)};`,
        );
      } else if (resolved.kind === 'variant') {
        const offset = payloadOffset(payloads(resolved));
        this.#switch(type, resolved, `load<u${8 * discriminantSize(resolved.cases.length)}>(at)`, (index) =>
          v.load(resolved.cases[index]!.type!, 'at', offset),
        );
      } else out.line(`return ${v.load(type, 'at', 0)};`);
    });
  }

  /** Answers the case that a discriminant says, each with its payload. */
  #switch(
    type: ValueType,
    resolved: ResolvedType & { kind: 'variant' },
    discriminant: string,
    payload: (index: number) => string,
  ): void {
    const out = this.#source;
    const spelled = this.#spelling.definition(terminal(type).definition!);
    const { names } = this.#values.members(type);
    out.block(`switch (${discriminant})`, () => {
      resolved.cases.forEach((one, i) => {
        const label = i === resolved.cases.length - 1 ? 'default' : `case ${i}`;
        out.line(`${label}: return ${spelled}.${names[i]}(${one.type === undefined ? '' : payload(i)});`);
      });
    });
  }

  #makeLiftVariant(type: ValueType, resolved: ResolvedType & { kind: 'variant' }, name: string): void {
    const slots = ['i32', ...joinedFlat(payloads(resolved))].map((core, i) => ({ core, name: `_${i}` }));
    const params = slots.map((slot) => `${slot.name}: ${slot.core}`).join(', ');
    const names = slots.map((slot) => slot.name);
    this.#source.block(`export function ${name}(${params}): ${this.#values.spell(type)}`, () =>
      this.#switch(type, resolved, '_0', (index) =>
        this.#values.lift(resolved.cases[index]!.type!, this.#values.payload(resolved, index, names)),
      ),
    );
  }

  #makeStore(type: ValueType, resolved: ResolvedType, name: string): void {
    const out = this.#source;
    const v = this.#values;
    out.block(`export function ${name}(at: usize, value: ${v.spell(type)}): void`, () => {
      if (resolved.kind === 'record' || resolved.kind === 'tuple') {
        const types = resolved.kind === 'record' ? resolved.fields.map((field) => field.type) : resolved.items;
        const names = resolved.kind === 'record' ? v.members(type).names : types.map((_, i) => `_${i}`);
        memberOffsets(types).forEach((offset, i) => {
          out.line(v.store(types[i]!, 'at', offset, `value.${names[i]}`));
        });
      } else if (resolved.kind === 'list' && resolved.length !== undefined) {
        out.line(`assert(value.length == ${resolved.length}, "a list of ${resolved.length} has another length");`);
        const { size } = layoutOf(resolved.element);
        out.block(`for (let i = 0; i < ${resolved.length}; i++, at += ${size})`, () =>
          out.line(v.store(resolved.element, 'at', 0, 'value[i]')),
        );
      } else if (resolved.kind === 'variant' || resolved.kind === 'option' || resolved.kind === 'result') {
        const types = payloads(resolved);
        const offset = payloadOffset(types);
        out.line(`store<u${8 * discriminantSize(types.length)}>(at, ${v.discriminant(type, 'value')});`);
        if (resolved.kind === 'variant') {
          if (types.every((one) => one === undefined)) return;
          out.block('switch (value.kind)', () => {
            types.forEach((payload, i) => {
              if (payload === undefined) return;
              const { payload: of } = v.caseOf(type, i, 'value');
              out.line(`case ${i}: ${v.store(payload, 'at', offset, of)} break;`);
            });
          });
          return;
        }
        const [first, second] = types.map((payload, i) => {
          if (payload === undefined) return undefined;
          const { is, payload: of } = v.caseOf(type, i, 'value');
          return { is, store: v.store(payload, 'at', offset, of) };
        });
        if (first !== undefined) out.line(`if (${first.is}) ${first.store}`);
        if (second !== undefined) out.line(`${first === undefined ? `if (${second.is})` : 'else'} ${second.store}`);
      } else out.line(v.store(type, 'at', 0, 'value'));
    });
  }

  #makeLift(type: ValueType, resolved: ResolvedType, name: string): void {
    const out = this.#source;
    const v = this.#values;
    const entry = entryOf(resolved);
    out.block(`export function ${name}(list: usize, length: i32): ${v.spell(type)}`, () => {
      const made = resolved.kind === 'list' ? `Array<${v.spell(resolved.element)}>(length)` : `${v.spell(resolved)}()`;
      out.line(`const values = new ${made};`);
      const offsets = memberOffsets(entry);
      const [first, second] = entry.map((part, i) => v.load(part, 'at', offsets[i]!));
      const set = second === undefined ? `unchecked(values[i] = ${first})` : `values.set(${first}, ${second})`;
      out.line(`for (let i = 0, at = list; i < length; i++, at += ${entrySize(resolved)}) ${set};`);
      out.line('if (length > 0) heap.free(list);', 'return values;');
    });
  }

  #makeLower(type: ValueType, resolved: ResolvedType, name: string): void {
    const out = this.#source;
    const v = this.#values;
    const entry = entryOf(resolved);
    const size = entrySize(resolved);
    out.block(`export function ${name}(values: ${v.spell(type)}): usize`, () => {
      if (resolved.kind === 'map') {
        out.line('const keys = values.keys();');
        out.line(`const list = ${this.helper('scratch')}(<usize>keys.length * ${size});`);
        out.block(`for (let i = 0, at = list; i < keys.length; i++, at += ${size})`, () => {
          const offsets = memberOffsets(entry);
          out.line(v.store(entry[0]!, 'at', offsets[0]!, 'keys[i]'));
          out.line(v.store(entry[1]!, 'at', offsets[1]!, 'values.get(keys[i])'));
        });
      } else {
        out.line(`const list = ${this.helper('scratch')}(<usize>values.length * ${size});`);
        out.block(`for (let i = 0, at = list; i < values.length; i++, at += ${size})`, () =>
          out.line(v.store(entry[0]!, 'at', 0, 'values[i]')),
        );
      }
      out.line('return list;');
    });
  }

  #makeResource(resource: TypeDefinition, name: string): void {
    const out = this.#source;
    const file = this.plan.fileOf(resource);
    const spelled = this.#spelling.resource(resource);
    const module = JSON.stringify(`[export]${file.module}`);
    out.gap();
    out.line(`/** The objects of \`${resource.name}\` that handles stand for, by representation. */`);
    const table = `table${name}`;
    out.line(`const ${table} = new Table<${spelled}>();`);
    for (const [what, fn] of [
      ['new', 'handle'],
      ['rep', 'rep'],
      ['drop', 'end'],
    ] as const) {
      out.line(
        '// @ts-ignore: decorator',
        `@external(${module}, ${JSON.stringify(`[resource-${what}]${resource.name}`)})`,
      );
      out.line(`declare function _${fn}${name}(_0: i32): ${what === 'drop' ? 'void' : 'i32'};`);
    }
    out.line(`export function give${name}(value: ${spelled}): i32 { return _handle${name}(${table}.add(value)); }`);
    out.line(`export function get${name}(rep: i32): ${spelled} { return ${table}.get(rep); }`);
    out.block(`export function take${name}(handle: i32): ${spelled}`, () => {
      // Removed first: the destructor, which ending the handle calls, finds nothing to drop.
      out.line(`const value = ${table}.take(_rep${name}(handle))!;`, `_end${name}(handle);`, 'return value;');
    });
    out.block(`export function drop${name}(rep: i32): void`, () => {
      out.line(`const value = ${table}.take(rep);`, `${table}.free(rep);`);
      out.line(
        '// @ts-ignore: the class may have it',
        'if (isDefined(value.drop)) {',
        '  if (value !== null) value.drop();',
        '}',
      );
    });
  }

  /** The same for types that one function does for. */
  #key(type: ValueType): string {
    const { type: resolved, definition } = terminal(type);
    const part = (one: ValueType | undefined) => (one === undefined ? '_' : this.#key(one));
    switch (resolved.kind) {
      case 'record':
      case 'variant':
      case 'enum':
      case 'flags':
        return this.#spelling.definition(definition!);
      case 'own':
      case 'borrow':
        return `${resolved.kind}(${this.#spelling.resource(resourceOf(resolved.resource))})`;
      case 'list':
        return `list${resolved.length ?? ''}(${part(resolved.element)})`;
      case 'map':
        return `map(${part(resolved.key)},${part(resolved.value)})`;
      case 'tuple':
        return `tuple(${resolved.items.map(part).join(',')})`;
      case 'option':
        return `option(${part(resolved.some)})`;
      case 'result':
        return `result(${part(resolved.ok)},${part(resolved.error)})`;
      default:
        return resolved.kind;
    }
  }

  /** What a type is called in the names of functions. */
  #title(type: ValueType): string {
    const { type: resolved, definition } = terminal(type);
    const part = (one: ValueType | undefined) => (one === undefined ? 'Unit' : this.#title(one));
    switch (resolved.kind) {
      case 'own':
        return pascalCase(resourceOf(resolved.resource).name);
      case 'borrow':
        return `Borrowed${pascalCase(resourceOf(resolved.resource).name)}`;
      case 'list':
        return `${resolved.length === undefined ? '' : `${resolved.length}`}ListOf${part(resolved.element)}`;
      case 'map':
        return `MapOf${part(resolved.key)}To${part(resolved.value)}`;
      case 'tuple':
        return `TupleOf${resolved.items.map(part).join('And')}`;
      case 'option':
        return `OptionOf${part(resolved.some)}`;
      case 'result':
        return `ResultOf${part(resolved.ok)}Or${part(resolved.error)}`;
      default:
        return pascalCase(definition?.name ?? resolved.kind);
    }
  }

  /** Whether calls that take such values have borrows to end. */
  hasBorrows(types: readonly ValueType[]): boolean {
    return types.some((type) =>
      contains(type, (one) => one.kind === 'borrow' && !this.plan.isExported(resourceOf(one.resource))),
    );
  }
}

function entryOf(type: ResolvedType): ValueType[] {
  return type.kind === 'map' ? [type.key, type.value] : type.kind === 'list' ? [type.element] : [];
}

function entrySize(type: ResolvedType): number {
  return layoutOf({ kind: 'tuple', items: entryOf(type) }).size;
}
