import type { World } from '../../wit/index.js';
import type { GeneratedBytes, GeneratedFile } from '../file.js';
import {
  addMembers,
  base64,
  bindingName,
  declareAll,
  exportKeys,
  hasMembers,
  isRequired,
  Lines,
  label,
  Plan,
  usedNames,
  worldId,
} from '../ts/index.js';

/**
 * What a plugin for Node is written against: a module with the world, which `serve` takes, its types, and the world itself for
 * the plugin's folder.
 *
 * A plugin sees a world from its other side: what an app calls is what it implements.
 *
 * @param encoded the world in binary, as `encodeWorld` gives it.
 * @throws HatchwayError `unsupported` for what cannot be written in JavaScript: asynchronous functions, streams, futures, names
 * that come to one.
 * @example for (const file of generateNode(world, encoded)) await writeFile(file.path, 'text' in file ? file.text : file.bytes)
 */
export function generateNode(world: World, encoded: Uint8Array): (GeneratedFile | GeneratedBytes)[] {
  const id = worldId(world);
  const name = label(world.name);
  const binding = bindingName(world.name);
  const written = `// The world ${id}, written by \`hatchway bindgen node\`: change the WIT, not this file.`;
  return [
    { path: `${name}.d.ts`, text: `${written}\n${declarations(world, binding)}` },
    {
      path: `${name}.js`,
      text: `${written}\nexport const ${binding} = {\n  name: '${id}',\n  encoded: '${base64(encoded)}',\n};\n`,
    },
    { path: 'world.wasm', bytes: encoded },
  ];
}

function declarations(world: World, binding: string): string {
  const plan = new Plan({ ...world, imports: world.exports, exports: world.imports }, 'async');
  const lines = new Lines();
  declareAll(plan, lines);
  const calls = plan.interfaces.filter((it) => it.direction === 'export');
  const implemented = plan.interfaces.filter((it) => it.direction === 'import');
  lines.gap();
  lines.docs('What the app offers: every call answers with a promise.');
  lines.block('export interface Imports', () => {
    for (const it of calls) if (it.name === '') addMembers(plan, it, 'async', lines);
    for (const { key, plan: it } of exportKeys(calls))
      if (hasMembers(it)) lines.add(`${key}: ${plan.interfaceName(it)};`);
  });
  lines.gap();
  lines.docs('What the plugin implements; each function may answer with a promise.');
  lines.block('export interface Exports', () => {
    for (const it of implemented) if (it.name === '') addMembers(plan, it, 'import', lines);
    const done = new Set<unknown>();
    // The short name comes first, where it is the interface's alone.
    for (const { key, plan: it } of exportKeys(implemented)) {
      if (!hasMembers(it) || done.has(it)) continue;
      done.add(it);
      lines.add(`${key}${isRequired(it) ? '' : '?'}: ${plan.interfaceName(it)};`);
    }
  });
  lines.gap();
  lines.docs(world.docs);
  lines.add(`export declare const ${binding}: PluginWorld<AsyncImports<Exports>, Imports>;`);
  const body = lines.toString();
  const used = usedNames(
    ['AsyncImports', 'Fallible', 'HostResource', 'PluginWorld', 'Resource', 'Sync', 'SyncResource'],
    body,
  );
  return `import type { ${used.join(', ')} } from 'hatchway/plugin';\n\n${body}`;
}
