import {
  camelCase,
  type FunctionItem,
  type Interface,
  parseFunctionName,
  pascalCase,
  resolve,
  type World,
} from '../wit/index.js';
import { empty } from './js.js';
import { parameterName } from './js-names.js';

/**
 * `host.js`: what a world imports, as a module for `hatchway run --imports` and for tests. Each function says that it was
 * called and answers something empty. `undefined` where the world imports nothing.
 */
export function hostModule(world: World): string | undefined {
  const out: string[] = [];
  for (const item of world.imports) {
    if (item.kind === 'function') out.push(...method(item.function, camelCase(item.name), item.name).map(indent));
    else if (item.kind === 'interface' && item.interface.functions.length > 0) {
      out.push(
        `  ${JSON.stringify(item.name).replaceAll('"', "'")}: {`,
        ...members(item.interface).map(indent).map(indent),
        '  },',
      );
    }
  }
  if (out.length === 0) return undefined;
  const head = ['/** What an app would offer to this plugin, to try it with. */', 'export default {'];
  return `${[...head, ...out, '};'].join('\n')}\n`;
}

function members(one: Interface): string[] {
  const out: string[] = [];
  for (const item of one.functions) {
    if (parseFunctionName(item.name).kind === 'free') out.push(...method(item, camelCase(item.name), item.name));
  }
  for (const definition of one.types) {
    if (definition.type.kind !== 'resource') continue;
    out.push(`${pascalCase(definition.name)}: class {`);
    for (const item of one.functions) {
      const { kind, resource, name } = parseFunctionName(item.name);
      if (resource !== definition.name) continue;
      const head = kind === 'constructor' ? 'constructor' : `${kind === 'static' ? 'static ' : ''}${camelCase(name)}`;
      out.push(...method(item, head, `${resource}.${name}`).map((line) => indent(line.replace(/^(\}),$/, '$1'))));
    }
    out.push('},');
  }
  return out;
}

function method({ name, type }: FunctionItem, head: string, shown: string): string[] {
  const { kind } = parseFunctionName(name);
  const params = (kind === 'method' ? type.params.slice(1) : type.params).map((param) =>
    parameterName(camelCase(param.name)),
  );
  const out = [`${head}(${params.join(', ')}) {`, `  console.error(${[`'${shown}'`, ...params].join(', ')});`];
  const result = kind === 'constructor' ? undefined : type.result;
  const resolved = result && resolve(result);
  const value = resolved?.kind === 'result' ? resolved.ok : result;
  if (value !== undefined) out.push(`  return ${empty(value)};`);
  return [...out, '},'];
}

function indent(line: string): string {
  return line === '' ? '' : `  ${line}`;
}
