import { docLines } from '../bindgen/as/stubs.js';
import { wantedExports } from '../build/index.js';
import {
  camelCase,
  equalTypes,
  type FunctionItem,
  type Interface,
  parseFunctionName,
  pascalCase,
  resolve,
  resourceOf,
  type TypeDefinition,
  typedArrayOf,
  type ValueType,
  type World,
} from '../wit/index.js';
import { parameterName } from './js-names.js';

/**
 * `plugin.js`: every export of a world, each answering what it was given where that is of its type, and otherwise what is
 * empty or zero.
 */
export function jsPlugin(world: World): string {
  const out: string[] = ['// @ts-check', '/// <reference path="./world.d.ts" />'];
  for (const { names, interface: found, function: own } of wantedExports(world)) {
    const [name] = names as [string];
    const type = `/** @type {import('hatchway:world').World[${JSON.stringify(name).replaceAll('"', "'")}]} */`;
    out.push('', type);
    const isIdentifier = /^[\w$]+$/.test(name);
    const local = isIdentifier ? parameterName(name) : 'implementation';
    const head = `${local === name ? 'export const' : 'const'} ${local} =`;
    if (own !== undefined) out.push(`${head} ${arrow(own)};`);
    else out.push(`${head} {`, ...members(found!).map((line) => (line === '' ? '' : `  ${line}`)), '};');
    if (local !== name) out.push(`export { ${local} as ${isIdentifier ? name : JSON.stringify(name)} };`);
  }
  return `${out.join('\n')}\n`;
}

function members(one: Interface): string[] {
  const out: string[] = [];
  for (const item of one.functions) {
    if (parseFunctionName(item.name).kind !== 'free') continue;
    out.push(
      ...comment(item.docs),
      ...method(item, camelCase(item.name), (type, params) => answer(type, params, one)).map(comma),
    );
  }
  for (const definition of one.types) {
    if (definition.type.kind !== 'resource') continue;
    const name = pascalCase(definition.name);
    out.push(...comment(definition.docs), `${name}: class ${name} {`);
    for (const item of one.functions) {
      const { kind, resource, name: own } = parseFunctionName(item.name);
      if (resource !== definition.name) continue;
      const head = kind === 'constructor' ? 'constructor' : `${kind === 'static' ? 'static ' : ''}${camelCase(own)}`;
      const body = method(item, head, (type, params) =>
        kind === 'constructor' ? undefined : answer(type, params, one, name),
      );
      out.push(...comment(item.docs).map((line) => `  ${line}`), ...body.map((line) => `  ${line}`));
    }
    out.push('},');
  }
  return out;
}

const comma = (line: string) => (line === '}' || line.endsWith('{}') ? `${line},` : line);

type Answer = (type: ValueType | undefined, params: readonly Parameter[]) => string | undefined;

interface Parameter {
  readonly name: string;
  readonly type: ValueType;
}

function method(item: FunctionItem, head: string, answered: Answer): string[] {
  const params = parametersOf(item);
  const text = answered(item.type.result, params);
  const list = params.map(({ name }) => name).join(', ');
  return text === undefined ? [`${head}(${list}) {}`] : [`${head}(${list}) {`, `  return ${text};`, '}'];
}

function arrow(item: FunctionItem): string {
  const params = parametersOf(item);
  const text = answer(item.type.result, params);
  const list = `(${params.map(({ name }) => name).join(', ')}) =>`;
  return text === undefined ? `${list} {}` : `${list} ${text.startsWith('{') ? `(${text})` : text}`;
}

function parametersOf({ name, type }: FunctionItem): Parameter[] {
  const params = parseFunctionName(name).kind === 'method' ? type.params.slice(1) : type.params;
  return params.map((param) => ({ name: parameterName(camelCase(param.name)), type: param.type }));
}

/** What a function answers: of a `result` its value, since an error is thrown. */
function answer(
  type: ValueType | undefined,
  params: readonly Parameter[],
  one?: Interface,
  className?: string,
): string | undefined {
  if (type === undefined) return undefined;
  const resolved = resolve(type);
  const value = resolved.kind === 'result' ? resolved.ok : type;
  if (value === undefined) return undefined;
  const given = (wanted: ValueType) => params.find((param) => isSame(param.type, wanted))?.name;
  return given(value) ?? empty(value, given, one, className);
}

/** A value with nothing in it, as JavaScript text. */
export function empty(
  type: ValueType,
  given: (type: ValueType) => string | undefined = () => undefined,
  one?: Interface,
  className?: string,
): string {
  const resolved = resolve(type);
  const part = (inner: ValueType): string => given(inner) ?? empty(inner, given, one, className);
  switch (resolved.kind) {
    case 'bool':
      return 'false';
    case 'char':
      return "'a'";
    case 'string':
      return "''";
    case 'u64':
    case 's64':
      return '0n';
    case 'list': {
      const array = typedArrayOf(resolved.element);
      if (resolved.length !== undefined) return `[${Array(resolved.length).fill(empty(resolved.element)).join(', ')}]`;
      return array === undefined ? '[]' : `new ${array}()`;
    }
    case 'map':
      return 'new Map()';
    case 'tuple':
      return `[${resolved.items.map(part).join(', ')}]`;
    case 'record':
      return resolved.fields.length === 0
        ? '{}'
        : `{ ${resolved.fields.map((field) => `${camelCase(field.name)}: ${part(field.type)}`).join(', ')} }`;
    case 'flags':
      return '{}';
    case 'enum':
      return text(resolved.cases[0]!.name);
    case 'variant': {
      const first = resolved.cases.find((each) => each.type === undefined) ?? resolved.cases[0]!;
      return first.type === undefined
        ? `{ tag: ${text(first.name)} }`
        : `{ tag: ${text(first.name)}, val: ${part(first.type)} }`;
    }
    case 'option':
      if (resolve(resolved.some).kind === 'option') return "{ tag: 'none' }";
      return given(resolved.some) ?? 'undefined';
    case 'result':
      return `{ tag: 'ok'${resolved.ok === undefined ? '' : `, val: ${part(resolved.ok)}`} }`;
    case 'own':
    case 'borrow':
      return newResource(resourceOf(resolved.resource), one, className);
    default:
      return '0';
  }
}

function newResource(resource: TypeDefinition, one: Interface | undefined, className: string | undefined): string {
  const name = pascalCase(resource.name);
  if (one === undefined || resource.owner !== one) return `/** @type {any} */ (undefined)`;
  const made = one.functions.find((item) => {
    const parsed = parseFunctionName(item.name);
    return parsed.kind === 'constructor' && parsed.resource === resource.name;
  });
  const args = made?.type.params.map((param) => empty(param.type)).join(', ') ?? '';
  return `new ${className === name ? name : `this.${name}`}(${args})`;
}

/** Whether a parameter can be the answer: what is lent cannot. */
function isSame(param: ValueType, wanted: ValueType): boolean {
  return resolve(param).kind !== 'borrow' && equalTypes(param, wanted);
}

/** Names of WIT need no escapes. */
function text(name: string): string {
  return `'${name}'`;
}

function comment(docs: string | undefined): string[] {
  return docLines(docs).map((line) => `// ${line}`.trimEnd());
}
