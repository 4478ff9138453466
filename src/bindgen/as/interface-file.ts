import {
  layoutOf,
  MAX_FLAT_PARAMS,
  MAX_FLAT_RESULTS,
  memberOffsets,
  type ResolvedType,
  structLayout,
  type TypeDefinition,
} from '../../wit/index.js';
import type { AbiFile } from './abi-file.js';
import { isResource, type Plan, type PlannedFile, type PlannedFunction, type PlannedResource } from './plan.js';
import { docLines, Source } from './source.js';
import { FileSpelling, PlainSpelling, usedFrom } from './spelling.js';
import { natureOf, needsScratch, spell } from './types.js';
import { Values } from './values.js';

/** The file of an interface: its types, and its functions if it is imported. */
export function interfaceFile(plan: Plan, file: PlannedFile, abi: AbiFile): string {
  return new InterfaceFile(plan, file, abi).make();
}

class InterfaceFile {
  readonly #out = new Source();
  readonly #by: FileSpelling;
  readonly #values: Values;

  constructor(
    readonly plan: Plan,
    readonly file: PlannedFile,
    readonly abi: AbiFile,
  ) {
    this.#by = new FileSpelling(plan, file);
    this.#values = new Values(plan, prefixed(abi), this.#by);
  }

  make(): string {
    const { side, types, functions, resources } = this.file;
    const used = types.filter((one) => usedFrom(one) !== undefined && !this.plan.isExportedResource(one));
    if (used.length > 0) this.#out.line(`export { ${used.map((one) => this.#by.definition(one)).join(', ')} };`);
    for (const definition of types) if (!used.includes(definition)) this.#type(definition);
    if (side === 'import') {
      for (const resource of resources) this.#resource(resource);
      for (const one of functions) this.#function(one);
    }
    const body = this.#out.toString().trim();
    const head = new Source();
    head.docs(`${this.file.title}, ${side}ed.${this.file.docs === undefined ? '' : ` ${this.file.docs}`}`);
    if (side === 'export') head.line(...skeleton(this.plan, this.file));
    const imports = this.#by.imports(body);
    return `${[head.toString().trim(), imports.join('\n'), body].filter((one) => one !== '').join('\n\n')}\n`;
  }

