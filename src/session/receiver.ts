import {
  copyBytes,
  type FrameSink,
  MAX_BODY,
  MAX_ID,
  MAX_TEXT,
  MalformedValue,
  MORE,
  OPTIONAL,
  REASONS,
  Reader,
  type Reason,
  Type,
  Violation,
} from '../wire/index.js';
import type { Connection } from './connection.js';
import { type Assemblies, Assembly } from './grants.js';
import type { HandleTable } from './handles.js';
import { type Hello, readHello } from './hello.js';
import type { IncomingCalls } from './incoming.js';
import { type LogRecord, type Output, readLog, readStdio } from './logs.js';
import type { OutgoingCalls } from './outgoing.js';
import { type FrameRule, RULES } from './rules.js';
import type { StreamTable } from './stream-table.js';
import { IncomingBytes, OutgoingBytes } from './streams.js';

/** Whom the frames of the peer concern. */
export interface Recipients {
  readonly connection: Connection;
  readonly outgoing: OutgoingCalls;
  readonly incoming: IncomingCalls;
  readonly streams: StreamTable;
  readonly handles: HandleTable;
  readonly assemblies: Assemblies;
  /** Host memory that the values of one message may take, in bytes. */
  readonly liftBudget: number;
  onHello(hello: Hello): void;
  onGoodbye(reason: Reason, text: string): void;
  onLog(record: LogRecord): void;
  onStdio(output: Output): void;
  onPong(token: number): void;
}

/** The frames of the peer: each judged by the rules before its body takes memory, then handed to whom it concerns. */
export class Receiver implements FrameSink {
  readonly #reader = new Reader(new Uint8Array(0), 0, 0);
  /** What the peer's messages may still take, in bytes. */
  #window: number;
  /** What they took and was not given back. */
  #consumed = 0;

  constructor(private readonly to: Recipients) {
    this.#window = to.connection.limits.window;
  }

  // ── before the body ────────────────────────────────────────────────────────────────────────────────────────────────

  /** @throws Violation */
  header(type: number, id: number, length: number): boolean {
    const { connection } = this.to;
    if (connection.ended !== undefined) return true;
    const base = type & 0x3f;
    const rule: FrameRule | undefined = RULES[base];
    if (connection.peer === undefined && base !== Type.hello)
      throw new Violation('hello', 'it does not begin with a hello');
    if (rule === undefined) {
      if ((type & OPTIONAL) === 0) throw new Violation('frame-type', `there is no frame of type ${base}`);
      return true;
    }
    if ((type & MORE) !== 0 && !rule.more) throw new Violation('frame-type', `a ${rule.name} frame cannot go on`);
    if (rule.only !== undefined && rule.only === connection.role)
      throw new Violation('role', `a ${rule.only} is sent a ${rule.name} frame, which only it sends`);
    if (length < rule.min || length > rule.max)
      throw new Violation('frame-length', `a ${rule.name} frame of ${length} bytes`);
    if ((type & MORE) !== 0 && length !== MAX_BODY)
      throw new Violation('frame-length', `a ${rule.name} frame that goes on and is not full`);
    this.#checkId(base, rule, id);
    if (rule.message) {
      if (length > this.#window) throw new Violation('window', `${length} bytes, and ${this.#window} were granted`);
      this.#window -= length;
      return false;
    }
    if (base === Type.data) {
      const stream = this.to.streams.get(id);
      if (stream instanceof OutgoingBytes) throw new Violation('frame-id', 'data on a stream that flows the other way');
      stream?.expect(length);
      return true;
    }
    if (base !== Type.rest) return false;
    this.to.assemblies.get(id)?.expect(length);
    return true;
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
    const { connection, incoming } = this.to;
    const isPeers = connection.isPeers(id);
    if (type === Type.call) return incoming.isNext(id);
    if (type === Type.cancel) return isPeers;
    if (type === Type.return || type === Type.error) return !isPeers && connection.wasGiven(id);
    return isPeers || connection.wasGiven(id);
  }

  // ── bodies ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  piece(type: number, id: number, bytes: Uint8Array, start: number, end: number, left: number): void {
    const base = type & 0x3f;
    if (base === Type.data) {
      const stream = this.to.streams.get(id);
      // What comes after this side gave the stream up is not kept.
      if (stream instanceof IncomingBytes) stream.push(bytes, start, end, left);
    } else if (base === Type.rest) {
      const assembly = this.to.assemblies.get(id);
      if (assembly === undefined) return;
      assembly.push(bytes, start, end);
      if (left === 0 && assembly.complete) this.#assembled(assembly);
    }
  }

