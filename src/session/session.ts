import { escapeText, type HatchwayError, hatchwayError } from '../errors/index.js';
import {
  DEFAULT_LIMITS,
  Deframer,
  type Limits,
  MAX_TEXT,
  REASONS,
  type Reason,
  type Share,
  Type,
  Violation,
} from '../wire/index.js';
import type { IncomingCall, OutgoingCall, Settle } from './calls.js';
import { Connection } from './connection.js';
import type { FunctionTable, RemoteFunction } from './functions.js';
import { Assemblies } from './grants.js';
import { HandleTable, type RemoteResource, type ResourceFaces } from './handles.js';
import { type Hello, type Role, writeHello } from './hello.js';
import { IncomingCalls } from './incoming.js';
import { Instances } from './instances.js';
import { LogSender } from './log-sender.js';
import type { LogRecord, Output } from './logs.js';
import { type CallOptions, OutgoingCalls } from './outgoing.js';
import { Receiver } from './receiver.js';
import { StreamTable } from './stream-table.js';
import { BARE_STREAMS, type StreamFaces } from './streams.js';
import { Transfers } from './transfers.js';

export interface SessionOptions {
  readonly role: Role;
  /** Said in the hello; for logs. */
  readonly name: string;
  /** SHA-256 of the plugin's encoded world. Required of a plugin. */
  readonly digest?: Uint8Array;
  /** What the plugin's world lets the two call. A host that does not know it yet says so later, with `know`. */
  readonly functions?: FunctionTable;
  /** What this side bounds. */
  readonly limits?: Partial<Limits>;
  /** Bytes of memory for long messages under way. Default 64 MiB. */
  readonly assembly?: number;
  /** Bytes of memory for what arrives on streams and is not read. Default 16 MiB, at most 1 MiB a stream. */
  readonly streamBudget?: number;
  /** Handles that either side may have at the other. Default 100 000. */
  readonly handles?: number;
  /** Host memory that the values of one message may take, in bytes. Default 64 MiB. */
  readonly liftBudget?: number;
  /** A clock, in milliseconds, that never goes back. */
  readonly now: () => number;
  /** The peer calls. */
  readonly handle: (call: IncomingCall) => void;
  /**
   * There is something to `take`. Called once until then, and again where it has become `much`: then it is best taken at once, so that
   * the peer begins while this side goes on. Not called for the hello, which is there from the start.
   */
  readonly onOutput: (much: boolean) => void;
  readonly onHello?: (hello: Hello) => void;
  /** It is over: with the reason why, unless both sides are done. Called once. */
  readonly onEnd?: (error: HatchwayError | undefined) => void;
  readonly onLog?: (record: LogRecord) => void;
  readonly onStdio?: (output: Output) => void;
  /** How resources look to the code of this side. Default: those of the peer as `RemoteResource`, its own as they are. */
  readonly resources?: ResourceFaces;
  /** How byte streams look to the code of this side. Default: as they are. */
  readonly streams?: StreamFaces;
  /** The peer no longer has a resource that this side defines. */
  readonly onDrop?: (object: object) => void;
  readonly onPong?: (token: number) => void;
  /** Byte streams are open now, or none is any more. */
  readonly onStreams?: (any: boolean) => void;
}

const NO_FUNCTIONS: FunctionTable = { exports: [], imports: [], pluginResources: new Set() };

/**
 * One side of a connection: bytes in, bytes out, and what they mean in between. A state machine without promises, timers
 * and carriers, so that a blocked thread can pump it: `receive` what came, write what `take` gives, `tick` now and then.
 * native/PROTOCOL.md says what it does.
 */
export class Session {
  readonly #connection: Connection;
  readonly #deframer: Deframer;
  readonly #instances = new Instances();
  readonly #handles: HandleTable;
  readonly #streams: StreamTable;
  readonly #assemblies: Assemblies;
  readonly #outgoing: OutgoingCalls;
  readonly #incoming: IncomingCalls;
  readonly #transfers: Transfers;
  readonly #logs: LogSender;
  #closing = false;

