import { escapeText, type HatchwayError, hatchwayError } from '../errors/index.js';
import {
  copyBytes,
  DEFAULT_LIMITS,
  Deframer,
  type Direction,
  FAILURES,
  type Failure,
  type FrameSink,
  type Limits,
  MAX_BODY,
  MAX_ID,
  MAX_TEXT,
  MalformedValue,
  MORE,
  mismatch,
  OPTIONAL,
  REASONS,
  Reader,
  type Reason,
  Share,
  type Table,
  Type,
  Violation,
  type Writer,
} from '../wire/index.js';
import { failureError, IncomingCall, OutgoingCall, type Settle, valueError } from './calls.js';
import { CONTROL, CONTROLS } from './control.js';
import type { FunctionTable, RemoteFunction } from './functions.js';
import { Assemblies, Assembly, StreamBudget } from './grants.js';
import { HandleTable, type RemoteResource } from './handles.js';
import { type Hello, type Role, readHello, writeHello } from './hello.js';
import { type LogRecord, type Output, readLog, readStdio, writeLog, writeStdio } from './logs.js';
import { Outbox } from './outbox.js';
import { type FrameRule, RULES } from './rules.js';
import { IncomingBytes, OutgoingBytes, type StreamHost } from './streams.js';

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
  /** Bytes of memory for what arrives on streams and is not read. Default 16 MiB, at most 256 KiB a stream. */
  readonly streamBudget?: number;
  /** Handles that either side may have at the other. Default 100 000. */
  readonly handles?: number;
  /** Host memory that the values of one message may take, in bytes. Default 64 MiB. */
  readonly liftBudget?: number;
  /** A clock, in milliseconds, that never goes back. */
  readonly now: () => number;
  /** The peer calls. */
  readonly handle: (call: IncomingCall) => void;
  /** There is something to `take`. Called once until then; not for the hello, which is there from the start. */
  readonly onOutput: () => void;
  readonly onHello?: (hello: Hello) => void;
  /** It is over: with the reason why, unless both sides are done. Called once. */
  readonly onEnd?: (error: HatchwayError | undefined) => void;
  readonly onLog?: (record: LogRecord) => void;
  readonly onStdio?: (output: Output) => void;
  /** The peer no longer has a resource that this side defines. */
  readonly onDrop?: (object: object) => void;
  readonly onPong?: (token: number) => void;
}

export interface CallOptions {
  /** Milliseconds that the call may take from now on. Default: what is left of `parent`'s; else no bound. */
  readonly timeout?: number;
  /** The call that is answered meanwhile. */
  readonly parent?: IncomingCall;
}

const NO_FUNCTIONS: FunctionTable = { exports: [], imports: [], pluginResources: new Set() };

/**
 * One side of a connection: bytes in, bytes out, and what they mean in between. A state machine without promises, timers
 * and carriers, so that a blocked thread can pump it: `receive` what came, write what `take` gives, `tick` now and then.
 * native/PROTOCOL.md says what it does.
 */
export class Session implements FrameSink, StreamHost {
  readonly limits: Limits;
  /** What the peer said first. */
  peer: Hello | undefined;
  /** Why it ended. */
  ended: { readonly error: HatchwayError | undefined } | undefined;
  #functions: FunctionTable;
  readonly #outbox: Outbox;
  readonly #deframer: Deframer;
  readonly #reader = new Reader(new Uint8Array(0), 0, 0);
  readonly #outgoing = new Map<number, OutgoingCall>();
  readonly #incoming = new Map<number, IncomingCall>();
  /** Calls of the peer of which the arguments are still to come. */
  #arriving = 0;
  readonly #assemblies: Assemblies;
  readonly #streams = new Map<number, OutgoingBytes | IncomingBytes>();
  #peerStreams = 0;
  readonly #budget: StreamBudget;
  readonly #handles: HandleTable;
  readonly #table: Table;
  /** Streams that the message being written or read brings. */
  #introduced: (OutgoingBytes | IncomingBytes)[] = [];
  readonly #instances = new Map<number, Share>();
  #nextId: number;
  /** The largest id of a call of the peer. */
  #peerCall = 0;
  /** What the peer's messages may still take. */
  #window: number;
  /** What they took and was not given back. */
  #consumed = 0;
  /** No call's deadline is before. */
  #nextDeadline = Number.POSITIVE_INFINITY;
  #logsDropped = 0;
  #closing = false;

