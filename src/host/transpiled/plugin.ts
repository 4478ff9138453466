import { hatchwayError } from '../../errors/index.js';
import { type World, wasiPackage } from '../../wit/index.js';
import type { GrantSource } from '../grant-source.js';
import type { Instance, InstantiateOptions } from '../instance.js';
import { type Needs, needsOf } from '../needs.js';
import { ObjectPlugin, type Plugin } from '../plugin.js';
import { Pool, type PoolOptions } from '../pool.js';
import { Sandbox } from '../sandbox.js';
import { Supervised, type SuperviseOptions } from '../supervise.js';
import { packageOf, type TranspiledFolder } from './folder.js';
import { loadFactory } from './instantiate.js';

/** A folder that jco wrote. Its code runs with the first instance, in the app and with all that the app can do. */
export class TranspiledPlugin implements Plugin {
  readonly runtime = 'host-code';
  readonly requests = [];
  #factory: ReturnType<typeof loadFactory> | undefined;

  constructor(
    readonly name: string,
    readonly world: World,
    private readonly folder: TranspiledFolder,
    private readonly grants: GrantSource,
  ) {}

  get needs(): Needs {
    return needsOf(this.world);
  }

  async instantiate(options: InstantiateOptions = {}): Promise<Instance> {
    if (options.async === true || (options.async?.length ?? 0) > 0) {
      throw hatchwayError('unsupported', 'the imports of a transpiled plugin answer without promises', {
        plugin: this.name,
        mend: 'Load the component itself, or make the imports synchronous.',
      });
    }
    this.#factory ??= loadFactory(this.folder, this.world);
    const factory = await this.#factory;
    const { wasi } = this.folder;
    if (wasi.length === 0) return new ObjectPlugin(this.name, this.world, factory({})).instantiate(options);
    const name = { plugin: this.name, instance: options.name ?? this.name };
    const given = this.grants.resolve(name.instance, options.grants);
    const limits = this.grants.limits(name.instance, options.limits);
    const sandbox = new Sandbox(name, given, limits.waiting, options, this.grants.audit);
    try {
      const interfaces = sandbox.wasi.interfaces(new Set(wasi.map((name) => packageOf(name)!)));
      const app = new ObjectPlugin(this.name, this.#appWorld(), factory(interfaces), sandbox);
      return await app.instantiate(options);
    } catch (error) {
      sandbox.end();
      throw error;
    }
  }

  pool(options?: PoolOptions): Promise<Pool> {
    return Pool.create(this.name, (given) => this.instantiate(given), options);
  }

  supervise(options?: SuperviseOptions): Promise<Supervised> {
    return Supervised.create(this.name, (given) => this.instantiate(given), options);
  }

  /** What the app has to offer: its code takes what is WASI's from us. */
  #appWorld(): World {
    const { world } = this;
    return { ...world, imports: world.imports.filter(({ name }) => wasiPackage(name) === undefined) };
  }
}
