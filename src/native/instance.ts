import { AsyncLocalStorage } from 'node:async_hooks';
import { ComponentError, type HatchwayError, hatchwayError } from '../errors/index.js';
import {
  answerWith,
  implementImports,
  importFailed,
  type LocalFunctions,
  type Members,
  RemoteClasses,
  type RemoteNamespace,
  remoteNamespace,
} from '../proxy/index.js';
import { type IncomingCall, type OutgoingCall, type RemoteFunction, setShare, type Traffic } from '../session/index.js';
import type { NativeProcess } from './process.js';

type State = 'idle' | 'busy' | 'poisoned' | 'disposed';

/** How one call is made. */
export interface NativeCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
}

export interface NativeOptions {
  readonly plugin: string;
  readonly name: string;
  readonly imports: Members;
  readonly config?: readonly (readonly [string, string])[];
  /** Milliseconds that a call may take; `Infinity` for no limit. */
  readonly timeout: number;
  /** Registers a function with the way to call it with options. */
  readonly adapt: (
    make: (options: NativeCallOptions) => (...args: any[]) => Promise<unknown>,
  ) => (...args: any[]) => Promise<unknown>;
}

/** Milliseconds that a call which was given up has to be answered in: then its process is ended. */
const GRACE = 2000;

/** The instances that wait, one for the other, for the code that runs now: in imports. */
const chains = new AsyncLocalStorage<readonly NativeInstance[]>();

/** What a call under way has: the instances that wait for it, and how it fails before its answer has come. */
class Open {
  constructor(
    readonly chain: readonly NativeInstance[],
    readonly reject: (error: unknown) => void,
  ) {}
}

/** One instance that a process serves. */
export class NativeInstance {
  readonly id: number;
  readonly name: string;
  readonly async: RemoteNamespace;
  readonly classes = new RemoteClasses();
  readonly imports: LocalFunctions;
  failure: HatchwayError | undefined;
  readonly isNative = true;
  readonly collected = 0;
  #calls = 0;
  #state: 'idle' | 'poisoned' | 'disposed' = 'idle';
  /** Calls under way. */
  #open = 0;
  #onFailure: (() => void) | undefined;
  #ended: Promise<void> | undefined;

  private constructor(
    private readonly process: NativeProcess,
    private readonly options: NativeOptions,
  ) {
    this.id = process.newId();
    this.name = options.name;
    const { world, table } = process;
    this.imports = implementImports(world, table, options.imports);
    this.async = remoteNamespace(world.exports, table.exports, this.classes, (fn, isMethod) =>
      options.adapt((given) => {
        if (isMethod) {
          const instance = this;
          return function (this: unknown, ...args: unknown[]) {
            return instance.#call(fn, [this, ...args], given);
          };
        }
        return (...args: unknown[]) => this.#call(fn, args, given);
      }),
    );
  }

  /**
   * Makes an instance in a process that was reserved for it.
   * @throws HatchwayError `missing-import` with all that is missing, `trap` with what the plugin says.
   */
  static make(process: NativeProcess, options: NativeOptions): Promise<NativeInstance> {
    return process.makeInstance(() => NativeInstance.#make(process, options));
  }

  static async #make(process: NativeProcess, options: NativeOptions): Promise<NativeInstance> {
    const instance = new NativeInstance(process, options);
    if (instance.imports.missing.length > 0) {
      throw hatchwayError('missing-import', 'the app does not offer what the plugin imports', {
        ...instance.#names,
        differences: instance.imports.missing,
        mend: 'Pass implementations in `imports`, by interface id or by function name.',
      });
    }
    await process.dispense(instance, options.name, options.config ?? []);
    return instance;
  }

  get state(): State {
    return this.#state === 'idle' && this.#open > 0 ? 'busy' : this.#state;
  }

