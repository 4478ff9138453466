import type { Component, HostImports } from '../component/index.js';
import type { WasiContext } from '../wasi/index.js';
import { compatibilityKey, type WasiPackage, wasiPackage } from '../wit/index.js';

/** The interfaces of WASI that a plugin imports, found once for all of its instances. */
export class WasiImports {
  /** Names of interfaces with the packages they are of. */
  readonly #packages = new Map<string, WasiPackage>();
  readonly #allPackages: ReadonlySet<WasiPackage>;

  constructor(private readonly component: Component) {
    for (const name of component.importedInterfaces) {
      const owner = wasiPackage(name);
      if (owner !== undefined) this.#packages.set(name, owner);
    }
    this.#allPackages = new Set(this.#packages.values());
  }

  /** Whether the plugin imports none. */
  get none(): boolean {
    return this.#packages.size === 0;
  }

  has(name: string): boolean {
    return this.#packages.has(name);
  }

  /** The app's imports and those of WASI. An interface that the app offers itself is the app's. */
  with(app: HostImports, context: WasiContext): HostImports {
    const offered = offeredNames(app);
    if (![...this.#packages.keys()].some((name) => isOffered(offered, name))) {
      return Object.assign(context.interfaces(this.#allPackages), app);
    }
    const packages = new Set<WasiPackage>();
    for (const [name, owner] of this.#packages) if (!isOffered(offered, name)) packages.add(owner);
    const imports: Record<string, unknown> = {};
    for (const [name, implementation] of Object.entries(context.interfaces(packages))) {
      if (!isOffered(offered, name)) imports[name] = implementation;
    }
    return Object.assign(imports, app);
  }

  /**
   * Which imports may answer with promises: of `true`, all that the app implements. Those of WASI never do.
   */
  asynchronous(async: readonly string[] | true | undefined, app: HostImports): readonly string[] | true | undefined {
    if (async !== true || this.none) return async;
    const offered = offeredNames(app);
    const names: string[] = [];
    for (const item of this.component.world.imports) {
      if (item.kind === 'function') names.push(item.name);
      if (item.kind !== 'interface' || (this.has(item.name) && !isOffered(offered, item.name))) continue;
      for (const { name } of item.interface.functions) names.push(`${item.name}#${name}`);
    }
    return names;
  }
}

/** The names under which an app offers interfaces: as it says, and as versions meet. */
function offeredNames(app: HostImports): ReadonlySet<string> {
  const names = new Set<string>();
  for (const key of Object.keys(app)) names.add(key).add(compatibilityKey(key));
  return names;
}

function isOffered(offered: ReadonlySet<string>, name: string): boolean {
  if (offered.size === 0) return false;
  return offered.has(compatibilityKey(name)) || offered.has(name.split('@')[0]!);
}
