import { hatchwayError, quote } from '../../errors/index.js';
import { parseInterfaceId, type World } from '../../wit/index.js';
import type { GeneratedFile } from '../file.js';
import { declareType } from './definitions.js';
import { addMembers, declareInterface, interfaceText, isRequired } from './interfaces.js';
import { exportKeys, importKeys } from './keys.js';
import { Lines } from './lines.js';
import { bindingName, label } from './names.js';
import { hasMembers, Plan } from './plan.js';
import { declareResource } from './resources.js';
import type { View } from './types.js';

/**
 * TypeScript for an app that loads plugins of a world: their types, and the world itself, which `load` takes. One file, of
 * types and one constant; it imports nothing that runs.
 *
 * @param encoded the world in binary, as `encodeWorld` gives it.
 * @throws HatchwayError `unsupported` for what cannot be called from JavaScript: asynchronous functions, streams, futures, names
 * that come to one.
 * @example for (const file of generateTs(world, encoded)) await writeFile(file.path, file.text)
 */
export function generateTs(world: World, encoded: Uint8Array): GeneratedFile[] {
  const plan = new Plan(world);
  const lines = new Lines();
  declareAll(plan, lines);
  addFace(plan, 'async', lines);
  addFace(plan, 'sync', lines);
  addImports(plan, lines);
  lines.gap();
  lines.docs(world.docs);
  lines.add(`export const ${bindingName(world.name)}: TypedWorld<Exports, SyncExports, Imports> = {`);
  lines.add(`  encoded: '${base64(encoded)}',`);
  lines.add('};');
  const body = lines.toString();
  return [{ path: `${label(world.name)}.ts`, text: `${head(world, body)}\n${body}` }];
}

/** Declares the types, the resources and the interfaces of a world. */
export function declareAll(plan: Plan, lines: Lines): void {
  for (const definition of plan.definitions) declareType(plan, definition, lines);
  for (const it of plan.interfaces) {
    for (const resource of it.resources) declareResource(plan, resource, lines);
    if (it.name !== '' && hasMembers(it)) declareInterface(plan, it, lines);
  }
}

function head(world: World, body: string): string {
  const names = ['Fallible', 'HostResource', 'Resource', 'Sync', 'SyncResource', 'TypedWorld'];
  const used = usedNames(names, body);
  return [
    `// The world ${worldId(world)}, written by \`hatchway bindgen ts\`: change the WIT, not this file.`,
    `import type { ${used.join(', ')} } from 'hatchway';`,
    '',
  ].join('\n');
}

/** Those of hatchway's types that a text mentions. */
export function usedNames(names: readonly string[], body: string): string[] {
  return names.filter((name) => new RegExp(`\\b${name}<|extends ${name}\\b`).test(body));
}

/** The id of a world, which may stand in a comment. @throws HatchwayError `invalid` */
export function worldId(world: World): string {
  const id = `${world.package.replace(/@.*$/, '')}/${world.name}${/@.*$/.exec(world.package)?.[0] ?? ''}`;
  if (parseInterfaceId(id) === undefined || !/^[\w:/@.+-]+$/.test(id))
    throw hatchwayError('invalid', `${quote(id)} is not the id of a world`);
  return id;
}

function addFace(plan: Plan, view: 'async' | 'sync', lines: Lines): void {
  const exported = plan.interfaces.filter((it) => it.direction === 'export');
  const suffix = view === 'sync' ? 'Sync' : '';
  lines.gap();
  lines.docs(
    view === 'async'
      ? 'What a plugin exports, as `instance.exports` has it: every call answers with a promise.'
      : 'The same without promises, as `instance.sync` has it.',
  );
  lines.block(`export interface ${view === 'sync' ? 'SyncExports' : 'Exports'}`, () => {
    for (const it of exported) if (it.name === '') addMembers(plan, it, view, lines);
    for (const { key, plan: it } of exportKeys(exported)) {
      lines.add(`${key}: ${interfaceText(plan, it, view)};`);
    }
    for (const { definition } of exported.flatMap((it) => it.resources)) {
      const name = plan.typeName(definition)!;
      lines.docs('The same resource, of this face.');
      lines.add(`of(resource: ${name} | ${name}Sync): ${name}${suffix};`);
    }
  });
}

function addImports(plan: Plan, lines: Lines): void {
  const imported = plan.interfaces.filter((it) => it.direction === 'import');
  const view: View = 'import';
  lines.gap();
  lines.docs('What the app implements.');
  lines.block('export interface Imports', () => {
    for (const it of imported) if (it.name === '') addMembers(plan, it, view, lines);
    const named = imported.filter((it) => it.name !== '' && hasMembers(it));
    for (const { key, plan: it } of importKeys(named)) {
      lines.add(`${key}${isRequired(it) ? '' : '?'}: ${plan.interfaceName(it)};`);
    }
  });
}

/** In base64, without anything of Node. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