  /** What it has taken of this process. */
  get usage(): { calls: number; memory: number; peakMemory: number; hostBytes: number } {
    return { calls: this.#calls, memory: 0, peakMemory: 0, hostBytes: 0 };
  }

  /** There is one face only. @throws HatchwayError `option` */
  get sync(): never {
    throw hatchwayError('option', 'a native plugin has no synchronous exports', {
      ...this.#names,
      mend: 'Use `exports`, whose functions answer with promises.',
    });
  }

  /** Settles when its program has given a sign of life. */
  ping(): Promise<void> {
    return this.process.ping();
  }

  /** @throws HatchwayError `option`, or why the instance can be sent nothing. */
  traffic(traffic: Traffic): void {
    const share = this.process.session.share(this.id);
    if (this.#state !== 'idle' || share === undefined) throw this.#refuse();
    setShare(share, traffic);
  }

  onFailure(listener: () => void): void {
    this.#onFailure = listener;
  }

  // ── calls of the app ───────────────────────────────────────────────────────────────────────────────────────────────

  #call(fn: RemoteFunction, args: readonly unknown[], { signal, timeout }: NativeCallOptions): Promise<unknown> {
    const { process } = this;
    return new Promise((resolve, reject) => {
      if (this.#state !== 'idle') throw this.#refuse();
      const chain = chains.getStore();
      if (chain?.includes(this)) throw this.#waitsForItself();
      if (signal?.aborted) throw this.#cancelled(signal, false);
      const milliseconds = timeout ?? this.options.timeout;
      let onAbort: (() => void) | undefined;
      const call: OutgoingCall = process.session.call(
        this.id,
        fn,
        args,
        (failure, value) => {
          this.#open--;
          process.released();
          if (onAbort !== undefined) signal!.removeEventListener('abort', onAbort);
          if (failure !== undefined) return this.#settle(failure, call, signal, reject);
          if (!fn.throws) return resolve(value);
          const result = value as { tag: 'ok' | 'err'; val: unknown };
          if (result.tag === 'ok') resolve(result.val);
          else reject(new ComponentError(result.val, this.#names));
        },
        {
          timeout: milliseconds === Number.POSITIVE_INFINITY ? undefined : milliseconds,
          context: new Open(chain ?? NO_CHAIN, reject),
        },
      );
      this.#calls++;
      this.#open++;
      process.held();
      if (signal !== undefined) {
        onAbort = () => process.session.cancel(call);
        signal.addEventListener('abort', onAbort, { once: true });
      }
    });
  }

  #settle(
    failure: HatchwayError,
    call: OutgoingCall,
    signal: AbortSignal | undefined,
    reject: (error: unknown) => void,
  ): void {
    const { session } = this.process;
    if (session.ended === undefined || this.#state !== 'idle') return reject(this.#failed(failure, call, signal));
    // How the program ended says more than that it did.
    void this.process.explained(failure).then((error) => reject(this.failure ?? error.with(this.#names)));
  }

  /** What a call failed with, as the app sees it; most failures end the instance. */
  #failed(failure: HatchwayError, call: OutgoingCall, signal: AbortSignal | undefined): HatchwayError {
    // An import that failed is why the plugin did.
    if (this.failure !== undefined && this.#state === 'poisoned') return this.failure;
    if (failure.code === 'cancelled' || failure.code === 'timeout') {
      this.#watch(call);
      return failure.code === 'cancelled' && signal?.aborted
        ? this.#cancelled(signal, failure.started ?? true)
        : failure.with(this.#names);
    }
    const error = failure.with(this.#names);
    if (failure.started !== false) this.#poison(error);
    return error;
  }

  /** A plugin that does not give up in time what it was told to is ended. */
  #watch(call: OutgoingCall): void {
    const timer = setTimeout(() => {
      const { session } = this.process;
      if (session.ended === undefined && session.overdue(GRACE - 100).includes(call)) {
        const what = `${call.fn.key} went on for ${GRACE} ms after it was told to stop`;
        this.#poison(hatchwayError('timeout', what, this.#names));
        this.process.kill();
      }
    }, GRACE);
    timer.unref();
  }

  // ── calls of the plugin ────────────────────────────────────────────────────────────────────────────────────────────

  /** Answers a call of the plugin. */
  handle(call: IncomingCall): void {
    const target = this.imports.functions[call.fn.index]!;
    const failed = (cause: unknown) => this.fail(importFailed(call.fn.key, cause).with(this.#names));
    const outer = openOf(this.process.session.outgoing(call.parent))?.chain ?? NO_CHAIN;
    chains.run([...outer, this], () => answerWith(call, target, failed));
  }

  /** Ends the instance for a failure of this side's. */
  fail(error: HatchwayError): void {
    this.#poison(error);
  }

  #poison(error: HatchwayError): void {
    if (this.#state !== 'idle') return;
    this.#state = 'poisoned';
    this.failure = error;
    this.#failOpen(error);
    this.#onFailure?.();
    this.#ended ??= this.process.release(this.id);
  }

  #failOpen(error: HatchwayError): void {
    for (const call of this.process.session.outgoingTo(this.id)) openOf(call)?.reject(error);
  }

  /** The process is no more. */
  lost(error: HatchwayError): void {
    if (this.#state !== 'idle') return;
    const named = error.with(this.#names);
    this.#state = 'poisoned';
    this.failure = named;
    this.#failOpen(named);
    this.#onFailure?.();
  }

  /** Ends the instance. @throws never; `ended` tells when its process has let it go. */
  dispose(): void {
    if (this.#state === 'disposed') return;
    this.#state = 'disposed';
    this.#failOpen(this.#refuse());
    this.#ended ??= this.process.release(this.id);
  }

  /** Settles when nothing is left of it. */
  get ended(): Promise<void> {
    return this.#ended ?? Promise.resolve();
  }

  // ── errors ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  get #names(): { plugin: string; instance: string } {
    return { plugin: this.options.plugin, instance: this.name };
  }

  #refuse(): HatchwayError {
    if (this.#state === 'disposed') return hatchwayError('disposed', 'the instance was disposed', this.#names);
    return hatchwayError('poisoned', 'the instance failed before and cannot be used again', {
      ...this.#names,
      cause: this.failure,
      mend: 'Instantiate the plugin anew; the cause is the first failure.',
    });
  }

  #waitsForItself(): HatchwayError {
    return hatchwayError('reentrant', 'the instance waits for the very code that calls it', {
      ...this.#names,
      mend: 'Call another instance of the plugin, or call after the import has answered.',
    });
  }

  #cancelled(signal: AbortSignal, started: boolean): HatchwayError {
    return hatchwayError('cancelled', `the call was cancelled${started ? '' : ' before it started'}`, {
      ...this.#names,
      cause: signal.reason,
    });
  }
}

const NO_CHAIN: readonly NativeInstance[] = [];

function openOf(call: OutgoingCall | undefined): Open | undefined {
  return call?.context instanceof Open ? call.context : undefined;
}
