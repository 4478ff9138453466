import { createHash } from 'node:crypto';
import { type Ends, PrintGuard, SocketCarrier } from '../carriers/index.js';
import { decodeWorld } from '../component/index.js';
import { escapeText, type HatchwayError, hatchwayError, isComponentError, quote } from '../errors/index.js';
import { refusalOf, remoteOf, STREAM_FACES } from '../proxy/index.js';
import {
  CONTROL,
  type FunctionTable,
  functionTable,
  type Hello,
  type IncomingCall,
  type LogRecord,
  type Output,
  type RemoteFunction,
  Session,
} from '../session/index.js';
import type { World } from '../wit/index.js';
import { Child } from './child.js';
import { greeting } from './greeting.js';
import type { NativeInstance } from './instance.js';
import type { ProcessOptions } from './options.js';
import { describeExit, type Exit, STOP_BOUNDS } from './stop.js';

/** Milliseconds in which a program has to say hello, and to make an instance. */
const START_TIMEOUT = 10_000;

/** A program that is a plugin: started, greeted, serving instances, and seen off. */
export class NativeProcess {
  readonly #instances = new Map<number, NativeInstance>();
  #nextInstance = 1;
  /** Instances that are about to be made. */
  #reserved = 0;
  #token = 0;
  readonly #pings = new Map<number, { resolve(): void; reject(error: HatchwayError): void }>();
  #session!: Session;
  #child!: Child;
  /** Once it is there. */
  #ends: Ends | undefined;
  #open = 0;
  #failure: HatchwayError | undefined;
  #stopping: Promise<Exit> | undefined;
  #table!: FunctionTable;
  #world: World;
  /** Settles when it is known why the session ended. */
  #explained: Promise<void> | undefined;
  /** Has listeners called when the process has ended, expected or not. */
  readonly onEnd: (() => void)[] = [];

  private constructor(private readonly options: ProcessOptions) {
    this.#world = options.world;
  }

  /**
   * Starts a program and waits for its hello.
   * @throws HatchwayError for a program that cannot be run, that is no plugin, or whose world does not fit.
   */
  static async start(options: ProcessOptions): Promise<NativeProcess> {
    const started = new NativeProcess(options);
    try {
      await started.#start();
    } catch (error) {
      // Nothing of it stays.
      started.#child?.kill();
      await started.#child?.exited;
      throw started.#named(error);
    }
    return started;
  }

  get session(): Session {
    return this.#session;
  }

  /** What the running program implements. */
  get world(): World {
    return this.#world;
  }

  get table(): FunctionTable {
    return this.#table;
  }

  /** Why nothing can be called any more; `undefined` while it serves. */
  get failure(): HatchwayError | undefined {
    return this.#failure;
  }

  // ── the start ──────────────────────────────────────────────────────────────────────────────────────────────────────

