import {
  docLines,
  natureOf,
  Plan,
  type PlannedFile,
  type PlannedFunction,
  type Spelling,
  spell,
  terminal,
  typedArray,
} from '../bindgen/as/stubs.js';
import { resolve, resourceOf, type TypeDefinition, type ValueType, type World } from '../wit/index.js';

/**
 * `plugin.ts` in AssemblyScript: every export of a world, each answering what it was given where that is of its type, and
 * otherwise what is empty or zero. `bindings` is the folder of the generated files.
 */
export function asPlugin(world: World, bindings: string): string {
  const plan = new Plan(world);
  const out: string[] = [];
  const names = new ImportedNames(plan);
  for (const file of plan.files) {
    if (file.side !== 'export') continue;
    const stubs = new Stubs(plan, names, file);
    const indent = file.namespace === '' ? '' : '  ';
    const lines = stubs.lines();
    if (lines.length === 0) continue;
    if (out.length > 0) out.push('');
    if (file.namespace === '') out.push(...lines);
    else
      out.push(`export namespace ${file.namespace} {`, ...lines.map((line) => (line === '' ? '' : indent + line)), '}');
  }
  const imports = names.lines(bindings);
  return `${[...imports, ...(imports.length > 0 ? [''] : []), ...out].join('\n')}\n`;
}

/** What the plugin has to import of the bindings. */
class ImportedNames {
  readonly #files = new Map<string, Map<string, string>>();
  readonly #taken = new Map<string, string>();

  constructor(readonly plan: Plan) {}

  take(file: string, alias: string, name: string): string {
    const own = `${file} ${name}`;
    let local = name;
    // Two interfaces may have types of one name.
    if ((this.#taken.get(local) ?? own) !== own) local = `${alias}_${name}`;
    this.#taken.set(local, own);
    const names = this.#files.get(file) ?? new Map<string, string>();
    names.set(name, local);
    this.#files.set(file, names);
    return local;
  }

  lines(bindings: string): string[] {
    return [...this.#files].map(([file, names]) => {
      const list = [...names].map(([name, local]) => (name === local ? name : `${name} as ${local}`)).sort();
      return `import { ${list.join(', ')} } from "./${bindings}/${file}";`;
    });
  }
}

class Stubs implements Spelling {
  constructor(
    readonly plan: Plan,
    readonly names: ImportedNames,
    readonly file: PlannedFile,
  ) {}

  lines(): string[] {
    const out: string[] = [];
    for (const { definition, functions } of this.file.resources) {
      if (out.length > 0) out.push('');
      out.push(...docLines(definition.docs).map((line) => `/// ${line}`.trimEnd()));
      out.push(`export class ${this.plan.nameOf(definition)} {`);
      functions.forEach((one, i) => {
        if (i > 0) out.push('');
        out.push(...this.#function(one, one.kind === 'static' ? 'static ' : '').map((line) => `  ${line}`));
      });
      out.push('}');
    }
    for (const one of this.file.functions) {
      if (out.length > 0) out.push('');
      out.push(...this.#function(one, 'export function '));
    }
    return out;
  }

  #function(one: PlannedFunction, head: string): string[] {
    const { kind, item, params } = one;
    const list = params.map((param) => `${param.name}: ${spell(param.type, this)}`).join(', ');
    const docs = docLines(item.docs).map((line) => `/// ${line}`.trimEnd());
    const result = item.type.result;
    if (kind === 'constructor') return [...docs, `constructor(${list}) {}`];
    if (result === undefined) return [...docs, `${head}${one.name}(${list}): void {}`];
    const type = spell(result, this);
    return [...docs, `${head}${one.name}(${list}): ${type} {`, `  return ${this.#answer(one, result)};`, '}'];
  }

  /** A parameter of the type, or what is empty. */
  #answer({ params }: PlannedFunction, type: ValueType): string {
    const given = (wanted: ValueType) => params.find((param) => isPassedOn(param.type, wanted, this))?.name;
    return given(type) ?? this.#empty(type, given);
  }