  #type(definition: TypeDefinition): void {
    const out = this.#out;
    const { plan } = this;
    const type = definition.type;
    const name = plan.nameOf(definition);
    if (type.kind === 'resource' || plan.isExportedResource(definition)) return;
    out.gap();
    if (type.kind === 'reference' && isResource(definition)) {
      const first = this.#by.definition(type.definition);
      out.line(`export { ${first}${first === name ? '' : ` as ${name}`} };`);
      return;
    }
    out.docs(definition.docs);
    if (type.kind === 'record') this.#record(definition, name, type);
    else if (type.kind === 'enum') this.#enum(name, type.cases, plan.membersOf(definition).names);
    else if (type.kind === 'flags') this.#flags(definition, name, type);
    else if (type.kind === 'variant') this.#variant(definition, name, type);
    else out.line(`export type ${name} = ${spell(type, this.#by)};`);
  }

  #record(definition: TypeDefinition, name: string, { fields }: ResolvedType & { kind: 'record' }): void {
    const out = this.#out;
    const { names } = this.plan.membersOf(definition);
    out.block(`export class ${name}`, () => {
      out.line('constructor(');
      fields.forEach((field, i) => {
        const inner = new Source();
        inner.docs(field.docs);
        if (field.docs)
          out.line(
            ...inner
              .toString()
              .trim()
              .split('\n')
              .map((line) => `  ${line}`),
          );
        out.line(`  public ${names[i]}: ${spell(field.type, this.#by)},`);
      });
      out.line(') {}');
    });
  }

  #enum(name: string, cases: readonly { docs?: string }[], names: readonly string[]): void {
    const out = this.#out;
    out.block(`export enum ${name}`, () => {
      cases.forEach((one, i) => {
        out.docs(one.docs);
        out.line(`${names[i]},`);
      });
    });
  }

  #flags(definition: TypeDefinition, name: string, { flags }: ResolvedType & { kind: 'flags' }): void {
    const out = this.#out;
    const { names } = this.plan.membersOf(definition);
    out.block(`export class ${name}`, () => {
      flags.forEach((flag, i) => {
        out.docs(flag.docs);
        out.line(`${names[i]}: bool = false;`);
      });
      out.gap();
      out.block(`static fromBits(bits: u32): ${name}`, () => {
        out.line(`const flags = new ${name}();`);
        names.forEach((one, i) => {
          out.line(`flags.${one} = (bits & ${2 ** i}) != 0;`);
        });
        out.line('return flags;');
      });
      out.block('get bits(): u32', () => {
        const bits = names.map((one, i) => (i === 0 ? `<u32>this.${one}` : `(<u32>this.${one} << ${i})`));
        out.line(`return ${bits.join(' | ')};`);
      });
    });
  }

  /** A tagged class: a static method makes each case, a getter has its payload. Payloads of one type share a field. */
  #variant(definition: TypeDefinition, name: string, { cases }: ResolvedType & { kind: 'variant' }): void {
    const out = this.#out;
    const { names, kind, kinds } = this.plan.membersOf(definition);
    const fields = new Map<string, { name: string; type: string; zero: string }>();
    const spelled = cases.map((one) => (one.type === undefined ? undefined : spell(one.type, this.#by)));
    cases.forEach((one, i) => {
      const type = spelled[i];
      if (type === undefined || fields.has(type)) return;
      const nature = natureOf(one.type!);
      const field = nature === 'reference' ? `${type} | null` : type;
      const zero = nature !== 'value' ? 'null' : type === 'bool' ? 'false' : '0';
      fields.set(type, { name: `_${fields.size}`, type: field, zero });
    });
    out.block(`export class ${name}`, () => {
      const params = [...fields.values()].map((field) => `private ${field.name}: ${field.type} = ${field.zero}`);
      out.call('private constructor', [`readonly kind: ${kind}`, ...params], ' {}');
      cases.forEach((one, i) => {
        out.docs(one.docs);
        const type = spelled[i];
        if (type === undefined) {
          out.line(`static ${names[i]}(): ${name} { return new ${name}(${kind}.${kinds[i]}); }`);
          return;
        }
        const before = [...fields.values()].slice(0, [...fields.keys()].indexOf(type)).map((field) => field.zero);
        const args = [`${kind}.${kinds[i]}`, ...before, 'value'].join(', ');
        out.line(`static ${names[i]}(value: ${type}): ${name} { return new ${name}(${args}); }`);
      });
      cases.forEach((one, i) => {
        const type = spelled[i];
        if (type === undefined) return;
        const bang = natureOf(one.type!) === 'reference' ? '!' : '';
        const check = `assert(this.kind == ${kind}.${kinds[i]}, "this is another case than ${names[i]}");`;
        out.line(`get ${names[i]}(): ${type} { ${check} return this.${fields.get(type)!.name}${bang}; }`);
      });
    });
    out.gap();
    this.#enum(
      kind,
      cases.map(() => ({})),
      kinds,
    );
  }

  #resource({ definition, functions }: PlannedResource): void {
    const out = this.#out;
    const name = this.plan.nameOf(definition);
    const raws: (() => void)[] = [];
    out.gap();
    out.docs(definition.docs);
    this.abi.helper('Resource');
    out.block(`export class ${name} extends abi.Resource`, () => {
      if (!functions.some((one) => one.kind === 'constructor')) {
        out.block('private constructor()', () => out.line('super();'));
      }
      for (const one of functions) {
        out.gap();
        out.docs(one.item.docs);
        raws.push(this.#body(one, name));
      }
      out.gap();
      out.block('drop(): void', () => out.line(`if (this.__handle != 0) _drop${name}(this.__give());`));
    });
    out.gap();
    this.#declare(`[resource-drop]${definition.name}`, `_drop${name}`, ['i32'], 'void');
    for (const raw of raws) raw();
  }

  #function(one: PlannedFunction): void {
    this.#out.gap();
    this.#out.docs(one.item.docs);
    this.#body(one)();
  }

  /** Writes a function, and answers what declares the core function behind it. */
  #body(one: PlannedFunction, className?: string): () => void {
    const out = this.#out;
    const v = this.#values;
    const { item, kind, params } = one;
    const result = item.type.result;
    const raw = `_${className === undefined ? '' : `${className}_`}${one.name}`;
    const signature = params.map((param) => `${param.name}: ${v.spell(param.type)}`).join(', ');
    const returns = kind === 'constructor' ? '' : `: ${result === undefined ? 'void' : v.spell(result)}`;
    const modifier = kind === 'free' ? 'export function ' : kind === 'static' ? 'static ' : '';

    const types = item.type.params.map((param) => param.type);
    const layout = structLayout(types);
    const names =
      kind === 'method' ? ['this', ...params.map((param) => param.name)] : params.map((param) => param.name);
    const spilled = layout.flat.length > MAX_FLAT_PARAMS;
    const resultFlat = result === undefined ? [] : layoutOf(result).flat;
    const throughMemory = resultFlat.length > MAX_FLAT_RESULTS;
    const coreParams = [...(spilled ? ['i32'] : layout.flat), ...(throughMemory ? ['i32'] : [])];
    const coreResult = throughMemory || result === undefined ? 'void' : resultFlat[0]!;

    out.block(`${modifier}${one.name}(${signature})${returns}`, () => {
      let args: string[];
      if (spilled) {
        out.line(`const _args = abi.${this.abi.helper('scratch')}(${layout.size});`);
        memberOffsets(types).forEach((offset, i) => {
          const at = offset === 0 ? '_args' : `_args + ${offset}`;
          out.line(`abi.${this.abi.typed('store', types[i]!)}(${at}, ${names[i]});`);
        });
        args = ['<i32>_args'];
      } else {
        args = types.flatMap((type, i) => v.lower(type, names[i]!));
      }
      const release = spilled || types.some(needsScratch) ? [`abi.${this.abi.helper('release')}();`] : [];
      if (kind === 'constructor') out.line('super();');
      if (throughMemory) args.push(`<i32>abi.${this.abi.area(result!)}`);
      const isOne =
        kind !== 'constructor' &&
        result !== undefined &&
        !throughMemory &&
        release.length === 0 &&
        isPlain(v.lift(result, ['']));
      if (isOne) {
        out.line(`return ${v.lift(result, [`${raw}(${args.join(', ')})`])};`);
        return;
      }
      const answer = kind === 'constructor' ? 'this.__handle = ' : coreResult === 'void' ? '' : 'const _result = ';
      out.call(`${answer}${raw}`, args);
      out.line(...release);
      if (kind === 'constructor' || result === undefined) return;
      const lifted = throughMemory ? `abi.${this.abi.typed('load', result)}(abi.area)` : v.lift(result, ['_result']);
      out.line(`return ${lifted};`);
    });
    return () => this.#declare(item.name, raw, coreParams, coreResult);
  }

  #declare(witName: string, name: string, params: readonly string[], result: string): void {
    const list = params.map((type, i) => `_${i}: ${type}`).join(', ');
    this.#out.line('// @ts-ignore: decorator');
    this.#out.line(`@external(${JSON.stringify(this.file.module)}, ${JSON.stringify(witName)})`);
    this.#out.line(`declare function ${name}(${list}): ${result};`);
  }
}

