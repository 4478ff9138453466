import type { Adapt, Component } from '../component/index.js';
import { hatchwayError } from '../errors/index.js';
import type { PermissionRequest } from '../grants/index.js';
import type { AsyncImports } from '../typed/index.js';
import type { World } from '../wit/index.js';
import type { GrantSource } from './grant-source.js';
import { Instance, type InstantiateOptions } from './instance.js';
import { guestLimits } from './limits.js';
import { type Needs, needsOf } from './needs.js';
import { checkOptions } from './options.js';
import type { PlainPlugin, PlainPluginFactory } from './plain.js';
import { PlainInstance } from './plain-instance.js';
import { Pool, type PoolOptions } from './pool.js';
import { SANDBOX_OPTIONS, Sandbox } from './sandbox.js';
import { Supervised, type SuperviseOptions } from './supervise.js';
import { WasiImports } from './wasi-imports.js';

type Settings = Omit<InstantiateOptions, 'imports' | 'async'>;

/**
 * What `instantiate` takes: imports have to be given where the world has any, and may answer with promises where `async`
 * says so.
 */
export type InstantiateArguments<Imports> =
  Record<never, never> extends Imports
    ? [options?: InstantiateOptions<Imports>]
    : [
        options:
          | (Settings & { readonly imports: Imports; readonly async?: undefined })
          | (Settings & { readonly imports: AsyncImports<Imports>; readonly async: readonly string[] | true }),
      ];

/** A loaded plugin: what it is is known, nothing of it has run. Its types are those of the world it was loaded with. */
export interface Plugin<Exports = any, SyncExports = any, Imports = any> {
  /** The artifact's file name, or what `load` was told. */
  readonly name: string;
  /**
   * How it runs: `wasm` in the sandbox; `native` as a program of its own; `host-code` as JavaScript of this process.
   */
  readonly runtime: 'wasm' | 'native' | 'host-code';
  /** What it imports and exports. */
  readonly world: World;
  /** What an instance needs of the app, and the grants it could use: by what the plugin imports. */
  readonly needs: Needs;
  /** What the plugin's `plugin.json` requests, and why. The reasons are the plugin's words: escape them before showing. */
  readonly requests: readonly PermissionRequest[];
  /**
   * Makes a running copy.
   * @throws HatchwayError `missing-import` with everything that is missing; `option`; `unsupported`; what a start function
   * fails with.
   * @example await using shout = await plugin.instantiate({ imports: { 'hatchway:relay/log': log } })
   */
  instantiate(...args: InstantiateArguments<Imports>): Promise<Instance<Exports, SyncExports>>;
  /**
   * Makes instances before they are needed, each for one use: with one set of grants, imports and limits, so have a pool for each
   * tenant.
   * @throws HatchwayError as `instantiate` does; `option`.
   * @example
   * await using pool = await plugin.pool({ size: 4, max: 16, grants: { read: { '/config': './conf' } } });
   * const answer = await pool.use((instance) => instance.exports.run(question));
   */
  pool(options?: PoolOptions<Imports>): Promise<Pool<Exports, SyncExports>>;
  /**
   * Makes an instance that is made anew when it fails, within bounds: the same for every runtime.
   * @throws HatchwayError as `instantiate` does; `option`.
   * @example
   * await using shout = await plugin.supervise({ imports, restart: { backoff: '200ms', limit: 3 } });
   * const answer = await shout.use((instance) => instance.exports.run(question));
   */
  supervise(options?: SuperviseOptions<Imports>): Promise<Supervised<Exports, SyncExports>>;
}

const OPTIONS = ['name', 'imports', 'async', 'isolation'];

/** @throws HatchwayError `option` for options that are unknown, not built yet or not this plugin's. */
export function checkInstantiate(options: InstantiateOptions, known: readonly string[]): void {
  checkOptions('instantiate', options, known);
  if (options.isolation !== undefined && options.isolation !== 'inline') {
    throw hatchwayError('option', 'this isolation is not built yet', { mend: "Use 'inline', the default." });
  }
}