  constructor(private readonly options: SessionOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { role } = options;
    const connection = new Connection(role, limits, options.functions ?? NO_FUNCTIONS, options.now, options.onOutput);
    this.#connection = connection;
    this.#handles = new HandleTable(
      (definition) => connection.functions.pluginResources.has(definition) === (role === 'plugin'),
      options.handles ?? 100_000,
      (object) => options.onDrop?.(object),
      () => connection.outbox.wake(),
      options.resources,
    );
    const isCall = (id: number) => this.#outgoing.get(id) !== undefined || this.#incoming.has(id);
    this.#streams = new StreamTable(
      connection,
      this.#instances,
      isCall,
      options.streamBudget ?? 16 << 20,
      options.streams ?? BARE_STREAMS,
      (any) => options.onStreams?.(any),
    );
    this.#assemblies = new Assemblies(options.assembly ?? 64 << 20, (id, bytes) => this.#streams.sendWindow(id, bytes));
    const transfers = new Transfers(connection, this.#handles, this.#streams);
    this.#transfers = transfers;
    this.#outgoing = new OutgoingCalls(connection, this.#instances, transfers, this.#assemblies);
    this.#incoming = new IncomingCalls(connection, this.#instances, transfers, options.handle);
    this.#logs = new LogSender(connection);
    this.#deframer = new Deframer(
      new Receiver({
        connection,
        outgoing: this.#outgoing,
        incoming: this.#incoming,
        streams: this.#streams,
        handles: this.#handles,
        assemblies: this.#assemblies,
        liftBudget: options.liftBudget ?? 64 << 20,
        onHello: (hello) => options.onHello?.(hello),
        onGoodbye: (reason, text) => this.#receiveGoodbye(reason, text),
        onLog: (record) => options.onLog?.(record),
        onStdio: (output) => options.onStdio?.(output),
        onPong: (token) => options.onPong?.(token),
      }),
    );
    const { outbox } = connection;
    const mark = outbox.begin();
    const digest = options.digest ?? new Uint8Array(0);
    writeHello(outbox.writer, { role, name: options.name, digest, limits });
    outbox.endQuietly(mark, Type.hello, 0);
  }

  /** What this side bounds. */
  get limits(): Limits {
    return this.#connection.limits;
  }

  /** What the peer said first. */
  get peer(): Hello | undefined {
    return this.#connection.peer;
  }

  /** Why it ended. */
  get ended(): { readonly error: HatchwayError | undefined } | undefined {
    return this.#connection.ended;
  }

  /** What the two sides may call, where it was not known before. */
  know(functions: FunctionTable): void {
    this.#connection.functions = functions;
  }

  get functions(): FunctionTable {
    return this.#connection.functions;
  }

  /** What is open; for reports and tests. */
  get open(): { outgoing: number; incoming: number; streams: number; handles: { own: number; peer: number } } {
    return {
      outgoing: this.#outgoing.size,
      incoming: this.#incoming.size,
      streams: this.#streams.size,
      handles: this.#handles.size,
    };
  }

  // ── bytes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes bytes from the carrier; they may be overwritten once this returns. Never throws for what they are. */
  receive(bytes: Uint8Array): void {
    if (this.ended !== undefined) return;
    try {
      this.#deframer.push(bytes);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What the carrier is to write, about `limit` bytes of it. Empty: nothing now. The bytes do not change before it `hasLeft`. */
  take(limit = 65_536): Uint8Array[] {
    this.#transfers.sendDrops();
    return this.#connection.outbox.take(limit, this.#connection.now());
  }

  /** All that `take` gave has left, or never will: its memory is used again, and what streams were lent is their sources' again. */
  hasLeft(): void {
    this.#connection.outbox.hasLeft();
  }

  /** Whether something waits for its turn, its rate or its credit. */
  get hasMore(): boolean {
    return !this.#connection.outbox.isEmpty;
  }

  /** The carrier ended. */
  carrierEnded(cause?: unknown): void {
    if (this.ended !== undefined) return;
    const where = this.#deframer.whole ? '' : ', inside a frame';
    this.#end(
      this.#closing && cause === undefined
        ? undefined
        : hatchwayError('unavailable', `the connection ended${where}`, cause === undefined ? {} : { cause }),
    );
  }

  /** What came over the carrier is none of the peer's frames: the session ends. */
  refuse(what: string): void {
    if (this.ended === undefined) this.#fail(new Violation(this.peer === undefined ? 'hello' : 'frame-type', what));
  }

  /** Whether what waits does so for its rate: then `take` gives more a few milliseconds later. */
  get isPaced(): boolean {
    return this.#connection.outbox.scheduler.size > 0;
  }

  // ── calls ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Calls a function of the peer.
   * @throws TypeError `argument` if a value is not of its type, HatchwayError `exhausted` at the peer's limits, `unavailable`
   * after the end. Then nothing was sent, and `settle` is not called.
   */
  call(
    instance: number,
    fn: RemoteFunction,
    args: readonly unknown[],
    settle: Settle,
    options: CallOptions = NO_OPTIONS,
  ): OutgoingCall {
    return this.#outgoing.call(instance, fn, args, settle, options);
  }

  /** A call that this side made and that is open: also one that was given up, until the peer has answered it. */
  outgoing(id: number): OutgoingCall | undefined {
    return this.#outgoing.get(id);
  }

  /** Such calls to an instance. */
  outgoingTo(instance: number): OutgoingCall[] {
    return this.#outgoing.of(instance);
  }

  /** Gives up a call: its caller is answered at once. The peer is told, and its answer awaited no longer. */
  cancel(call: OutgoingCall): void {
    this.#outgoing.abandon(call, 'cancelled');
  }

  /** Ends what took too long. To be called every few milliseconds while `nextDeadline` is finite. */
  tick(): void {
    const now = this.#connection.now();
    if (now < this.nextDeadline) return;
    // Who is told may call at once, and expect a deadline.
    this.#connection.nextDeadline = Number.POSITIVE_INFINITY;
    this.#connection.expectDeadline(Math.min(this.#outgoing.expire(now), this.#incoming.expire(now)));
  }

  /** When `tick` has something to do, in milliseconds of the clock. */
  get nextDeadline(): number {
    return this.#connection.nextDeadline;
  }

  /** Calls that were given up and that the peer has not answered for so many milliseconds. */
  overdue(grace: number): OutgoingCall[] {
    return this.#outgoing.overdue(grace);
  }

  // ── what is not a call ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Turns and rate of what an instance is sent, or sends: streams and long messages. They may change at any time. */
  share(instance: number): Share | undefined {
    return this.#instances.shares(instance)[0];
  }

  /** A record for the host's log: dropped and counted where the host does not keep up. False: it was. */
  log(record: Omit<LogRecord, 'dropped'>): boolean {
    return this.#logs.log(record);
  }

  /** What an instance printed, where the carrier has no streams for it. At most 32 KiB at a time. */
  stdio(output: Output): boolean {
    return this.#logs.stdio(output);
  }

  /** Host only: asks for a sign of life. */
  ping(token: number): void {
    this.#connection.mustBeOpen();
    this.#connection.outbox.small(Type.ping, 0, token);
  }

  /** Gives up a resource that the peer defines. It is told with the next bytes. */
  drop(resource: RemoteResource): void {
    this.#handles.drop(resource);
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Says goodbye. Open calls fail; what was queued before still leaves. */
  close(): void {
    if (this.ended !== undefined || this.#closing) return;
    this.#goodbye('done', '');
    this.#closing = true;
    this.#end(undefined);
  }

  #receiveGoodbye(reason: Reason, text: string): void {
    const what =
      reason === 'done'
        ? 'the peer said goodbye'
        : `the peer ended the session (${reason})${text === '' ? '' : `: ${escapeText(text)}`}`;
    const error = hatchwayError(reason === 'done' ? 'unavailable' : 'protocol', what);
    this.#end(reason === 'done' && this.#outgoing.size === 0 ? undefined : error, error);
  }

  #fail(error: unknown): void {
    const violation =
      error instanceof Violation
        ? this.peer === undefined && error.reason !== 'hello'
          ? new Violation('hello', 'it does not begin with a hello')
          : error
        : new Violation('internal', 'an error of this side');
    this.#goodbye(violation.reason, violation.message);
    this.#end(
      violation.reason !== 'internal'
        ? violation.toError()
        : hatchwayError('protocol', 'the session failed', { cause: error }),
    );
  }

  #goodbye(reason: Reason, text: string): void {
    const { outbox } = this.#connection;
    const mark = outbox.begin();
    outbox.writer.byte(REASONS.indexOf(reason));
    outbox.writer.text(text.slice(0, MAX_TEXT / 4));
    outbox.end(mark, Type.goodbye, 0);
  }

  #end(error: HatchwayError | undefined, forCalls = error): void {
    if (this.ended !== undefined) return;
    this.#connection.ended = { error };
    this.#connection.nextDeadline = Number.POSITIVE_INFINITY;
    this.#connection.outbox.clear();
    const tellCallers = this.#outgoing.end(forCalls);
    this.#streams.end();
    this.#incoming.end();
    this.#assemblies.clear();
    tellCallers();
    this.#handles.end();
    this.options.onEnd?.(error);
  }
}

const NO_OPTIONS: CallOptions = {};
