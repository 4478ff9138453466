import { Plan, type PlannedFile, type PlannedFunction } from '../../../src/bindgen/as/plan.js';
import { type Spelling, spell } from '../../../src/bindgen/as/types.js';
import {
  equalTypes,
  type FunctionItem,
  resolve,
  resourceOf,
  type TypeDefinition,
  type ValueType,
  type World,
} from '../../../src/wit/index.js';

/**
 * An author's `plugin.ts` for any world: an exported function asks the imported one of the same name and type, if there is
 * one, else answers the argument that has the type of its result, else traps.
 */
export function autoPlugin(world: World): string {
  const plan = new Plan(world);
  const by = new PluginSpelling(plan);
  const out: string[] = [];
  for (const file of plan.files) {
    if (file.side !== 'export') continue;
    const body: string[] = [];
    for (const { definition, functions } of file.resources) {
      const members = functions.map((one) => `${one.kind === 'static' ? 'static ' : ''}${define(one, file, plan, by)}`);
      body.push(`export class ${plan.nameOf(definition)} { ${members.join('\n')} }`);
    }
    for (const one of file.functions) body.push(`export function ${define(one, file, plan, by)}`);
    const text = body.join('\n');
    out.push(file.namespace === '' ? text : `export namespace ${file.namespace} {\n${text}\n}`);
  }
  return `${by.imports()}\n${out.join('\n')}\n`;
}

function define(one: PlannedFunction, file: PlannedFile, plan: Plan, by: PluginSpelling): string {
  const params = one.params.map(({ name, type }) => `${name}: ${spell(type, by)}`).join(', ');
  if (one.kind === 'constructor') return `constructor(${params}) {}`;
  const result = one.item.type.result;
  const head = `${one.name}(${params}): ${result === undefined ? 'void' : spell(result, by)}`;
  const args = one.params.map(({ name }) => name).join(', ');
  const twin = one.kind === 'free' ? twinOf(one.item, file, plan) : undefined;
  if (twin !== undefined) return `${head} { return ${by.file(twin.file)}.${twin.name}(${args}); }`;
  if (result === undefined) return `${head} {}`;
  const echoed = echoedParam(one.item);
  if (echoed === undefined) return `${head} { return unreachable(); }`;
  const self = one.kind === 'method' ? 1 : 0;
  return `${head} { return ${echoed < self ? 'this' : one.params[echoed - self]!.name}; }`;
}

/** The imported function that an exported one asks. */
function twinOf(item: FunctionItem, file: PlannedFile, plan: Plan): { file: PlannedFile; name: string } | undefined {
  for (const other of plan.files) {
    if (other.side !== 'import' || other === file) continue;
    for (const one of other.functions) {
      const [a, b] = [item.type, one.item.type];
      if (
        item.name === one.item.name &&
        sameTypes(
          a.params.map((p) => p.type),
          b.params.map((p) => p.type),
        ) &&
        sameTypes(result(a), result(b))
      )
        return { file: other, name: one.name };
    }
  }
  return undefined;
}

const result = (type: FunctionItem['type']): ValueType[] => (type.result === undefined ? [] : [type.result]);

/** The same definitions, not only the same structure: classes are of one name. */
function sameTypes(a: readonly ValueType[], b: readonly ValueType[]): boolean {
  return a.length === b.length && a.every((type, i) => sameNamed(type, b[i]!));
}

function sameNamed(a: ValueType, b: ValueType): boolean {
  return equalTypes(a, b) && String(namesIn(a)) === String(namesIn(b));
}

const ids = new WeakMap<TypeDefinition, number>();
let nextId = 0;
function namesIn(type: ValueType): number[] {
  if (type.kind !== 'reference') {
    return Object.values(type).flatMap((part) =>
      typeof part === 'object' && part !== null && 'kind' in part ? namesIn(part as ValueType) : [],
    );
  }
  let last = type.definition;
  while (last.type.kind === 'reference') last = last.type.definition;
  if (!ids.has(last)) ids.set(last, nextId++);
  return [ids.get(last)!];
}

/** Which parameter has the type of the result, at the first place that it can be taken from. */
export function echoedParam({ type }: FunctionItem): number | undefined {
  if (type.result === undefined) return undefined;
  const of = type.result;
  const index = type.params.findIndex((param) => {
    const [a, b] = [resolve(param.type), resolve(of)];
    if (a.kind === 'borrow' && b.kind === 'own') return resourceOf(a.resource) === resourceOf(b.resource);
    return equalTypes(param.type, of);
  });
  return index < 0 ? undefined : index;
}

class PluginSpelling implements Spelling {
  readonly #files = new Set<PlannedFile>();
  readonly #support = new Set<string>();

  constructor(readonly plan: Plan) {}

  definition(definition: TypeDefinition): string {
    let last = definition;
    while (last.type.kind === 'reference') last = last.type.definition;
    return `${this.file(this.plan.fileOf(last))}.${this.plan.nameOf(last)}`;
  }

  resource(resource: TypeDefinition): string {
    const file = this.plan.fileOf(resource);
    return file.side === 'import' ? this.definition(resource) : `${file.namespace}.${this.plan.nameOf(resource)}`;
  }

  support(name: string): string {
    this.#support.add(name);
    return name;
  }

  file(file: PlannedFile): string {
    this.#files.add(file);
    return `_${file.alias}`;
  }

  imports(): string {
    const lines = [...this.#files].map((file) => `import * as _${file.alias} from './bindings/${file.path}';`);
    if (this.#support.size > 0) lines.push(`import { ${[...this.#support].join(', ')} } from './bindings/wit';`);
    return lines.join('\n');
  }
}