/** A WebAssembly component. */
export class ComponentPlugin implements Plugin {
  readonly runtime = 'wasm';
  #wasi: WasiImports | undefined;

  constructor(
    readonly name: string,
    private readonly component: Component,
    private readonly grants: GrantSource,
  ) {}

  get world(): World {
    return this.component.world;
  }

  get needs(): Needs {
    return needsOf(this.world);
  }

  get requests(): readonly PermissionRequest[] {
    return this.grants.requests;
  }

  async instantiate(options: InstantiateOptions = {}): Promise<Instance> {
    checkInstantiate(options, [...OPTIONS, 'limits', ...SANDBOX_OPTIONS]);
    const name = { plugin: this.name, instance: options.name ?? this.name };
    this.#wasi ??= new WasiImports(this.component);
    const { grants, component } = this;
    const { imports = {} } = options;
    const async = this.#wasi.asynchronous(options.async, imports);
    const waits = async === true || (async?.length ?? 0) > 0;
    const limits = grants.limits(name.instance, options.limits, waits ? 'no stop' : 'all');
    const runs = limits.fuel === undefined ? component : await component.counted();
    const alone = this.#wasi.none && !SANDBOX_OPTIONS.some((option) => option in options);
    const given = alone ? undefined : grants.resolve(name.instance, options.grants);
    const account = grants.budget.open(name);
    const guest = guestLimits(limits, account.reserve);
    let sandbox: Sandbox | undefined;
    try {
      if (given !== undefined) sandbox = new Sandbox(name, given, limits.waiting, options, grants.audit);
      const all = sandbox === undefined ? imports : this.#wasi.with(imports, sandbox.wasi);
      const make = (adapt: Adapt) => runs.instantiate(all, name, adapt, async, guest);
      const instance = new Instance(name, waits, make, sandbox, guest);
      grants.budget.give(account, instance);
      return instance;
    } catch (error) {
      account.close();
      sandbox?.end();
      throw error;
    }
  }

  pool(options?: PoolOptions): Promise<Pool> {
    return Pool.create(this.name, (given) => this.instantiate(given), options);
  }

  supervise(options?: SuperviseOptions): Promise<Supervised> {
    return Supervised.create(this.name, (given) => this.instantiate(given), options);
  }
}

/** An object of the app that implements a world. */
export class ObjectPlugin implements Plugin {
  readonly runtime = 'host-code';
  readonly requests = [];

  constructor(
    readonly name: string,
    readonly world: World,
    private readonly source: PlainPlugin | PlainPluginFactory,
    /** What surrounds its one instance, where its code asks for WASI. */
    private readonly sandbox?: Sandbox,
  ) {}

  get needs(): Needs {
    return needsOf(this.world);
  }

  async instantiate(options: InstantiateOptions = {}): Promise<Instance> {
    checkInstantiate(options, this.sandbox === undefined ? OPTIONS : [...OPTIONS, ...SANDBOX_OPTIONS]);
    const name = { plugin: this.name, instance: options.name ?? this.name };
    const { imports = {}, async = [] } = options;
    const waits = async === true || async.length > 0;
    return new Instance(
      name,
      waits,
      (adapt) => new PlainInstance(this.world, this.source, { imports, async }, name, adapt),
      this.sandbox,
    );
  }

  async pool(options?: PoolOptions): Promise<Pool> {
    if (typeof this.source !== 'function') {
      throw hatchwayError(
        'option',
        'all instances of an object are that object, so a pool would share what it remembers',
        {
          plugin: this.name,
          mend: 'Load a function that makes one.',
        },
      );
    }
    return Pool.create(this.name, (given) => this.instantiate(given), options);
  }
  supervise(options?: SuperviseOptions): Promise<Supervised> {
    return Supervised.create(this.name, (given) => this.instantiate(given), options);
  }
}
