import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { SocketCarrier } from '../carriers/index.js';
import { decodeWorld } from '../component/index.js';
import { escapeText, type HatchwayError, hatchwayError, isComponentError } from '../errors/index.js';
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
import { endingWithHost } from './ending-with-host.js';
import type { NativeInstance } from './instance.js';
import { OutputTail } from './output-tail.js';
import { type Prepared, type Program, prepare } from './program.js';
import { type Exit, STOP_BOUNDS, seeOff, signal } from './stop.js';

/** A record of a plugin's log, or a line that it printed. All text in it comes from outside: escape it before showing. */
export interface ProcessLog extends Omit<LogRecord, 'instance'> {
  /** The instance that speaks; `undefined` for the process. */
  readonly instance: string | undefined;
}

export interface ProcessOptions {
  /** For errors. */
  readonly plugin: string;
  readonly program: Program;
  /** The world that the host has, in binary and decoded. */
  readonly encoded: Uint8Array;
  readonly world: World;
  /** Why a plugin's world does not fit the host's, in WIT terms; empty if it does. */
  readonly compare: (actual: World) => readonly string[];
  /** Environment variables: these and no others. */
  readonly env: Readonly<Record<string, string>>;
  /** Arguments after the program's own. */
  readonly args?: readonly string[];
  /** The program has this process' terminal. */
  readonly terminal?: boolean;
  /** What the program prints, as it comes. */
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
  readonly onLog: (record: ProcessLog) => void;
  /** Milliseconds from the start to the hello. Default 10 000. */
  readonly helloTimeout?: number;
}

/** Milliseconds in which a program has to say hello, and to make an instance. */
const START_TIMEOUT = 10_000;
/** Milliseconds in which a program that has ended may still be heard. */
const LAST_WORDS = 100;