  async #start(): Promise<void> {
    const { program, env, terminal = false, onOutput, onLog } = this.options;
    this.#child = await Child.start({
      program,
      env,
      terminal,
      onOutput,
      onLine: (stream, message, dropped) => {
        const level = stream === 'stdout' ? 'info' : 'warn';
        onLog({ instance: undefined, level, time: Date.now(), target: stream, message, fields: [], dropped });
      },
    });
    void this.#child.exited.then(() => this.#ended());
    const { helloTimeout = START_TIMEOUT } = this.options;
    const greeted = greeting(this.#connect(), this.#child, () => this.#ends !== undefined, helloTimeout);
    await Promise.race([greeted, this.#child.failed]);
    await this.#agree();
    this.#child.unref();
    this.#unref();
  }

  /** Opens the session; the answer is the program's hello. */
  async #connect(): Promise<Hello> {
    let received: (bytes: Uint8Array) => void;
    const { input, output } = await this.#child.connect((bytes) => received(bytes));
    this.#ends = { input, output };
    const carrier = new SocketCarrier(output, input);
    received = this.#child.speaksOnStdout
      ? new PrintGuard(carrier.received, (line) => this.#printed(line)).received
      : carrier.received;
    return new Promise((resolve, reject) => {
      this.#session = new Session({
        role: 'host',
        name: 'hatchway',
        now: () => performance.now(),
        onOutput: carrier.output,
        handle: (call) => this.#handle(call),
        onHello: resolve,
        onEnd: (error) => {
          reject(error ?? hatchwayError('unavailable', 'it said goodbye'));
          this.#lost(error);
        },
        onLog: (record) => this.#log(record),
        onStdio: (output) => this.#output(output),
        onStreams: (any) => (any ? this.held() : this.released()),
        onPong: (token) => {
          this.#pings.get(token)?.resolve();
          this.#pings.delete(token);
        },
        onDrop: (object) => this.#dropped(object),
        streams: STREAM_FACES,
        resources: {
          // What comes for an instance that is no more is dropped: nobody gets it.
          wrap: (remote) => this.#instances.get(remote.instance)?.classes.wrap(remote) ?? remote,
          unwrap: remoteOf,
          refusal: (definition, value, instance) => {
            const known = this.#instances.get(instance);
            return known && refusalOf(known.imports.classes, definition, value);
          },
        },
      });
      carrier.start(this.#session);
      input.resume();
    });
  }

  /** The program that runs must have the world that the host knows: its own types are what is on the wire. */
  async #agree(): Promise<void> {
    const { encoded, world, compare } = this.options;
    const digest = createHash('sha256').update(encoded).digest();
    this.#world = world;
    if (!digest.equals(this.#session.peer!.digest)) {
      const bytes = (await this.invoke(0, CONTROL.world, [], START_TIMEOUT)) as Uint8Array;
      const actual = createHash('sha256').update(bytes).digest();
      if (!actual.equals(this.#session.peer!.digest))
        throw hatchwayError('protocol', 'the world that it sent is not the one of its hello');
      this.#world = decodeWorld(bytes);
      const differences = compare(this.#world);
      if (differences.length > 0)
        throw hatchwayError('world-mismatch', 'the program implements another world', { differences });
    }
    this.#table = functionTable(this.#world);
    this.#session.know(this.#table);
  }

  /** Keeps it from being stopped until `makeInstance` has had its turn. */
  reserve(): void {
    this.#reserved++;
  }

  // ── instances ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** An id for an instance. */
  newId(): number {
    return this.#nextInstance++;
  }

  /** Makes an instance for a reservation; without one in the end, the program is stopped. */
  async makeInstance<T>(make: () => Promise<T>): Promise<T> {
    try {
      return await make();
    } catch (error) {
      if (this.#instances.size === 0 && this.#reserved === 1) await this.stop();
      throw error;
    } finally {
      this.#reserved--;
    }
  }

  /** @throws HatchwayError `trap` with what the plugin says. */
  async dispense(
    instance: NativeInstance,
    name: string,
    config: readonly (readonly [string, string])[],
  ): Promise<void> {
    this.#instances.set(instance.id, instance);
    try {
      const result = (await this.invoke(0, CONTROL.dispense, [instance.id, name, config], START_TIMEOUT)) as {
        tag: string;
        val: string;
      };
      if (result.tag === 'err')
        throw hatchwayError('trap', `the plugin could not make an instance: ${escapeText(result.val)}`);
    } catch (error) {
      this.#instances.delete(instance.id);
      // The program's end says more than that the connection ended.
      await this.#explained;
      throw this.#failure ?? this.#named(error);
    }
  }

  /** Ends an instance; the last one ends the process. */
  async release(id: number): Promise<void> {
    const known = this.#instances.has(id);
    if (known && this.#failure === undefined)
      await this.invoke(0, CONTROL.release, [id], STOP_BOUNDS.goodbye).catch(() => {});
    this.#instances.delete(id);
    if (this.#instances.size === 0 && this.#reserved === 0) await this.stop();
  }

  /** Calls a function of an instance. */
  invoke(instance: number, fn: RemoteFunction, args: readonly unknown[], timeout?: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#session.call(
        instance,
        fn,
        args,
        (failure, value) => {
          this.released();
          if (failure === undefined) resolve(value);
          else reject(failure);
        },
        timeout === undefined ? undefined : { timeout },
      );
      this.held();
    });
  }

  /** Settles when the program has given a sign of life. */
  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      const token = ++this.#token;
      this.#pings.set(token, { resolve, reject });
      this.#session.ping(token);
    });
  }

  #failPings(error: HatchwayError): void {
    for (const { reject } of this.#pings.values()) reject(error);
    this.#pings.clear();
  }

  /** A call is under way, or a stream: this process does not end meanwhile. */
  held(): void {
    if (this.#open++ > 0) return;
    const { input, output } = this.#ends!;
    input.ref();
    if (output !== input) output.ref();
  }

  released(): void {
    if (--this.#open === 0) this.#unref();
  }

  #unref(): void {
    const { input, output } = this.#ends!;
    input.unref();
    if (output !== input) output.unref();
  }

  /** A line on the standard output of a program that speaks there. */
  #printed(line: string): void {
    const what = `it printed ${quote(line, 200)} on its standard output, which is its connection`;
    this.#session.refuse(`${what}; standard error is for prints`);
  }

  #handle(call: IncomingCall): void {
    const instance = this.#instances.get(call.instance);
    if (instance === undefined) call.fail('unavailable', 'there is no such instance');
    else instance.handle(call);
  }

  /** The plugin no longer has an object of the app's. What that throws is the app's affair, and no failure of the connection. */
  #dropped(object: Partial<Disposable>): void {
    try {
      object[Symbol.dispose]?.();
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error), { code: 'HATCHWAY_DISPOSE' });
    }
  }

  #log(record: LogRecord): void {
    const { instance, ...rest } = record;
    this.options.onLog({ ...rest, instance: this.#instances.get(instance)?.name });
  }

  #output({ stream, bytes }: Output): void {
    this.options.onOutput(stream, bytes);
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Has the program end: it is told, then asked, then made to. */
  stop(): Promise<Exit> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<Exit> {
    this.#failure ??= this.#named(hatchwayError('disposed', 'the plugin was stopped'));
    this.#failPings(this.#failure);
    if (this.#child.exit !== undefined) return this.#child.exit;
    this.#child.ref();
    this.#session.close();
    return this.#child.seeOff();
  }

  /** Instances that do not answer end with the process. */
  kill(): void {
    this.#child.kill();
  }

  /** The session ended. */
  #lost(error: HatchwayError | undefined): void {
    if (this.#failure !== undefined || this.#stopping !== undefined) return;
    this.#explained = this.#explain(error);
  }

  /** Why a call failed with which the session ended: once that is known. */
  async explained(error: HatchwayError): Promise<HatchwayError> {
    // The session tells its callers first.
    await Promise.resolve();
    await this.#explained;
    return this.#failure ?? error;
  }

  /** Every instance fails with what the program left behind. */
  async #explain(error: HatchwayError | undefined): Promise<void> {
    this.#failure ??= this.#named(hatchwayError('unavailable', 'the program has ended', { cause: error }));
    const exit = await this.#child.lastWords();
    const what = exit === undefined ? `broke off${error ? `: ${error.message}` : ''}` : describeExit(exit);
    const code = error?.code === 'protocol' ? 'protocol' : 'unavailable';
    const failure = this.#named(hatchwayError(code, `the program ${what}${this.#child.printed}`, { cause: error }));
    this.#failure = failure;
    for (const instance of this.#instances.values()) instance.lost(failure);
    this.#instances.clear();
    this.#failPings(failure);
    if (exit === undefined) this.#child.kill();
  }

  #ended(): void {
    this.#session?.carrierEnded();
    for (const listener of this.onEnd) listener();
  }

  #named(error: unknown): HatchwayError {
    const known = error as HatchwayError;
    return typeof known.with === 'function' && !isComponentError(error)
      ? known.with({ plugin: this.options.plugin })
      : hatchwayError('unavailable', 'the plugin could not be started', { plugin: this.options.plugin, cause: error });
  }
}
