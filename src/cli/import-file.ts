import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hatchwayError, quote } from '../errors/index.js';

/**
 * The imports a module of the user's own implements: what it exports by name, and over that the fields of its default
 * export. Loading it runs it, outside any sandbox.
 */
export async function loadImports(file: string): Promise<Record<string, unknown>> {
  let namespace: Record<string, unknown>;
  try {
    namespace = await import(pathToFileURL(resolve(file)).href);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw hatchwayError('option', `--imports ${quote(file)} cannot be loaded: ${what}`, { cause });
  }
  const { default: defaultExport, ...named } = namespace;
  if (defaultExport !== undefined && (typeof defaultExport !== 'object' || defaultExport === null)) {
    throw hatchwayError('option', `--imports ${quote(file)}: its default export is not an object`, {
      mend: "It has one key for each import, as in export default { 'ns:pkg/iface': { f() {} } }",
    });
  }
  return Object.assign(Object.create(null), named, defaultExport);
}
