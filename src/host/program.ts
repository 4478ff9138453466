import type { Adapt, InstanceLimits as GuestLimits, Namespace } from '../component/index.js';
import { hatchwayError } from '../errors/index.js';
import type { PermissionRequest } from '../grants/index.js';
import {
  compilePreview1,
  type Preview1Module,
  preview1GrantUses,
  runPreview1,
  type WasiContext,
} from '../wasi/index.js';
import type { World } from '../wit/index.js';
import type { GrantSource } from './grant-source.js';
import { type Backing, Instance, type InstanceState, type InstantiateOptions } from './instance.js';
import { guestLimits, interruption, PAGE } from './limits.js';
import type { Needs } from './needs.js';
import { checkInstantiate, type Plugin } from './plugin.js';
import { Pool, type PoolOptions } from './pool.js';
import { SANDBOX_OPTIONS, Sandbox } from './sandbox.js';
import { Supervised, type SuperviseOptions } from './supervise.js';

const RUN = 'wasi:cli/run@0.2.12';

/** What a program is as a plugin: it can be run. What it asks of WASI it says in preview 1, which WIT cannot. */
const PROGRAM_WORLD: World = {
  package: 'root:component',
  name: 'root',
  imports: [],
  exports: [
    {
      kind: 'interface',
      name: RUN,
      interface: {
        id: RUN,
        types: [],
        functions: [{ name: 'run', type: { params: [], result: { kind: 'result' }, async: false } }],
      },
    },
  ],
};

/** Whether a core module is meant to be run as a program, by WASI preview 1. */
export function isProgram(bytes: Uint8Array): boolean {
  if (!WebAssembly.validate(bytes as BufferSource)) return false;
  const module = new WebAssembly.Module(bytes as BufferSource);
  return WebAssembly.Module.exports(module).some(({ name, kind }) => name === '_start' && kind === 'function');
}

/** A core module for WASI preview 1. */
export class ProgramPlugin implements Plugin {
  readonly runtime = 'wasm';
  readonly world = PROGRAM_WORLD;

  private constructor(
    readonly name: string,
    private readonly module: Preview1Module,
    private readonly grants: GrantSource,
  ) {}

  /** @throws HatchwayError `invalid`, `missing-import`, `core-module` */
  static async load(name: string, bytes: Uint8Array, grants: GrantSource): Promise<ProgramPlugin> {
    return new ProgramPlugin(name, await compilePreview1(bytes, interruption), grants);
  }

  get needs(): Needs {
    return { imports: [], grants: preview1GrantUses(this.module) };
  }

  get requests(): readonly PermissionRequest[] {
    return this.grants.requests;
  }

  async instantiate(options: InstantiateOptions = {}): Promise<Instance> {
    checkInstantiate(options, ['name', 'isolation', 'limits', ...SANDBOX_OPTIONS]);
    const name = { plugin: this.name, instance: options.name ?? this.name };
    const given = this.grants.resolve(name.instance, options.grants);
    const limits = this.grants.limits(name.instance, options.limits);
    const { budget, audit } = this.grants;
    const guest = guestLimits(limits);
    const account = budget.open(name);
    let sandbox: Sandbox | undefined;
    try {
      // A run has its memories anew, and gives those of the last one back.
      for (const { maximum } of this.module.memories) {
        account.reserve?.(Math.min(maximum, guest.maxMemoryPages) * PAGE);
      }
      sandbox = new Sandbox(name, given, limits.waiting, options, audit);
      const { wasi } = sandbox;
      // What cannot be granted here is an error now, not when the program first asks.
      wasi.openDirectories();
      const make = (adapt: Adapt) => new ProgramInstance(name, this.module, wasi, guest, adapt);
      const instance = new Instance(name, false, make, sandbox);
      budget.give(account, instance);
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

/** One running copy: each call of `run` starts the program anew, in a memory of its own. */
class ProgramInstance implements Backing {
  readonly sync: Namespace;
  readonly async: Namespace;
  readonly collected = 0;
  state: InstanceState = 'idle';
  failure: Error | undefined;
  #onFailure: (() => void) | undefined;

  constructor(
    private readonly name: { readonly plugin: string; readonly instance: string },
    private readonly module: Preview1Module,
    private readonly context: WasiContext,
    private readonly limits: GuestLimits,
    adapt: Adapt,
  ) {
    const run = () => this.#run();
    this.sync = faceOf(run);
    this.async = faceOf(adapt(run, RUN));
  }

  onFailure(listener: () => void): void {
    this.#onFailure = listener;
  }

  dispose(): void {
    if (this.state === 'busy') throw this.#refuse();
    this.state = 'disposed';
  }

  #run(): void {
    if (this.state !== 'idle') throw this.#refuse();
    this.state = 'busy';
    let exitCode: number;
    try {
      exitCode = runPreview1(this.module, this.context, this.limits);
    } catch (error) {
      this.state = 'poisoned';
      this.failure = error as Error;
      this.#onFailure?.();
      throw error;
    }
    this.state = 'idle';
    if (exitCode === 0) return;
    throw hatchwayError('exited', `the guest exited with code ${exitCode}`, { ...this.name, exitCode });
  }

  #refuse(): Error {
    if (this.state === 'busy') return hatchwayError('reentrant', 'the program is running', this.name);
    if (this.state === 'disposed') return hatchwayError('disposed', 'the instance was disposed', this.name);
    return hatchwayError('poisoned', 'the instance failed before and cannot be used again', {
      ...this.name,
      cause: this.failure,
      mend: 'Instantiate the plugin anew; the cause is the first failure.',
    });
  }
}

function faceOf(run: (...args: never[]) => unknown): Namespace {
  const namespace: Record<string, unknown> = Object.create(null);
  const inner: Record<string, unknown> = Object.create(null);
  inner.run = run;
  namespace[RUN] = inner;
  namespace.run = inner;
  return namespace as Namespace;
}