/** A program that is a plugin: started, greeted, serving instances, and seen off. */
export class NativeProcess {
  readonly #instances = new Map<number, NativeInstance>();
  #nextInstance = 1;
  /** Instances that are about to be made. */
  #reserved = 0;
  #token = 0;
  readonly #pings = new Map<number, () => void>();
  #session!: Session;
  #child!: ChildProcess;
  #socket!: Socket;
  #open = 0;
  #failure: HatchwayError | undefined;
  #stopping: Promise<Exit> | undefined;
  #exit: Exit | undefined;
  #exited!: Promise<Exit>;
  #table!: FunctionTable;
  #world: World;
  #tails: OutputTail[] = [];
  #prepared!: Prepared;
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
      started.#prepared = await prepare(options.program);
      await started.#start();
    } catch (error) {
      await started.#abandon();
      throw started.#named(error);
    }
    return started;
  }

  get pid(): number | undefined {
    return this.#child.pid;
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
    const { terminal = false, env, program, args = [] } = this.options;
    const { command, args: own } = this.#prepared;
    const standard = terminal ? 'inherit' : 'pipe';
    const [start, ...rest] = endingWithHost([command, ...own, ...args]);
    const child = spawn(start!, rest, {
      cwd: program.folder,
      env: { ...env },
      stdio: [terminal ? 'inherit' : 'ignore', standard, standard, 'pipe'],
      shell: false,
      // A group of its own is ended as one; a terminal is for the group that has it.
      detached: !terminal && process.platform !== 'win32',
    });
    this.#child = child;
    let settle!: (exit: Exit) => void;
    this.#exited = new Promise((resolve) => {
      settle = resolve;
    });
    child.once('exit', (code, name) => settle({ code, signal: name }));
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (cause) => {
        settle({ code: null, signal: null });
        reject(hatchwayError('unsupported', `the program cannot be started: ${cause.message}`, { cause }));
      });
    });
    failed.catch(() => {});
    void this.#exited.then((exit) => this.#ended(exit));
    if (child.pid === undefined) await failed;
    this.#tails = (['stdout', 'stderr'] as const).flatMap((stream) => {
      const source = child[stream];
      if (source === null) return [];
      (source as unknown as Socket).unref();
      const level = stream === 'stdout' ? 'info' : 'warn';
      const onLine = (message: string, dropped: number) =>
        this.options.onLog({
          instance: undefined,
          level,
          time: Date.now(),
          target: stream,
          message,
          fields: [],
          dropped,
        });
      return [new OutputTail(source, onLine, (bytes) => this.options.onOutput(stream, bytes))];
    });
    const hello = this.#connect(child.stdio[3] as Socket);
    await Promise.race([this.#within(hello), failed]);
    await this.#agree();
    child.unref();
    this.#socket.unref();
  }

  /** Opens the session; the answer is the program's hello. */
  #connect(socket: Socket): Promise<Hello> {
    this.#socket = socket;
    const carrier = new SocketCarrier(socket);
    socket.on('data', carrier.received);
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
          this.#pings.get(token)?.();
          this.#pings.delete(token);
        },
        onDrop: (object) => (object as Partial<Disposable>)[Symbol.dispose]?.(),
        streams: STREAM_FACES,
        resources: {
          wrap: (remote) => this.#instances.get(remote.instance)!.classes.wrap(remote),
          unwrap: remoteOf,
          refusal: (definition, value, instance) =>
            refusalOf(this.#instances.get(instance)!.imports.classes, definition, value),
        },
      });
      carrier.start(this.#session);
    });
  }

  async #within(hello: Promise<Hello>): Promise<void> {
    const { helloTimeout = START_TIMEOUT } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(
          hatchwayError(
            'timeout',
            `it is not a hatchway plugin: it said nothing in ${helloTimeout} ms${this.#printed}`,
            {
              mend: 'Serve the plugin from its main function.',
            },
          ),
        );
      }, helloTimeout);
    });
    try {
      await Promise.race([hello, late]);
    } catch (error) {
      const { code, message } = error as HatchwayError;
      if (code === 'timeout') throw error;
      if (code === 'protocol')
        throw hatchwayError('protocol', `it is not a hatchway plugin: ${message}${this.#printed}`, { cause: error });
      // What it printed, and how it ended, says more than that the connection did.
      const exit = await this.#lastWords();
      if (exit === undefined) throw error;
      throw hatchwayError('unavailable', `it is not a hatchway plugin: it ${describe(exit)}${this.#printed}`, {
        cause: error,
        mend: 'Run it by hand: a plugin says what it is.',
      });
    } finally {
      clearTimeout(timer);
    }
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
      this.#pings.set(token, resolve);
      this.#session.ping(token);
    });
  }

  /** A call is under way, or a stream: this process does not end meanwhile. */
  held(): void {
    if (this.#open++ === 0) this.#socket.ref();
  }

  released(): void {
    if (--this.#open === 0) this.#socket.unref();
  }

  #handle(call: IncomingCall): void {
    const instance = this.#instances.get(call.instance);
    if (instance === undefined) call.fail('unavailable', 'there is no such instance');
    else instance.handle(call);
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
    if (this.#exit !== undefined) return this.#exit;
    this.#child.ref();
    this.#session.close();
    const exit = await seeOff(this.#child, this.#hasGroup, this.#exited, STOP_BOUNDS);
    return exit;
  }

  get #hasGroup(): boolean {
    return this.options.terminal !== true && process.platform !== 'win32';
  }

  /** Instances that do not answer end with the process. */
  kill(): void {
    signal(this.#child, this.#hasGroup, 'SIGKILL');
  }

  /** The start failed: nothing of it stays. */
  async #abandon(): Promise<void> {
    if (this.#child?.pid !== undefined && this.#exit === undefined) {
      signal(this.#child, this.#hasGroup, 'SIGKILL');
      await this.#exited;
    }
    await this.#prepared?.remove();
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
    const exit = await this.#lastWords();
    const what = exit === undefined ? `broke off${error ? `: ${error.message}` : ''}` : describe(exit);
    const code = error?.code === 'protocol' ? 'protocol' : 'unavailable';
    const failure = this.#named(hatchwayError(code, `the program ${what}${this.#printed}`, { cause: error }));
    this.#failure = failure;
    for (const instance of this.#instances.values()) instance.lost(failure);
    this.#instances.clear();
    if (exit === undefined) this.kill();
  }

  /** How it ended, where it does so within a moment. */
  async #lastWords(): Promise<Exit | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), LAST_WORDS);
    });
    const exit = await Promise.race([this.#exited, late]);
    clearTimeout(timer);
    // Its output may arrive after its end.
    if (exit !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    return exit;
  }

  #ended(exit: Exit): void {
    this.#exit = exit;
    // Whatever it started goes with it, and may hold what it inherited.
    if (this.#child.pid !== undefined) signal(this.#child, this.#hasGroup, 'SIGKILL');
    setTimeout(() => {
      this.#socket?.destroy();
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
    }, LAST_WORDS).unref();
    this.#session?.carrierEnded();
    void this.#prepared?.remove();
    for (const listener of this.onEnd) listener();
  }

  get #printed(): string {
    const text = this.#tails.map((it) => it.last.trim()).filter((it) => it !== '');
    return text.length === 0 ? '' : `; it printed: ${escapeText(text.join('\n').slice(-1000))}`;
  }

  #named(error: unknown): HatchwayError {
    const known = error as HatchwayError;
    return typeof known.with === 'function' && !isComponentError(error)
      ? known.with({ plugin: this.options.plugin })
      : hatchwayError('unavailable', 'the plugin could not be started', { plugin: this.options.plugin, cause: error });
  }
}

function describe({ code, signal: name }: Exit): string {
  return name === null ? `exited with ${code ?? 'an error'}` : `was ended by ${name}`;
}