  constructor(private readonly options: SessionOptions) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#functions = options.functions ?? NO_FUNCTIONS;
    this.#nextId = options.role === 'host' ? 1 : 2;
    this.#window = this.limits.window;
    this.#outbox = new Outbox(options.onOutput);
    this.#outbox.writer.limit = 4 * MAX_ID;
    this.#deframer = new Deframer(this);
    this.#assemblies = new Assemblies(options.assembly ?? 64 << 20, (id, bytes) => this.sendWindow(id, bytes));
    this.#budget = new StreamBudget(options.streamBudget ?? 16 << 20, 256 * 1024);
    this.#handles = new HandleTable(
      (definition) => this.#functions.pluginResources.has(definition) === (options.role === 'plugin'),
      options.handles ?? 100_000,
      (object) => options.onDrop?.(object),
      () => this.#outbox.wake(),
    );
    this.#table = {
      writeHandle: (writer, type, value) => this.#handles.write(writer, type, value),
      readHandle: (reader, type) => this.#handles.read(reader, type),
      writeStream: (writer, direction, value) => this.#writeStream(writer, direction, value),
      readStream: (reader, direction) => this.#readStream(reader, direction),
    };
    const mark = this.#outbox.begin();
    writeHello(this.#outbox.writer, {
      role: options.role,
      name: options.name,
      digest: options.digest ?? new Uint8Array(0),
      limits: this.limits,
    });
    this.#outbox.endQuietly(mark, Type.hello, 0);
  }

  /** What the two sides may call, where it was not known before. */
  know(functions: FunctionTable): void {
    this.#functions = functions;
  }

  get functions(): FunctionTable {
    return this.#functions;
  }

  /** What is open; for reports and tests. */
  get open(): { outgoing: number; incoming: number; streams: number; handles: { own: number; peer: number } } {
    return {
      outgoing: this.#outgoing.size,
      incoming: this.#incoming.size + this.#arriving,
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

  /** What the carrier is to write, about `limit` bytes of it. Empty: nothing now. The bytes do not change any more. */
  take(limit = 65_536): Uint8Array[] {
    this.#sendDrops(this.#handles.takeDrops());
    return this.#outbox.take(limit, this.options.now());
  }

  /** Whether something waits for its turn, its rate or its credit. */
  get hasMore(): boolean {
    return !this.#outbox.isEmpty;
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

  /** Says goodbye. Open calls fail; what was queued before still leaves. */
  close(): void {
    if (this.ended !== undefined || this.#closing) return;
    this.#closing = true;
    this.#goodbye('done', '');
    this.#end(undefined);
  }

  /** Ends what took too long. To be called every few milliseconds while `nextDeadline` is finite. */
  tick(): void {
    const now = this.options.now();
    if (now < this.#nextDeadline) return;
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#outgoing.values()) {
      if (call.abandoned) continue;
      if (call.deadline <= now) this.#abandon(call, 'deadline');
      else next = Math.min(next, call.deadline);
    }
    for (const call of this.#incoming.values()) {
      if (call.cancelled !== undefined) continue;
      if (call.deadline <= now) call.cancel('deadline');
      else next = Math.min(next, call.deadline);
    }
    this.#nextDeadline = next;
  }

  /** When `tick` has something to do, in milliseconds of the clock. */
  get nextDeadline(): number {
    return this.#nextDeadline;
  }

  /** Calls that were given up and that the peer has not answered for so many milliseconds. */
  overdue(grace: number): OutgoingCall[] {
    const now = this.options.now();
    return [...this.#outgoing.values()].filter((call) => call.abandoned && now - call.abandonedAt >= grace);
  }

  // ── calls of this side ─────────────────────────────────────────────────────────────────────────────────────────────

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
    { timeout, parent }: CallOptions = {},
  ): OutgoingCall {
    this.#mustBeOpen();
    const peerLimits = this.peer?.limits ?? DEFAULT_LIMITS;
    if (this.#outgoing.size >= peerLimits.calls)
      throw hatchwayError('exhausted', `${peerLimits.calls} calls are open`, { started: false });
    let deadline = parent?.deadline ?? Number.POSITIVE_INFINITY;
    const now = timeout === undefined && deadline === Number.POSITIVE_INFINITY ? 0 : this.options.now();
    if (timeout !== undefined) deadline = Math.min(deadline, now + timeout);
    if (instance === 0 && fn === CONTROL.dispense && this.#instances.has(args[0] as number))
      throw hatchwayError('exhausted', 'there is such an instance already', { started: false });
    const id = this.#newId();
    const { writer } = this.#outbox;
    const mark = this.#outbox.begin();
    try {
      writer.unsigned(instance);
      writer.unsigned(fn.index);
      writer.unsigned(
        deadline === Number.POSITIVE_INFINITY ? 0 : Math.min(MAX_ID, Math.max(1, Math.ceil(deadline - now))),
      );
      writer.unsigned(parent?.id ?? 0);
      this.#writeArguments(fn, args);
      if (writer.at - mark > peerLimits.message) this.#tooLong(peerLimits.message);
    } catch (error) {
      writer.at = mark;
      this.#undoWrite();
      throw error;
    }
    const call = new OutgoingCall(id, instance, fn, deadline, settle);
    call.moves = this.#handles.takeMoves();
    if (call.moves !== undefined) this.#handles.sent(call.moves);
    this.#outgoing.set(id, call);
    if (deadline < this.#nextDeadline) this.#nextDeadline = deadline;
    if (instance === 0 && fn !== CONTROL.world) call.subject = args[0] as number;
    if (instance === 0 && fn === CONTROL.dispense) this.#instances.set(call.subject, new Share());
    call.streams = this.#introduced;
    this.#outbox.endMessage(mark, Type.call, id, this.#shares(instance), this.#attachWhenSent(call.instance));
    return call;
  }

  #writeArguments(fn: RemoteFunction, args: readonly unknown[]): void {
    const { params } = fn;
    for (let i = 0; i < params.length; i++) {
      try {
        params[i]!.write(this.#outbox.writer, args[i], this.#table);
      } catch (error) {
        throw valueError(fn.names[i]!, error);
      }
    }
  }

  #tooLong(limit: number): never {
    throw hatchwayError('exhausted', `a message is longer than the ${limit} bytes that the peer takes`, {
      started: false,
    });
  }

  /** Gives up a call: its caller is answered at once. The peer is told, and its answer awaited no longer. */
  cancel(call: OutgoingCall): void {
    if (this.#outgoing.get(call.id) === call && !call.abandoned) this.#abandon(call, 'cancelled');
  }

  #abandon(call: OutgoingCall, why: 'cancelled' | 'deadline'): void {
    const unsent = this.#outbox.cancel(call.id);
    if (unsent) {
      this.#outgoing.delete(call.id);
      if (call.moves !== undefined) this.#handles.callEnded(call.moves, false);
      stopAll(call.streams);
    } else {
      call.abandoned = true;
      call.abandonedAt = this.options.now();
      if (this.#outbox.dropRest(call.id)) this.#outbox.small(Type.reset, call.id);
      else this.#outbox.small(Type.cancel, call.id, why === 'deadline' ? 1 : 0);
    }
    const what = why === 'deadline' ? 'it took longer than its limit' : 'its caller gave it up';
    call.settle(failureError(call.fn.key, why, what, !unsent));
  }

  // ── answers of this side ───────────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  answer(call: IncomingCall, value: unknown): void {
    if (!this.#isDue(call)) return;
    const { writer } = this.#outbox;
    const mark = this.#outbox.begin();
    try {
      try {
        call.fn.result?.write(writer, value, this.#table);
        const { message } = this.peer!.limits;
        if (writer.at - mark > message) this.#tooLong(message);
      } catch (error) {
        throw valueError('result', error);
      }
    } catch (error) {
      writer.at = mark;
      this.#undoWrite();
      const exhausted = (error as HatchwayError).code === 'exhausted';
      this.refuse(call, exhausted ? 'exhausted' : 'internal', (error as Error).message, true);
      throw error;
    }
    const moves = this.#handles.takeMoves();
    if (moves !== undefined) this.#handles.sent(moves);
    this.#answered(call);
    this.#outbox.endMessage(
      mark,
      Type.return,
      call.id,
      this.#shares(call.instance),
      this.#attachWhenSent(call.instance),
    );
    if (call.fn === CONTROL.release && call.instance === 0) this.#instances.delete(call.args[0] as number);
    if (call.fn === CONTROL.dispense && call.instance === 0 && (value as { tag: string }).tag === 'err')
      this.#instances.delete(call.args[0] as number);
  }

  /** @internal */
  refuse(call: IncomingCall, failure: Failure, message: string, started: boolean): void {
    if (!this.#isDue(call)) return;
    this.#answered(call);
    this.#sendError(call.id, failure, message, started);
    if (call.fn === CONTROL.dispense && call.instance === 0) this.#instances.delete(call.args[0] as number);
  }

  #isDue(call: IncomingCall): boolean {
    if (call.answered) throw hatchwayError('protocol', 'a call is answered twice');
    return this.ended === undefined;
  }

  #answered(call: IncomingCall): void {
    call.answered = true;
    this.#incoming.delete(call.id);
    if (call.moves !== undefined) this.#handles.answered(call.moves);
  }

  #sendError(id: number, failure: Failure, message: string, started: boolean): void {
    const mark = this.#outbox.begin();
    const { writer } = this.#outbox;
    writer.byte(FAILURES.indexOf(failure));
    writer.byte(started ? 1 : 0);
    writer.text(message.slice(0, MAX_TEXT / 4));
    this.#outbox.endMessage(mark, Type.error, id, []);
  }

  // ── instances, logs, pings ─────────────────────────────────────────────────────────────────────────────────────────

  /** Turns and rate of an instance's messages and streams, which may change at any time. */
  share(instance: number): Share | undefined {
    return this.#instances.get(instance);
  }

  #shares(instance: number): readonly Share[] {
    const share = this.#instances.get(instance);
    return share === undefined ? [] : [share];
  }

  /** A record for the host's log: dropped and counted where the host does not keep up. False: it was. */
  log(record: Omit<LogRecord, 'dropped'>): boolean {
    if (!this.#mayLog()) return false;
    const mark = this.#outbox.begin();
    writeLog(this.#outbox.writer, { ...record, dropped: this.#logsDropped });
    this.#logsDropped = 0;
    this.#outbox.endMessage(mark, Type.log, 0, []);
    return true;
  }

  /** What an instance printed, where the carrier has no streams for it. At most 32 KiB at a time. */
  stdio(output: Output): boolean {
    if (!this.#mayLog()) return false;
    const mark = this.#outbox.begin();
    writeStdio(this.#outbox.writer, output);
    this.#outbox.endMessage(mark, Type.stdio, 0, []);
    return true;
  }

  /** Half of the window is for calls. */
  #mayLog(): boolean {
    const { peer } = this;
    if (
      this.ended === undefined &&
      peer !== undefined &&
      !this.#outbox.isBlocked &&
      this.#outbox.credit * 2 > peer.limits.window
    )
      return true;
    this.#logsDropped++;
    return false;
  }

  /** Host only: asks for a sign of life. */
  ping(token: number): void {
    this.#mustBeOpen();
    this.#outbox.small(Type.ping, 0, token);
  }

  // ── streams ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #writeStream(writer: Writer, direction: Direction, value: unknown): void {
    const wanted = direction === 'with' ? OutgoingBytes : IncomingBytes;
    if (!(value instanceof wanted) || value.id !== 0)
      mismatch(direction === 'with' ? 'a stream of bytes to send' : 'a stream of bytes to receive', value);
    const open = this.#streams.size - this.#peerStreams + this.#introduced.length;
    if (open >= (this.peer?.limits ?? DEFAULT_LIMITS).streams)
      throw hatchwayError('exhausted', 'the peer takes no more streams', { started: false });
    value.id = this.#newId();
    this.#introduced.push(value);
    writer.unsigned(value.id);
  }

  #readStream(reader: Reader, direction: Direction): OutgoingBytes | IncomingBytes {
    const id = reader.unsigned();
    if (!this.#isPeers(id) || this.#streams.has(id) || this.#outgoing.has(id) || this.#incoming.has(id))
      throw new MalformedValue('bad-arguments', 'a stream has an id that the sender cannot give it');
    if (this.#introduced.some((it) => it.id === id))
      throw new MalformedValue('bad-arguments', 'a stream is there twice');
    if (this.#peerStreams + this.#introduced.length >= this.limits.streams)
      throw new MalformedValue('exhausted', 'too many streams are open');
    const stream = direction === 'with' ? new IncomingBytes() : new OutgoingBytes();
    stream.id = id;
    this.#introduced.push(stream);
    return stream;
  }

  #undoWrite(): void {
    const moves = this.#handles.takeMoves();
    if (moves !== undefined) this.#handles.takeBack(moves);
    for (const stream of this.#introduced) stream.id = 0;
    this.#introduced = [];
  }

  /** Streams begin when the message that brings them has left whole. */
  #attachWhenSent(instance: number): (() => void) | undefined {
    if (this.#introduced.length === 0) return undefined;
    const streams = this.#introduced;
    this.#introduced = [];
    for (const stream of streams) {
      this.#streams.set(stream.id, stream);
      if (stream instanceof OutgoingBytes) stream.shares = [stream.share, ...this.#shares(instance)];
    }
    return () => {
      for (const stream of streams) stream.attach(this);
    };
  }

  #acceptStreams(instance: number): void {
    const streams = this.#introduced;
    if (streams.length === 0) return;
    this.#introduced = [];
    for (const stream of streams) {
      this.#streams.set(stream.id, stream);
      this.#peerStreams++;
      if (stream instanceof OutgoingBytes) stream.shares = [stream.share, ...this.#shares(instance)];
      stream.attach(this);
    }
  }

  /** @internal */
  sendData(id: number, bytes: Uint8Array, start: number, end: number): void {
    this.#outbox.bulk(Type.data, id, bytes, start, end);
  }
  /** @internal */
  sendEnd(id: number): void {
    this.#outbox.small(Type.end, id);
  }
  /** @internal */
  sendReset(id: number): void {
    if (this.ended === undefined) this.#outbox.small(Type.reset, id);
  }
  /** @internal */
  sendWindow(id: number, credit: number): void {
    if (this.ended === undefined) this.#outbox.small(Type.window, id, credit);
  }
  /** @internal */
  schedule(source: OutgoingBytes): void {
    if (this.ended === undefined) this.#outbox.schedule(source);
  }
  /** @internal */
  closed(stream: OutgoingBytes | IncomingBytes): void {
    if (this.#streams.delete(stream.id) && this.#isPeers(stream.id)) this.#peerStreams--;
  }
  /** @internal */
  requestGrant(stream: IncomingBytes): void {
    this.#budget.request(stream);
  }
  /** @internal */
  returnGrant(bytes: number): void {
    if (bytes > 0) this.#budget.giveBack(bytes);
  }

  /** Gives up a resource that the peer defines. It is told with the next bytes. */
  drop(resource: RemoteResource): void {
    this.#handles.drop(resource);
  }

  #sendDrops(drops: readonly RemoteResource[]): void {
    if (this.ended !== undefined) return;
    const { writer } = this.#outbox;
    // A frame takes 6 000 of the longest.
    for (let at = 0; at < drops.length; at += 6000) {
      const mark = this.#outbox.begin();
      for (const { index, generation } of drops.slice(at, at + 6000)) {
        writer.unsigned(index);
        writer.unsigned(generation);
      }
      this.#outbox.end(mark, Type.drop, 0);
    }
  }

  // ── frames of the peer ─────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  header(type: number, id: number, length: number): boolean {
    if (this.ended !== undefined) return true;
    const base = type & 0x3f;
    const rule: FrameRule | undefined = RULES[base];
    if (this.peer === undefined && base !== Type.hello) throw new Violation('hello', 'it does not begin with a hello');
    if (rule === undefined) {
      if ((type & OPTIONAL) === 0) throw new Violation('frame-type', `there is no frame of type ${base}`);
      return true;
    }
    if ((type & MORE) !== 0 && !rule.more) throw new Violation('frame-type', `a ${rule.name} frame cannot go on`);
    if (rule.only !== undefined && rule.only === this.options.role)
      throw new Violation('role', `a ${rule.only} is sent a ${rule.name} frame, which only it sends`);
    if (length < rule.min || length > rule.max)
      throw new Violation('frame-length', `a ${rule.name} frame of ${length} bytes`);
    if ((type & MORE) !== 0 && length !== MAX_BODY)
      throw new Violation('frame-length', `a ${rule.name} frame that goes on and is not full`);
    this.#checkId(base, rule, id);
    if (rule.message) {
      if (length > this.#window) throw new Violation('window', `${length} bytes, and ${this.#window} were granted`);
      this.#window -= length;
    } else if (base === Type.data) {
      const stream = this.#streams.get(id);
      if (stream instanceof OutgoingBytes) throw new Violation('frame-id', 'data on a stream that flows the other way');
      stream?.expect(length);
      return true;
    } else if (base === Type.rest) {
      this.#assemblies.get(id)?.expect(length);
      return true;
    }
    return false;
  }

  #checkId(type: number, rule: FrameRule, id: number): void {
    const good = rule.id === 'none' ? id === 0 : id === 0 ? rule.id === 'any' : id <= MAX_ID && this.#mayName(type, id);
    if (!good) throw new Violation('frame-id', `a ${rule.name} frame with the id ${id}`);
  }

  /**
   * Whether a frame may name an id. One of this side must have been given. One of the peer's may be unknown here, as that of a
   * stream in a call that was refused: such frames are skipped.
   */
  #mayName(type: number, id: number): boolean {
    const isPeers = this.#isPeers(id);
    if (type === Type.call) return isPeers && id > this.#peerCall;
    if (type === Type.cancel) return isPeers;
    if (type === Type.return || type === Type.error) return !isPeers && id < this.#nextId;
    return isPeers || id < this.#nextId;
  }

  /** @internal */
  piece(type: number, id: number, bytes: Uint8Array, start: number, end: number, left: number): void {
    const base = type & 0x3f;
    if (base === Type.data) {
      const stream = this.#streams.get(id);
      // What comes after this side gave the stream up is not kept.
      if (stream instanceof IncomingBytes && end > start) stream.push(copyBytes(bytes, start, end));
    } else if (base === Type.rest) {
      const assembly = this.#assemblies.get(id);
      if (assembly === undefined) return;
      assembly.push(bytes, start, end);
      if (left === 0 && assembly.complete) this.#assembled(assembly);
    }
  }

  /** @internal */
  frame(type: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.ended !== undefined) return;
    const base = type & 0x3f;
    if (RULES[base]!.message) this.#giveBack(end - start);
    if (base === Type.call) this.#claimCall(id);
    else if (base === Type.return) this.#claimReply(id);
    if ((type & MORE) !== 0) return this.#beginAssembly(base, id, bytes, start, end);
    this.#body(base, id, bytes, start, end);
  }

  #giveBack(bytes: number): void {
    this.#consumed += bytes;
    if (this.#consumed * 2 < this.limits.window) return;
    this.sendWindow(0, this.#consumed);
    this.#window += this.#consumed;
    this.#consumed = 0;
  }

  #body(type: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    const reader = this.#reader;
    reader.bytes = bytes;
    reader.at = start;
    reader.end = end;
    reader.budget = this.options.liftBudget ?? 64 << 20;
    if (type === Type.call) return this.#receiveCall(id, reader);
    if (type === Type.return) return this.#receiveReturn(this.#outgoing.get(id)!, reader);
    try {
      this.#receiveOther(type, id, reader);
    } catch (error) {
      if (error instanceof MalformedValue)
        throw new Violation('frame-body', `a ${RULES[type]!.name} frame: ${error.message}`);
      throw error;
    }
  }

  #receiveOther(type: number, id: number, reader: Reader): void {
    switch (type) {
      case Type.hello:
        return this.#receiveHello(reader);
      case Type.error:
        return this.#receiveError(id, reader);
      case Type.cancel: {
        const reason = reader.byte();
        reader.finish();
        if (reason > 1) throw new Violation('frame-body', `there is no reason ${reason} to cancel`);
        this.#incoming.get(id)?.cancel(reason === 1 ? 'deadline' : 'cancelled');
        return;
      }
      case Type.window: {
        const credit = reader.unsigned();
        reader.finish();
        if (credit === 0 || credit > MAX_ID) throw new Violation('window', `a credit of ${credit}`);
        return this.#receiveWindow(id, credit);
      }
      case Type.end: {
        const stream = this.#streams.get(id);
        if (stream instanceof OutgoingBytes)
          throw new Violation('frame-id', 'the end of a stream that flows the other way');
        return stream?.finish('end');
      }
      case Type.reset:
        return this.#receiveReset(id);
      case Type.drop:
        while (reader.remaining > 0) this.#handles.peerDropped(reader.unsigned(), reader.unsigned());
        return;
      case Type.log: {
        const record = readLog(reader);
        return this.options.onLog?.(record);
      }
      case Type.stdio: {
        const output = readStdio(reader);
        return this.options.onStdio?.(output);
      }
      case Type.ping: {
        const token = reader.unsigned();
        reader.finish();
        return this.#outbox.small(Type.pong, 0, token);
      }
      case Type.pong: {
        const token = reader.unsigned();
        reader.finish();
        return this.options.onPong?.(token);
      }
      case Type.goodbye: {
        const code = reader.byte();
        const text = reader.text(MAX_TEXT);
        reader.finish();
        return this.#receiveGoodbye(REASONS[code] ?? 'internal', text);
      }
    }
  }

  #receiveHello(reader: Reader): void {
    if (this.peer !== undefined) throw new Violation('hello', 'a second hello');
    this.peer = readHello(reader, this.options.role === 'host' ? 'plugin' : 'host');
    this.options.onHello?.(this.peer);
    this.#outbox.addCredit(this.peer.limits.window);
  }

  #receiveWindow(id: number, credit: number): void {
    if (id === 0) return this.#outbox.addCredit(credit);
    if (this.#outbox.creditRest(id, credit)) return;
    const stream = this.#streams.get(id);
    if (stream instanceof IncomingBytes) throw new Violation('frame-id', 'credit on a stream that flows the other way');
    stream?.credit(credit);
  }

  #receiveReset(id: number): void {
    const stream = this.#streams.get(id);
    if (stream instanceof IncomingBytes) return stream.finish('reset');
    if (stream !== undefined) return stream.stopped();
    const assembly = this.#assemblies.get(id);
    if (assembly !== undefined && this.#isPeers(id)) {
      // The caller gave up before its arguments were here. Each call is answered once, this one too.
      this.#assemblies.remove(assembly);
      this.#arriving--;
      this.#sendError(id, 'cancelled', '', false);
      return;
    }
    // The caller does not want a long return, or had given up a call that was refused meanwhile.
    if (this.#isPeers(id)) this.#outbox.dropRest(id);
  }

  #receiveGoodbye(reason: Reason, text: string): void {
    const error =
      reason === 'done'
        ? hatchwayError('unavailable', 'the peer said goodbye')
        : hatchwayError(
            'protocol',
            `the peer ended the session (${reason})${text === '' ? '' : `: ${escapeText(text)}`}`,
          );
    this.#end(reason === 'done' && this.#outgoing.size === 0 ? undefined : error, error);
  }

  // ── messages of the peer ───────────────────────────────────────────────────────────────────────────────────────────

  #beginAssembly(type: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    const total =
      (bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16) | (bytes[start + 3]! << 24)) >>> 0;
    if (total <= MAX_BODY) throw new Violation('frame-length', `a message of ${total} bytes that goes on`);
    if (total > this.limits.message) {
      const what = `a message of ${total} bytes is longer than ${this.limits.message}`;
      if (type === Type.call) return this.#sendError(id, 'exhausted', what, false);
      this.#outbox.small(Type.reset, id);
      return this.#settle(id, failureError(this.#outgoing.get(id)!.fn.key, 'exhausted', what, true));
    }
    if (type === Type.call) this.#arriving++;
    this.#assemblies.add(new Assembly(type, id, total, copyBytes(bytes, start + 4, end)));
  }

  #assembled(assembly: Assembly): void {
    this.#assemblies.remove(assembly);
    if (assembly.type === Type.call) this.#arriving--;
    this.#body(assembly.type, assembly.id, assembly.bytes, 0, assembly.total);
  }

  /** @throws Violation if the peer has too many calls open. */
  #claimCall(id: number): void {
    if (this.#incoming.size + this.#arriving >= this.limits.calls) throw new Violation('limit', 'too many open calls');
    this.#peerCall = id;
  }

  /** @throws Violation if nothing awaits this reply, or part of one has come. */
  #claimReply(id: number): OutgoingCall {
    const call = this.#outgoing.get(id);
    if (call === undefined || this.#assemblies.get(id) !== undefined || this.#outbox.hasRest(id))
      throw new Violation('reply', `a reply to ${id}, which awaits none`);
    return call;
  }

  #receiveCall(id: number, reader: Reader): void {
    let instance = 0;
    let fn: RemoteFunction | undefined;
    let remaining = 0;
    let parent = 0;
    const args: unknown[] = [];
    try {
      instance = reader.unsigned();
      const index = reader.unsigned();
      remaining = reader.unsigned();
      parent = reader.unsigned();
      if (parent !== 0 && (this.#isPeers(parent) || parent >= this.#nextId))
        throw new MalformedValue('bad-arguments', 'the call it belongs to is none');
      if (instance === 0 ? this.options.role === 'host' : !this.#instances.has(instance))
        return this.#sendError(id, 'unavailable', `there is no instance ${instance}`, false);
      const { exports, imports } = this.#functions;
      const table = instance === 0 ? CONTROLS : this.options.role === 'host' ? imports : exports;
      fn = table[index];
      if (fn === undefined) return this.#sendError(id, 'unimplemented', `there is no function ${index}`, false);
      for (const param of fn.params) args.push(param.read(reader, this.#table));
      reader.finish();
    } catch (error) {
      this.#undoRead();
      if (!(error instanceof MalformedValue)) throw error;
      return this.#sendError(id, error.failure, error.message, false);
    }
    if (fn === CONTROL.dispense && instance === 0 && !this.#addInstance(args[0] as number)) {
      this.#undoRead();
      return this.#sendError(id, 'bad-arguments', 'there is such an instance', false);
    }
    const moves = this.#acceptRead(instance);
    const deadline = remaining === 0 ? Number.POSITIVE_INFINITY : this.options.now() + remaining;
    if (deadline < this.#nextDeadline) this.#nextDeadline = deadline;
    const call = new IncomingCall(this, id, instance, fn, args, deadline, parent, moves);
    this.#incoming.set(id, call);
    this.options.handle(call);
  }

  #addInstance(id: number): boolean {
    if (id === 0 || this.#instances.has(id)) return false;
    this.#instances.set(id, new Share());
    return true;
  }

  #receiveReturn(call: OutgoingCall, reader: Reader): void {
    let value: unknown;
    try {
      value = call.fn.result?.read(reader, this.#table);
      reader.finish();
    } catch (error) {
      this.#undoRead();
      if (!(error instanceof MalformedValue)) throw error;
      const failure = error.failure === 'bad-arguments' ? 'the value is malformed: ' : '';
      return this.#settle(
        call.id,
        hatchwayError(
          error.failure === 'exhausted' ? 'exhausted' : 'protocol',
          `${call.fn.key} answered wrongly: ${failure}${error.message}`,
          { started: true },
        ),
      );
    }
    const moves = this.#acceptRead(call.instance);
    if (call.abandoned) this.#discard(moves);
    if (call.instance === 0) this.#noteControl(call, value);
    this.#settle(call.id, undefined, value);
  }

  /** Nobody will have what a late answer brought. */
  #discard(moves: ReturnType<HandleTable['takeMoves']>): void {
    for (const remote of moves?.received ?? []) this.#handles.drop(remote);
  }

  /** What the process itself answered: instances that are no more, or never were. */
  #noteControl({ fn, subject }: OutgoingCall, value: unknown): void {
    const failed = fn === CONTROL.dispense && (value as { tag: string }).tag === 'err';
    if (failed || fn === CONTROL.release) this.#instances.delete(subject);
  }

  #receiveError(id: number, reader: Reader): void {
    const code = reader.byte();
    const started = reader.byte();
    const text = reader.text(MAX_TEXT);
    reader.finish();
    const failure = FAILURES[code];
    if (failure === undefined || failure === 'none' || started > 1)
      throw new Violation('frame-body', `an error frame of code ${code}`);
    const call = this.#outgoing.get(id);
    // A call may be refused before the rest of it was sent.
    if (call === undefined || this.#assemblies.get(id) !== undefined)
      throw new Violation('reply', `a reply to ${id}, which awaits none`);
    if (this.#outbox.dropRest(id) && started === 1)
      throw new Violation('reply', 'a call is started of which a part is missing');
    this.#settle(id, failureError(call.fn.key, failure, escapeText(text), started === 1), undefined, started === 1);
  }

  /** A reply is here: the call ends. */
  #settle(id: number, failure: HatchwayError | undefined, value?: unknown, started = true): void {
    const call = this.#outgoing.get(id)!;
    this.#outgoing.delete(id);
    if (call.moves !== undefined) this.#handles.callEnded(call.moves, started);
    if (!started) stopAll(call.streams);
    if (failure !== undefined && call.fn === CONTROL.dispense && call.instance === 0)
      this.#instances.delete(call.subject);
    if (!call.abandoned) call.settle(failure, value);
  }

  #undoRead(): void {
    const moves = this.#handles.takeMoves();
    if (moves !== undefined) this.#handles.refuse(moves);
    this.#introduced = [];
  }

  #acceptRead(instance: number): ReturnType<HandleTable['takeMoves']> {
    const moves = this.#handles.takeMoves();
    if (moves !== undefined) this.#handles.accept(moves);
    this.#acceptStreams(instance);
    return moves;
  }

  // ── ids and the end ────────────────────────────────────────────────────────────────────────────────────────────────

  /** The host's ids are odd, the plugin's even. */
  #isPeers(id: number): boolean {
    return id !== 0 && (id & 1) === (this.options.role === 'host' ? 0 : 1);
  }

  #newId(): number {
    const id = this.#nextId;
    if (id > MAX_ID) throw hatchwayError('exhausted', 'the session has used all its ids');
    this.#nextId = id + 2;
    return id;
  }

  #mustBeOpen(): void {
    if (this.ended !== undefined)
      throw hatchwayError('unavailable', 'the session has ended', { cause: this.ended.error, started: false });
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
    const mark = this.#outbox.begin();
    this.#outbox.writer.byte(REASONS.indexOf(reason));
    this.#outbox.writer.text(text.slice(0, MAX_TEXT / 4));
    this.#outbox.end(mark, Type.goodbye, 0);
  }

  #end(error: HatchwayError | undefined, forCalls?: HatchwayError): void {
    if (this.ended !== undefined) return;
    this.ended = { error };
    this.#nextDeadline = Number.POSITIVE_INFINITY;
    this.#outbox.clear();
    const calls = [...this.#outgoing.values()];
    this.#outgoing.clear();
    const cause = forCalls ?? error;
    stopAll([...this.#streams.values()]);
    for (const call of this.#incoming.values()) call.cancel('cancelled');
    this.#incoming.clear();
    this.#arriving = 0;
    this.#assemblies.clear();
    for (const call of calls) {
      if (call.abandoned) continue;
      call.settle(
        hatchwayError('unavailable', `${call.fn.key} failed: the session ended`, cause === undefined ? {} : { cause }),
      );
    }
    this.#handles.end();
    this.options.onEnd?.(error);
  }
}

/** Streams that the peer will never know. */
function stopAll(streams: readonly (OutgoingBytes | IncomingBytes)[]): void {
  for (const stream of streams) {
    if (stream instanceof IncomingBytes) stream.finish('reset');
    else stream.stopped();
  }
}
