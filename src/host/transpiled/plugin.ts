import { hatchwayError } from '../../errors/index.js';
import type { World, WorldItem } from '../../wit/index.js';
import type { Instance, InstantiateOptions } from '../instance.js';
import type { PlainPluginFactory } from '../plain.js';
import { ObjectPlugin, type Plugin } from '../plugin.js';
import type { TranspiledFolder } from './folder.js';
import { loadFactory } from './instantiate.js';

/** A folder that jco wrote. Its code runs with the first instance, in the app and with all that the app can do. */
export class TranspiledPlugin implements Plugin {
  #factory: Promise<PlainPluginFactory> | undefined;

  constructor(
    readonly name: string,
    readonly world: World,
    private readonly folder: TranspiledFolder,
  ) {}

  get needs(): readonly WorldItem[] {
    return this.world.imports;
  }

  async instantiate(options: InstantiateOptions = {}): Promise<Instance> {
    if (options.async === true || (options.async?.length ?? 0) > 0) {
      throw hatchwayError('unsupported', 'the imports of a transpiled plugin answer without promises', {
        plugin: this.name,
        mend: 'Load the component itself, or make the imports synchronous.',
      });
    }
    this.#factory ??= loadFactory(this.folder, this.world);
    return new ObjectPlugin(this.name, this.world, await this.#factory).instantiate(options);
  }
}