  #empty(type: ValueType, given: (type: ValueType) => string | undefined = () => undefined): string {
    const { definition, type: resolved } = terminal(type);
    const part = (one: ValueType): string => given(one) ?? this.#empty(one, given);
    const members = definition && this.plan.membersOf(definition);
    switch (resolved.kind) {
      case 'bool':
        return 'false';
      case 'string':
        return '""';
      case 'list':
        if (typedArray(resolved) !== undefined) return `new ${typedArray(resolved)}(0)`;
        if (resolved.length === undefined) return '[]';
        return `StaticArray.fromArray<${spell(resolved.element, this)}>([${Array(resolved.length).fill(this.#empty(resolved.element)).join(', ')}])`;
      case 'map':
        return `new ${spell(resolved, this)}()`;
      case 'tuple':
        return `new ${spell(resolved, this)}(${resolved.items.map(part).join(', ')})`;
      case 'record':
        return `new ${this.definition(definition!)}(${resolved.fields.map((field) => part(field.type)).join(', ')})`;
      case 'flags':
        return `new ${this.definition(definition!)}()`;
      case 'enum':
        return `${this.definition(definition!)}.${members!.names[0]}`;
      case 'variant': {
        // A case without a payload is the least to say.
        const plain = Math.max(
          0,
          resolved.cases.findIndex((one) => one.type === undefined),
        );
        const payload = resolved.cases[plain]!.type;
        return `${this.definition(definition!)}.${members!.names[plain]}(${payload === undefined ? '' : part(payload)})`;
      }
      case 'option': {
        if (natureOf(resolved) === 'nullable') return given(resolved.some) ?? 'null';
        const some = given(resolved.some);
        const inner = spell(resolved.some, this);
        const option = this.support('Option');
        return some === undefined ? `${option}.none<${inner}>()` : `${option}.some<${inner}>(${some})`;
      }
      case 'result': {
        const sides = [resolved.ok, resolved.error].map((side) =>
          side === undefined ? this.support('Unit') : spell(side, this),
        );
        const ok = resolved.ok === undefined ? this.support('unit') : part(resolved.ok);
        return `${this.support('Result')}.ok<${sides.join(', ')}>(${ok})`;
      }
      case 'own':
      case 'borrow':
        return this.#newResource(resourceOf(resolved.resource));
      default:
        return '0';
    }
  }

  #newResource(resource: TypeDefinition): string {
    const file = this.plan.fileOf(resource);
    const made = file.resources
      .find(({ definition }) => definition === resource)
      ?.functions.find(({ kind }) => kind === 'constructor');
    if (made === undefined && file.side === 'import') return 'unreachable()';
    return `new ${this.resource(resource)}(${(made?.params ?? []).map((param) => this.#empty(param.type)).join(', ')})`;
  }

  definition(definition: TypeDefinition): string {
    let last = definition;
    while (last.type.kind === 'reference') last = last.type.definition;
    const file = this.plan.fileOf(last);
    return this.names.take(file.path, file.alias, this.plan.nameOf(last));
  }

  resource(resource: TypeDefinition): string {
    const file = this.plan.fileOf(resource);
    if (file.side === 'import') return this.definition(resource);
    const name = this.plan.nameOf(resource);
    return file === this.file || file.namespace === '' ? name : `${file.namespace}.${name}`;
  }

  support(name: string): string {
    return this.names.take('wit', 'wit', name);
  }
}

/** Whether a parameter can be the answer: a value of the very type, which is not lent. */
function isPassedOn(param: ValueType, wanted: ValueType, by: Spelling): boolean {
  const kind = resolve(param).kind;
  if (kind === 'borrow' || kind !== resolve(wanted).kind) return false;
  return spell(param, by) === spell(wanted, by);
}
