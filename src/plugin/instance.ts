import { ComponentError, hatchwayError } from '../errors/index.js';
import {
  answerWith,
  implementExports,
  type LocalFunctions,
  type Members,
  RemoteClasses,
  type RemoteNamespace,
  remoteNamespace,
} from '../proxy/index.js';
import type { FunctionTable, IncomingCall, Session } from '../session/index.js';
import type { World } from '../wit/index.js';

/** One instance that the host asked for: an object of the author, which answers one call at a time. */
export class ServedInstance {
  readonly classes = new RemoteClasses();
  readonly imports: RemoteNamespace;
  #functions: LocalFunctions | undefined;
  #plugin: Partial<Disposable & AsyncDisposable> = {};
  #current: IncomingCall | undefined;
  #signal: AbortController | undefined;
  readonly #waiting: IncomingCall[] = [];
  #broken = false;

  constructor(
    readonly id: number,
    private readonly world: World,
    private readonly table: FunctionTable,
    session: Session,
    /** It failed in a way that is no error of its WIT result. */
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.imports = remoteNamespace(world.imports, table.imports, this.classes, (fn, isMethod) => {
      const call = (args: unknown[]) =>
        new Promise((resolve, reject) => {
          const parent = this.#current;
          session.call(
            id,
            fn,
            args,
            (failure, value) => {
              if (failure !== undefined) return reject(failure);
              if (!fn.throws) return resolve(value);
              const result = value as { tag: 'ok' | 'err'; val: unknown };
              if (result.tag === 'ok') resolve(result.val);
              else reject(new ComponentError(result.val));
            },
            parent && { parent },
          );
        });
      return isMethod
        ? function (this: unknown, ...args: unknown[]) {
            return call([this, ...args]);
          }
        : (...args: unknown[]) => call(args);
    });
  }

  get functions(): LocalFunctions | undefined {
    return this.#functions;
  }

  /** Aborted when the caller of the call under way no longer wants its answer. */
  get signal(): AbortSignal {
    this.#signal ??= new AbortController();
    const call = this.#current;
    if (call?.cancelled !== undefined) this.#signal.abort(call.cancelled);
    return this.#signal.signal;
  }

  /** @throws HatchwayError `missing-import` with what the object lacks of the world. */
  implement(plugin: Members): void {
    if ((typeof plugin !== 'object' && typeof plugin !== 'function') || plugin === null)
      throw hatchwayError('world-mismatch', 'the plugin is not an object that implements the world');
    const functions = implementExports(this.world, this.table, plugin);
    if (functions.missing.length > 0)
      throw hatchwayError('world-mismatch', 'the plugin does not implement the world', {
        differences: functions.missing,
      });
    this.#functions = functions;
    this.#plugin = plugin as Partial<Disposable & AsyncDisposable>;
  }

  /** A call of the host, now or when those before it were answered. */
  take(call: IncomingCall): void {
    if (this.#current === undefined) return this.#start(call);
    this.#waiting.push(call);
    call.onCancel = () => {
      const index = this.#waiting.indexOf(call);
      if (index < 0) return;
      this.#waiting.splice(index, 1);
      call.fail(call.cancelled!, 'it had not begun');
    };
  }

  #start(call: IncomingCall): void {
    if (this.#broken) return this.#refuse(call);
    this.#current = call;
    call.onCancel = (reason) => this.#signal?.abort(reason);
    answerWith(call, this.#functions!.functions[call.fn.index]!, this.#failed, this.#ended);
  }

  /** The calls after one that failed. */
  #refuse(call: IncomingCall): void {
    call.fail('trap', 'the instance failed before');
    this.#ended();
  }

  readonly #failed = (error: unknown): void => {
    this.#broken = true;
    this.onFailure(error);
  };

  readonly #ended = (): void => {
    this.#signal = undefined;
    this.#current = this.#waiting.shift();
    // Not from within the answer before: a thousand that wait would be a thousand deep.
    if (this.#current !== undefined) queueMicrotask(() => this.#start(this.#current!));
  };

  /** The host released it, or is gone. */
  async dispose(): Promise<void> {
    this.#signal?.abort('cancelled');
    const plugin = this.#plugin;
    if (plugin[Symbol.asyncDispose] === undefined) plugin[Symbol.dispose]?.();
    else await plugin[Symbol.asyncDispose]!();
  }
}
