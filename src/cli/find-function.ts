import { hatchwayError, quote } from '../errors/index.js';
import type { FunctionPath } from '../wave/index.js';
import { compatibilityKey, type FunctionItem, parseFunctionName, parseInterfaceId, type World } from '../wit/index.js';

/** An exported function, and the interface it is in: absent for a function of the world itself. */
export interface Found {
  readonly interface?: string;
  readonly function: FunctionItem;
}

/**
 * The exported function a call means, found as wasmtime does: a plain name is a function of the world, else one of any
 * exported interface; with an interface, its version may be any compatible one.
 *
 * @throws HatchwayError `not-found` if there is none, or if a plain name stands for several. Both name the choices.
 */
export function findFunction(world: World, path: FunctionPath): Found {
  const candidates = exportedFunctions(world).filter((found) => found.function.name === path.name);
  const matching = path.interface === undefined ? preferWorld(candidates) : ofInterface(candidates, path.interface);
  const [found] = matching;
  if (found === undefined) {
    const name = quote(path.interface === undefined ? path.name : spelled(path.interface, path.name));
    throw hatchwayError('not-found', `no function ${name} is exported`, { mend: whatThereIs(world, candidates) });
  }
  if (matching.length > 1) {
    throw hatchwayError('not-found', `several exported functions are called ${quote(path.name)}`, {
      mend: `Name one of them: ${listed(matching)}`,
    });
  }
  return found;
}

function preferWorld(candidates: readonly Found[]): readonly Found[] {
  const own = candidates.filter((found) => found.interface === undefined);
  return own.length > 0 ? own : candidates;
}

function ofInterface(candidates: readonly Found[], id: string): readonly Found[] {
  const exact = candidates.filter((found) => found.interface === id);
  if (exact.length > 0 || parseInterfaceId(id)?.version === undefined) return exact;
  return candidates.filter(
    (found) => found.interface !== undefined && compatibilityKey(found.interface) === compatibilityKey(id),
  );
}

/** The functions that a call can name; those of a resource need an object to be called on. */
function exportedFunctions(world: World): Found[] {
  const all = world.exports.flatMap((item): Found[] => {
    if (item.kind === 'function') return [{ function: item.function }];
    if (item.kind === 'interface')
      return item.interface.functions.map((each) => ({ interface: item.name, function: each }));
    return [];
  });
  return all.filter((found) => parseFunctionName(found.function.name).kind === 'free');
}

function whatThereIs(world: World, sameName: readonly Found[]): string {
  if (sameName.length > 0) return `There is ${listed(sameName)}`;
  const all = exportedFunctions(world);
  return all.length === 0 ? 'It exports no function that can be called from here' : `There is ${listed(all)}`;
}

function listed(choices: readonly Found[]): string {
  const shown = choices.slice(0, 20).map((found) => quote(callName(found)));
  if (choices.length > shown.length) shown.push(`${choices.length - shown.length} more`);
  return shown.join(', ');
}

/** How `--invoke` names a function. */
export function callName(found: Found): string {
  return found.interface === undefined ? found.function.name : spelled(found.interface, found.function.name);
}

/** `ns:pkg/iface@1.2.0` and `f` → `ns:pkg/iface.f@1.2.0`. */
function spelled(id: string, name: string): string {
  const at = id.indexOf('@');
  return at < 0 ? `${id}.${name}` : `${id.slice(0, at)}.${name}${id.slice(at)}`;
}
