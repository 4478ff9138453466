import { join } from 'node:path';
import { hatchwayError } from '../errors/index.js';
import {
  type Grants,
  type GrantsOption,
  type Layer,
  type Manifest,
  type ManifestProgram,
  type PermissionRequest,
  Permissions,
} from '../grants/index.js';
import { NativeInstance, NativeProcess, type ProcessLog, type Program, programOf } from '../native/index.js';
import { compareWorlds, type World } from '../wit/index.js';
import type { GrantSource } from './grant-source.js';
import { Instance, type InstantiateOptions } from './instance.js';
import { callTimeout } from './limits.js';
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

interface Named {
  readonly plugin: string;
  readonly instance: string;
}

/** Where what a program prints goes. */
interface Outputs {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** A process, and the instances that get what it prints. */
interface Running {
  readonly process: NativeProcess;
  readonly outputs: Set<Outputs>;
}

const OPTIONS = ['name', 'imports', 'isolation', 'limits', 'grants', 'stdout', 'stderr', 'config'];

/** A program. Its instances share a process where they have the same environment. */
export class NativePlugin implements Plugin {
  readonly runtime = 'native';
  readonly name: string;
  readonly world: World;
  /** By what it was started with. */
  readonly #processes = new Map<string, Promise<Running>>();

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
    checkHolds(given, name);
    this.#checkOutput(options, name);
    const { timeout } = grants.limits(name.instance, options.limits, 'timeout');
    const account = grants.budget.open(name);
    const stdout = new Output(name, 'stdout', options.stdout);
    const stderr = new Output(name, 'stderr', options.stderr);
    const output = { stdout, stderr };
    let running: Running | undefined;
    try {
      const env = Object.fromEntries(given.environment.map((it) => [it.name, it.value]));
      running = await this.#process(env, output);
      const { process, outputs } = running;
      const native = await NativeInstance.make(process, {
        plugin: this.name,
        name: name.instance,
        imports: options.imports ?? {},
        config: Object.entries(options.config ?? {}),
        timeout,
        adapt: (make) => {
          const withOptions = ({ signal, timeout: own }: CallOptions) =>
            make({ signal, timeout: own === undefined ? undefined : callTimeout(own, timeout, name) });
          return registerOptioned(make({}), withOptions);
        },
      });
      const permissions = new Permissions(name, given, grants.audit);
      const end = () => {
        stdout.end();
        stderr.end();
        // What it prints as it is released is still its own.
        void native.ended.then(() => outputs.delete(output));
      };
      const instance = new Instance(name, true, () => native, { stdout, stderr, permissions, end });
      grants.budget.give(account, instance);
      return instance;
    } catch (error) {
      running?.outputs.delete(output);
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

  /** A process with just this environment: one that serves, or a new one. Its output is that of all its instances. */
  async #process(env: Readonly<Record<string, string>>, output: Outputs): Promise<Running> {
    const key = JSON.stringify(Object.entries(env).sort());
    const known = await this.#processes.get(key)?.catch(() => undefined);
    if (known !== undefined && known.process.failure === undefined) {
      known.process.reserve();
      known.outputs.add(output);
      return known;
    }
    const starting = this.#start(env, new Set([output]));
    this.#processes.set(key, starting);
    const running = await starting;
    running.process.reserve();
    running.process.onEnd.push(() => {
      if (this.#processes.get(key) === starting) this.#processes.delete(key);
    });
    return running;
  }

  async #start(env: Readonly<Record<string, string>>, outputs: Set<Outputs>): Promise<Running> {
    const { program, encoded, world, terminal, onLog, name } = this.parts;
    const process = await NativeProcess.start({
      plugin: name,
      program,
      encoded,
      world,
      compare: (actual) => compareWorlds(world, actual, { offered: () => false }).map((it) => it.message),
      env,
      terminal,
      onOutput: (stream, bytes) => {
        for (const output of outputs) output[stream].write(bytes);
      },
      onLog: (record) => onLog({ ...record, plugin: name }),
    });
    return { process, outputs };
  }

  /** What prints on the terminal is nobody else's to have. */
  #checkOutput(options: InstantiateOptions, name: Named): void {
    if (!this.parts.terminal) return;
    for (const stream of ['stdout', 'stderr'] as const) {
      if (options[stream] === undefined || options[stream] === 'inherit') continue;
      throw hatchwayError('option', `a program on the terminal has no ${stream} to give`, {
        ...name,
        mend: `Leave \`${stream}\` away, or load it without \`terminal\`.`,
      });
    }
  }
}

/** Refuses what nothing holds a program to that runs without a sandbox. */
function checkHolds({ directories, clocks, random }: Grants, name: Named): void {
  const refuse = (what: string, mend: string) => {
    throw hatchwayError('grants', `without a sandbox nothing holds a native program to ${what}`, { ...name, mend });
  };
  if (directories.length > 0)
    refuse('the directories it was granted', 'Leave `read` and `write` away: the program can open what this user can.');
  if (clocks.kind !== 'real' || clocks.resolution > 1)
    refuse('other clocks than the real ones', 'Leave `clocks` away: the program has those of this machine.');
  if (random.kind !== 'secure')
    refuse('other random bytes than the real ones', 'Leave `random` away: the program has those of this machine.');
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
  const { interpreter, args, carrier } = found;
  const program: Program = {
    folder: manifest.folder,
    path: found.path,
    args,
    carrier,
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
