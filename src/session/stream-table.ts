import { hatchwayError } from '../errors/index.js';
import { type Direction, MalformedValue, mismatch, type Reader, Type, type Writer } from '../wire/index.js';
import type { Connection } from './connection.js';
import { StreamBudget } from './grants.js';
import type { Instances } from './instances.js';
import { IncomingBytes, OutgoingBytes, type StreamFaces, type StreamHost } from './streams.js';

/** The most that one stream is granted, in bytes. */
const WINDOW = 1 << 20;

/** The byte streams of a session. */
export class StreamTable implements StreamHost {
  readonly #streams = new Map<number, OutgoingBytes | IncomingBytes>();
  /** How many the peer introduced. */
  #peers = 0;
  readonly #budget: StreamBudget;
  /** Those that the message being written or read brings. */
  #introduced: (OutgoingBytes | IncomingBytes)[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly instances: Instances,
    /** Whether an id is that of a call that is open. */
    private readonly isCall: (id: number) => boolean,
    /** Bytes of memory for what arrives and is not read. */
    budget: number,
    private readonly faces: StreamFaces,
    /** There are streams now, or none any more. */
    private readonly onStreams: (any: boolean) => void,
  ) {
    this.#budget = new StreamBudget(budget, WINDOW);
  }

  get size(): number {
    return this.#streams.size;
  }

  get(id: number): OutgoingBytes | IncomingBytes | undefined {
    return this.#streams.get(id);
  }

  // ── values ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  write(writer: Writer, direction: Direction, value: unknown): void {
    const stream = this.faces.unwrap(value, direction);
    if (stream === undefined)
      mismatch(direction === 'with' ? 'a stream of bytes to send' : 'a stream of bytes to receive', value);
    const open = this.#streams.size - this.#peers + this.#introduced.length;
    if (open >= this.connection.peerLimits.streams)
      throw hatchwayError('exhausted', 'the peer takes no more streams', { started: false });
    stream.id = this.connection.newId();
    this.#introduced.push(stream);
    writer.unsigned(stream.id);
  }

  read(reader: Reader, direction: Direction): object {
    const id = reader.unsigned();
    if (!this.connection.isPeers(id) || this.#streams.has(id) || this.isCall(id))
      throw new MalformedValue('bad-arguments', 'a stream has an id that the sender cannot give it');
    if (this.#introduced.some((it) => it.id === id))
      throw new MalformedValue('bad-arguments', 'a stream is there twice');
    if (this.#peers + this.#introduced.length >= this.connection.limits.streams)
      throw new MalformedValue('exhausted', 'too many streams are open');
    const stream = direction === 'with' ? new IncomingBytes() : new OutgoingBytes();
    stream.id = id;
    this.#introduced.push(stream);
    return this.faces.wrap(stream);
  }

  // ── messages ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Those that the message just written, or read, brings. */
  get introduced(): readonly (OutgoingBytes | IncomingBytes)[] {
    return this.#introduced;
  }

  /** The message being written is not sent. */
  takeBack(): void {
    for (const stream of this.#introduced) stream.id = 0;
    this.#introduced = [];
  }

  /** The message being read is refused. */
  refuse(): void {
    this.#introduced = [];
  }

  /** The message just written is to be sent. Streams begin when it has left whole: what to call then, or when it will not. */
  whenSent(instance: number): ((whole: boolean) => void) | undefined {
    if (this.#introduced.length === 0) return undefined;
    const streams = this.#introduced;
    this.#introduced = [];
    for (const stream of streams) this.#add(stream, instance);
    return (whole) => {
      if (!whole) stopAll(streams);
      for (const stream of streams) {
        if (whole) stream.attach(this);
        else this.closed(stream);
      }
    };
  }

  /** The message just read counts. */
  accept(instance: number): void {
    const streams = this.#introduced;
    if (streams.length === 0) return;
    this.#introduced = [];
    for (const stream of streams) {
      this.#add(stream, instance);
      this.#peers++;
      stream.attach(this);
    }
  }

  #add(stream: OutgoingBytes | IncomingBytes, instance: number): void {
    this.#streams.set(stream.id, stream);
    if (this.#streams.size === 1) this.onStreams(true);
    if (stream instanceof OutgoingBytes) stream.shares = [stream.share, ...this.instances.shares(instance)];
  }

  /** The session ended. */
  end(): void {
    stopAll([...this.#streams.values()]);
  }

  // ── what streams ask for ───────────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  sendData(id: number, bytes: Uint8Array, start: number, end: number): void {
    this.connection.outbox.bulk(Type.data, id, bytes, start, end);
  }
  /** @internal */
  whenLeft(then: () => void): void {
    this.connection.outbox.whenLeft(then);
  }
  /** @internal */
  sendEnd(id: number): void {
    this.connection.outbox.small(Type.end, id);
  }
  /** @internal */
  sendReset(id: number): void {
    if (this.connection.ended === undefined) this.connection.outbox.small(Type.reset, id);
  }
  /** @internal */
  sendWindow(id: number, credit: number): void {
    if (this.connection.ended === undefined) this.connection.outbox.small(Type.window, id, credit);
  }
  /** @internal */
  schedule(source: OutgoingBytes): void {
    if (this.connection.ended === undefined) this.connection.outbox.schedule(source);
  }
  /** @internal */
  closed(stream: OutgoingBytes | IncomingBytes): void {
    if (!this.#streams.delete(stream.id)) return;
    if (this.connection.isPeers(stream.id)) this.#peers--;
    if (this.#streams.size === 0) this.onStreams(false);
  }
  /** @internal */
  requestGrant(stream: IncomingBytes): void {
    this.#budget.request(stream);
  }
  /** @internal */
  returnGrant(bytes: number): void {
    if (bytes > 0) this.#budget.giveBack(bytes);
  }
}

/** Streams that the peer will never know. */
export function stopAll(streams: readonly (OutgoingBytes | IncomingBytes)[]): void {
  for (const stream of streams) {
    if (stream instanceof IncomingBytes) stream.finish('reset');
    else stream.stopped();
  }
}
