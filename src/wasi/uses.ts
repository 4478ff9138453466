import type { GrantKind } from '../grants/index.js';
import { type WorldItem, wasiPackage } from '../wit/index.js';

/** A grant that a plugin could use, and what of its imports says so. */
export interface GrantUse {
  readonly kind: GrantKind;
  /** Interfaces of WASI 0.2, or functions of preview 1. */
  readonly by: readonly string[];
}

const BOTH: readonly GrantKind[] = ['read', 'write'];
const READ: readonly GrantKind[] = ['read'];
const WRITE: readonly GrantKind[] = ['write'];

/** The functions that reach for a path; everything else in `wasi:filesystem` needs a descriptor that one of them opened. */
const OF_PATHS: ReadonlyMap<string, readonly GrantKind[]> = new Map([
  ['open-at', BOTH],
  ['stat-at', READ],
  ['readlink-at', READ],
  ['metadata-hash-at', READ],
  ['read-directory', READ],
  ['create-directory-at', WRITE],
  ['remove-directory-at', WRITE],
  ['rename-at', WRITE],
  ['unlink-file-at', WRITE],
  ['symlink-at', WRITE],
  ['link-at', WRITE],
  ['set-times-at', WRITE],
]);

/** Which grants an interface of WASI 0.2 is about. What is not here needs none. */
const OF_INTERFACES: ReadonlyMap<string, readonly GrantKind[]> = new Map([
  ['wasi:cli/environment', ['env']],
  ['wasi:clocks/wall-clock', ['clocks']],
  ['wasi:clocks/monotonic-clock', ['clocks']],
  ['wasi:random/random', ['random']],
  ['wasi:random/insecure', ['random']],
  ['wasi:random/insecure-seed', ['random']],
  ['wasi:sockets/tcp-create-socket', ['net']],
  ['wasi:sockets/udp-create-socket', ['net']],
  ['wasi:sockets/ip-name-lookup', ['net']],
  ['wasi:http/outgoing-handler', ['http']],
]);

/** The grants that a plugin could use, by what it imports. */
export function grantUses(imports: readonly WorldItem[]): GrantUse[] {
  const uses = new Uses();
  for (const item of imports) {
    if (item.kind !== 'interface' || wasiPackage(item.name) === undefined) continue;
    const { name } = item;
    const { functions } = item.interface;
    if (functions.length > 0) uses.add(OF_INTERFACES.get(name.split('@')[0]!), name);
    if (!name.startsWith('wasi:filesystem/types@')) continue;
    for (const { name: called } of functions) uses.add(OF_PATHS.get(called.replace('[method]descriptor.', '')), name);
  }
  return uses.list();
}

/** Collects grants in the order in which they are shown. */
export class Uses {
  readonly #by = new Map<GrantKind, Set<string>>(ORDER.map((kind) => [kind, new Set()]));

  add(kinds: readonly GrantKind[] | undefined, by: string): void {
    for (const kind of kinds ?? []) this.#by.get(kind)!.add(by);
  }

  list(): GrantUse[] {
    return [...this.#by].filter(([, by]) => by.size > 0).map(([kind, by]) => ({ kind, by: [...by] }));
  }
}

const ORDER: readonly GrantKind[] = ['read', 'write', 'env', 'clocks', 'random', 'net', 'http'];