  /** @throws Violation */
  frame(type: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.to.connection.ended !== undefined) return;
    const base = type & 0x3f;
    if (RULES[base]!.message) this.#giveBack(end - start);
    if (base === Type.call) this.to.incoming.claim(id);
    else if (base === Type.return) this.to.outgoing.claimReturn(id);
    if ((type & MORE) !== 0) this.#beginAssembly(base, id, bytes, start, end);
    else this.#body(base, id, bytes, start, end);
  }

  /** Messages that were taken make room for others. */
  #giveBack(bytes: number): void {
    this.#consumed += bytes;
    const { connection } = this.to;
    if (this.#consumed * 2 < connection.limits.window) return;
    connection.outbox.small(Type.window, 0, this.#consumed);
    this.#window += this.#consumed;
    this.#consumed = 0;
  }

  #beginAssembly(type: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    const { connection, incoming, outgoing, assemblies } = this.to;
    const total =
      (bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16) | (bytes[start + 3]! << 24)) >>> 0;
    if (total <= MAX_BODY) throw new Violation('frame-length', `a message of ${total} bytes that goes on`);
    if (total > connection.limits.message) {
      const what = `a message of ${total} bytes is longer than ${connection.limits.message}`;
      if (type === Type.call) connection.sendError(id, 'exhausted', what, false);
      else outgoing.refuseReturn(id, what);
      return;
    }
    if (type === Type.call) incoming.arriving();
    assemblies.add(new Assembly(type, id, total, copyBytes(bytes, start + 4, end)));
  }

  #assembled(assembly: Assembly): void {
    this.to.assemblies.remove(assembly);
    if (assembly.type === Type.call) this.to.incoming.arrived();
    this.#body(assembly.type, assembly.id, assembly.bytes, 0, assembly.total);
  }

  #body(type: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    const reader = this.#reader;
    reader.bytes = bytes;
    reader.at = start;
    reader.end = end;
    reader.budget = this.to.liftBudget;
    if (type === Type.call) return this.to.incoming.receive(id, reader);
    if (type === Type.return) return this.to.outgoing.receiveReturn(id, reader);
    try {
      this.#other(type, id, reader);
    } catch (error) {
      if (error instanceof MalformedValue)
        throw new Violation('frame-body', `a ${RULES[type]!.name} frame: ${error.message}`);
      throw error;
    }
  }

  #other(type: number, id: number, reader: Reader): void {
    const { to } = this;
    switch (type) {
      case Type.hello:
        return this.#hello(reader);
      case Type.error:
        return to.outgoing.receiveError(id, reader);
      case Type.cancel: {
        const reason = reader.byte();
        reader.finish();
        if (reason > 1) throw new Violation('frame-body', `there is no reason ${reason} to cancel`);
        return to.incoming.cancel(id, reason === 1 ? 'deadline' : 'cancelled');
      }
      case Type.window:
        return this.#credit(id, this.#number(reader));
      case Type.end: {
        const stream = to.streams.get(id);
        if (stream instanceof OutgoingBytes)
          throw new Violation('frame-id', 'the end of a stream that flows the other way');
        return stream?.finish('end');
      }
      case Type.reset:
        return this.#reset(id);
      case Type.drop:
        while (reader.remaining > 0) to.handles.peerDropped(reader.unsigned(), reader.unsigned());
        return;
      case Type.log:
        return to.onLog(readLog(reader));
      case Type.stdio:
        return to.onStdio(readStdio(reader));
      case Type.ping:
        return to.connection.outbox.small(Type.pong, 0, this.#number(reader));
      case Type.pong:
        return to.onPong(this.#number(reader));
      case Type.goodbye: {
        const code = reader.byte();
        const text = reader.text(MAX_TEXT);
        reader.finish();
        return to.onGoodbye(REASONS[code] ?? 'internal', text);
      }
    }
  }

  /** A body that is one number. */
  #number(reader: Reader): number {
    const value = reader.unsigned();
    reader.finish();
    return value;
  }

  #hello(reader: Reader): void {
    const { connection } = this.to;
    if (connection.peer !== undefined) throw new Violation('hello', 'a second hello');
    connection.peer = readHello(reader, connection.role === 'host' ? 'plugin' : 'host');
    this.to.onHello(connection.peer);
    connection.outbox.addCredit(connection.peer.limits.window);
  }

  #credit(id: number, credit: number): void {
    if (credit === 0 || credit > MAX_ID) throw new Violation('window', `a credit of ${credit}`);
    const { outbox } = this.to.connection;
    if (id === 0) return outbox.addCredit(credit);
    if (outbox.creditRest(id, credit)) return;
    const stream = this.to.streams.get(id);
    if (stream instanceof IncomingBytes) throw new Violation('frame-id', 'credit on a stream that flows the other way');
    stream?.credit(credit);
  }

  #reset(id: number): void {
    const { connection, incoming, streams, assemblies } = this.to;
    const stream = streams.get(id);
    if (stream instanceof IncomingBytes) return stream.finish('reset');
    if (stream !== undefined) return stream.stopped();
    const assembly = assemblies.get(id);
    if (assembly !== undefined && connection.isPeers(id)) {
      // The caller gave up before its arguments were here. Each call is answered once, this one too.
      assemblies.remove(assembly);
      incoming.arrived();
      return connection.sendError(id, 'cancelled', '', false);
    }
    // The caller does not want a long return, or had given up a call that was refused meanwhile.
    if (connection.isPeers(id)) connection.outbox.dropRest(id);
  }
}