/** Whether a lifted expression mentions its slot once. */
function isPlain(lifted: string): boolean {
  return !lifted.startsWith('(');
}

/** The functions of `abi.ts` as other files call them. */
export function prefixed(abi: AbiFile): Pick<AbiFile, 'typed' | 'resource' | 'helper'> {
  return {
    typed: (operation, type) => `abi.${abi.typed(operation, type)}`,
    resource: (operation, resource) => `abi.${abi.resource(operation, resource)}`,
    helper: (name) => `abi.${abi.helper(name)}`,
  };
}

/** What the author's module has to export for an exported interface, as comment lines. */
export function skeleton(plan: Plan, file: PlannedFile): string[] {
  const by = new PlainSpelling(plan);
  const out = new Source();
  const sign = (one: PlannedFunction, head: string) => {
    const { docs } = one.item;
    for (const line of docLines(docs)) out.line(`/// ${line}`.trimEnd());
    out.line(`${head}${one.name}${signatureOf(one, by)} { … }`);
  };
  const body = () => {
    for (const { definition, functions } of file.resources) {
      out.block(`export class ${plan.nameOf(definition)}`, () => {
        for (const one of functions) sign(one, one.kind === 'static' ? 'static ' : '');
      });
    }
    for (const one of file.functions) sign(one, 'export function ');
  };
  if (file.namespace === '') body();
  else out.block(`export namespace ${file.namespace}`, body);
  const lines = out.toString().trim().split('\n');
  return ['// The plugin exports:', '//', ...lines.map((line) => `//   ${line}`.trimEnd())];
}

/** `(message: Message): string`, as the author writes it. */
export function signatureOf({ kind, item, params }: PlannedFunction, by: PlainSpelling): string {
  const list = params.map((param) => `${param.name}: ${spell(param.type, by)}`).join(', ');
  if (kind === 'constructor') return `(${list})`;
  return `(${list}): ${item.type.result === undefined ? 'void' : spell(item.type.result, by)}`;
}
