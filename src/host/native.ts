import { join } from 'node:path';
import { hatchwayError } from '../errors/index.js';
import {
  type GrantsOption,
  type Layer,
  type Manifest,
  type ManifestProgram,
  type PermissionRequest,
  Permissions,
  parseDuration,
} from '../grants/index.js';
import { NativeInstance, NativeProcess, type ProcessLog, type Program, programOf } from '../native/index.js';
import { compareWorlds, type World } from '../wit/index.js';
import type { GrantSource } from './grant-source.js';
import { Instance, type InstantiateOptions } from './instance.js';
import { type Needs, needsOf } from './needs.js';
import { Output } from './output.js';
import { checkInstantiate, type Plugin } from './plugin.js';
import { Pool, type PoolOptions } from './pool.js';
import type { CallOptions } from './queue.js';
import { Supervised, type SuperviseOptions } from './supervise.js';
import { registerOptioned } from './with-options.js';

/** A record of a native plugin's log, or a line that it printed. All text comes from outside: escape it before showing. */
export interface LogEvent extends ProcessLog {
  readonly plugin: string;
}

/** What a native plugin is made of. */
export interface NativeParts {
  readonly name: string;
  readonly program: Program;
  readonly world: World;
  /** The world in binary, as the folder or the app has it. */
  readonly encoded: Uint8Array;
  readonly grants: GrantSource;
  readonly terminal: boolean;
  readonly onLog: (event: LogEvent) => void;
}

const OPTIONS = ['name', 'imports', 'isolation', 'limits', 'grants', 'stdout', 'stderr', 'config'];

/** A program. Its instances share a process where they have the same environment. */
export class NativePlugin implements Plugin {
  readonly runtime = 'native';
  readonly name: string;
  readonly world: World;
  /** By what it was started with. */
  readonly #processes = new Map<string, Promise<NativeProcess>>();

  constructor(private readonly parts: NativeParts) {
    this.name = parts.name;
    this.world = parts.world;
  }

  get needs(): Needs {
    return needsOf(this.world);
  }

  get requests(): readonly PermissionRequest[] {
    return this.parts.grants.requests;
  }

  async instantiate(options: InstantiateOptions = {}): Promise<Instance> {
    checkInstantiate(options, OPTIONS);
    const { grants } = this.parts;
    const name = { plugin: this.name, instance: options.name ?? this.name };
    const given = grants.resolve(name.instance, allowRun(options.grants));
    if (!given.run) throw notAllowed(this.name, given.refusedBy('run', ''));
    if (given.directories.length > 0) {
      throw hatchwayError(
        'grants',
        'without a sandbox nothing holds a native program to the directories it was granted',
        {
          ...name,
          mend: 'Leave `read` and `write` away: the program can open what this user can.',
        },
      );
    }
    const { timeout } = grants.limits(name.instance, options.limits, 'timeout');
    const account = grants.budget.open(name);
    const stdout = new Output(name, 'stdout', options.stdout);
    const stderr = new Output(name, 'stderr', options.stderr);
    try {
      const env = Object.fromEntries(given.environment.map((it) => [it.name, it.value]));
      const process = await this.#process(env, { stdout, stderr });
      const native = await NativeInstance.make(process, {
        plugin: this.name,
        name: name.instance,
        imports: options.imports ?? {},
        config: Object.entries(options.config ?? {}),
        timeout,
        adapt: (make) => {
          const withOptions = (call: CallOptions) =>
            make({
              signal: call.signal,
              timeout: call.timeout === undefined ? undefined : parseDuration(call.timeout),
            });
          return registerOptioned(make({}), withOptions);
        },
      });
      const permissions = new Permissions(name, given, grants.audit);
      const end = () => {
        stdout.end();
        stderr.end();
      };
      const instance = new Instance(name, true, () => native, { stdout, stderr, permissions, end });
      grants.budget.give(account, instance);
      return instance;
    } catch (error) {
      account.close();
      throw error;
    }
  }

  pool(options?: PoolOptions): Promise<Pool> {
    return Pool.create(this.name, (given) => this.instantiate(given), options);
  }

  supervise(options?: SuperviseOptions): Promise<Supervised> {
    return Supervised.create(this.name, (given) => this.instantiate(given), options);
  }

  /** A process with just this environment: one that serves, or a new one, whose output is that of the instance it is for. */
  async #process(
    env: Readonly<Record<string, string>>,
    output: { readonly stdout: Output; readonly stderr: Output },
  ): Promise<NativeProcess> {
    const key = JSON.stringify(Object.entries(env).sort());
    const known = await this.#processes.get(key)?.catch(() => undefined);
    if (known !== undefined && known.failure === undefined) {
      known.reserve();
      return known;
    }
    const { program, encoded, world, terminal, onLog, name } = this.parts;
    const starting = NativeProcess.start({
      plugin: name,
      program,
      encoded,
      world,
      compare: (actual) => compareWorlds(world, actual, { offered: () => false }).map((it) => it.message),
      env,
      terminal,
      onOutput: (stream, bytes) => output[stream].write(bytes),
      onLog: (record) => onLog({ ...record, plugin: name }),
    });
    this.#processes.set(key, starting);
    const process = await starting;
    process.reserve();
    process.onEnd.push(() => {
      if (this.#processes.get(key) === starting) this.#processes.delete(key);
    });
    return process;
  }
}

/** The app has said that it may run, when it loaded it; a command line says so in its flags. */
function allowRun(given: GrantsOption | Layer | undefined): GrantsOption | Layer {
  return given !== undefined && 'kind' in given && 'deny' in given ? given : { ...(given as GrantsOption), run: true };
}

export function notAllowed(plugin: string, rule: string) {
  return hatchwayError('grants', `it is a native program, which may not run: ${rule}`, {
    plugin,
    mend: 'Load it with `run: true` (on the command line --allow-run) and have the policy, if there is one, allow `run`.',
  });
}

/** What a folder has to run on this machine, and how it is to be run. */
export async function nativeProgram(manifest: Manifest): Promise<Program> {
  const { native } = manifest.artifacts;
  const platform = `${process.platform}-${process.arch}`;
  const found = native.get(platform) ?? native.get('any');
  if (found === undefined) {
    throw hatchwayError(
      'unsupported',
      `the plugin has no program for ${platform}: only for ${[...native.keys()].join(', ')}`,
      {
        plugin: manifest.id,
        mend: 'Build it for this machine.',
      },
    );
  }
  const { interpreter, args } = found;
  const program: Program = {
    folder: manifest.folder,
    path: found.path,
    args,
    ...(interpreter !== undefined && { interpreter }),
    sha256: digestsOf(manifest.folder, found),
  };
  return programOf(program);
}

function digestsOf(folder: string, { path, sha256, files }: ManifestProgram): ReadonlyMap<string, string> {
  return sha256 === undefined ? new Map() : new Map([[path.slice(folder.length + 1), sha256], ...files]);
}

/** Where a folder has its encoded world, unless its manifest says otherwise. */
export function worldPath(manifest: Manifest): string {
  return manifest.artifacts.world?.path ?? join(manifest.folder, 'world.wasm');
}
