import { hatchwayError } from '../errors/index.js';
import {
  copyBytes,
  HEADER,
  MAX_BODY,
  MAX_ID,
  MORE,
  putHeader,
  Scheduler,
  type Share,
  type Source,
  Violation,
  Writer,
} from '../wire/index.js';

/** Told once whether a message left whole, or what is left of it is not wanted. */
type Sent = (whole: boolean) => void;

/** A message that waits for the connection's window, or is too long for one frame. */
interface Waiting {
  readonly type: number;
  readonly id: number;
  readonly body: Uint8Array;
  readonly shares: readonly Share[];
  readonly sent: Sent | undefined;
}

/** Pieces of this size and more leave as they are; smaller ones are copied behind their header. */
const UNCOPIED = 8192;

/** With so many bytes waiting they leave before the turn is over: the peer begins with them meanwhile. */
const MUCH = 8192;

/** What a session has to send: one arena, written once per turn of the carrier. */
export class Outbox {
  readonly writer = new Writer();
  readonly scheduler = new Scheduler();
  /** What the peer's window still takes. */
  credit = 0;
  #pieces: Uint8Array[] = [];
  #waiting: Waiting[] = [];
  readonly #rests = new Map<number, Rest>();
  #awake = false;
  /** Something was taken and has not left. */
  #leaving = false;
  /** Told when it has. */
  #waitForLeaving: (() => void)[] = [];
  /** A frame is being written. */
  #open = false;
  /** Sources are being asked for what they have. */
  #taking = false;

  constructor(private readonly onOutput: (much: boolean) => void) {}

  /** There is something to send. */
  wake(): void {
    // A frame that is not whole yet is not to leave: a getter of the app's may end up here while its value is written.
    const much = this.writer.pending >= MUCH && !this.#open && !this.#taking;
    if (this.#awake && !much) return;
    this.#awake = true;
    this.onOutput(much);
  }

  /** Whether messages wait for the peer. */
  get isBlocked(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whether everything has left. */
  get isEmpty(): boolean {
    return this.writer.pending === 0 && this.#pieces.length === 0 && !this.isBlocked && this.scheduler.size === 0;
  }

  /**
   * Begins a frame; its body is written next.
   * @throws HatchwayError `reentrant` from within a value that is being written: a getter of the app's that calls.
   */
  begin(): number {
    if (this.#open)
      throw hatchwayError('reentrant', 'a value used the plugin while it was read', {
        mend: 'Pass plain values, without getters that call.',
        started: false,
      });
    this.#open = true;
    const mark = this.writer.at;
    this.writer.room(HEADER + 64);
    this.writer.at = mark + HEADER;
    return mark;
  }

  /** Takes back what was begun. */
  abandon(mark: number): void {
    this.#open = false;
    this.writer.at = mark;
  }

  /** Ends a frame that needs no credit. */
  end(mark: number, type: number, id: number): void {
    this.endQuietly(mark, type, id);
    this.wake();
  }

  /** The same, where nobody listens yet. */
  endQuietly(mark: number, type: number, id: number): void {
    this.#open = false;
    putHeader(this.writer.bytes, mark, type, this.writer.at - mark - HEADER, id);
  }

  /** A frame that needs no credit and has at most four bytes of body. */
  small(type: number, id: number, body?: number): void {
    const mark = this.begin();
    if (body !== undefined) this.writer.unsigned(body);
    this.end(mark, type, id);
  }

  /** Ends a message: it leaves now, or when there is credit for it, and in parts if it is long. */
  endMessage(mark: number, type: number, id: number, shares: readonly Share[], sent?: Sent): void {
    const { writer } = this;
    this.#open = false;
    const length = writer.at - mark - HEADER;
    if (length <= this.credit && length <= MAX_BODY && this.#waiting.length === 0) {
      this.credit -= length;
      putHeader(writer.bytes, mark, type, length, id);
      sent?.(true);
      this.wake();
      return;
    }
    const body = copyBytes(writer.bytes, mark + HEADER, writer.at);
    writer.at = mark;
    this.#waiting.push({ type, id, body, shares, sent });
    this.#flush();
  }

  /** Credit for messages. @throws Violation */
  addCredit(bytes: number): void {
    if (this.credit + bytes > MAX_ID) throw new Violation('window', 'the window holds more than 2^31 - 1 bytes');
    this.credit += bytes;
    this.#flush();
  }

  #flush(): void {
    const { writer } = this;
    while (this.#waiting.length > 0) {
      const { type, id, body, shares, sent } = this.#waiting[0]!;
      const long = body.length > MAX_BODY;
      const length = long ? MAX_BODY : body.length;
      if (length > this.credit) return;
      this.#waiting.shift();
      this.credit -= length;
      const mark = this.begin();
      if (long) {
        const total = body.length;
        for (let shift = 0; shift < 32; shift += 8) writer.byte((total >>> shift) & 0xff);
        writer.raw(body.subarray(0, MAX_BODY - 4));
        this.end(mark, type | MORE, id);
        this.#rests.set(id, new Rest(this, id, body, MAX_BODY - 4, shares, sent));
      } else {
        writer.raw(body);
        this.end(mark, type, id);
        sent?.(true);
      }
    }
  }

  /** Takes back a message that has not begun to leave. */
  cancel(id: number): boolean {
    const index = this.#waiting.findIndex((it) => it.id === id);
    if (index < 0) return false;
    const [taken] = this.#waiting.splice(index, 1);
    taken!.sent?.(false);
    return true;
  }

  /** Whether part of a message is still here. */
  hasRest(id: number): boolean {
    return this.#rests.has(id);
  }

  /** Credit for the rest of a message. False: there is none of that id. */
  creditRest(id: number, bytes: number): boolean {
    const rest = this.#rests.get(id);
    if (rest === undefined) return false;
    rest.credit += bytes;
    this.schedule(rest);
    return true;
  }

  /** Discards the rest of a message. */
  dropRest(id: number): boolean {
    const rest = this.#rests.get(id);
    if (rest === undefined) return false;
    this.#rests.delete(id);
    rest.discard();
    return true;
  }

  /** The last of it left. */
  restSent(id: number): void {
    this.#rests.delete(id);
  }

  schedule(source: Source): void {
    this.scheduler.add(source);
    this.wake();
  }

  /** A frame of bytes that are there. Many are not copied: they must not change before all that was taken `hasLeft`. */
  bulk(type: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    const { writer } = this;
    const length = end - start;
    const mark = this.begin();
    this.#open = false;
    putHeader(writer.bytes, mark, type, length, id);
    if (length < UNCOPIED) return writer.raw(bytes.subarray(start, end));
    this.#pieces.push(writer.take(), bytes.subarray(start, end));
  }

  /** What is to be written now, about `limit` bytes of it: the caller's until it says that it `hasLeft`. */
  take(limit: number, now: number): Uint8Array[] {
    this.#awake = false;
    if (this.#open) return [];
    if (this.scheduler.size > 0) {
      this.#taking = true;
      try {
        this.scheduler.run(Math.max(1, limit - this.writer.pending), now);
      } finally {
        this.#taking = false;
      }
    }
    const pieces = this.#pieces;
    this.#pieces = [];
    if (this.writer.pending > 0) pieces.push(this.writer.take());
    if (pieces.length > 0) this.#leaving = true;
    return pieces;
  }

  /** All that was taken has left: the next is written where it was. */
  hasLeft(): void {
    if (this.#open || this.#pieces.length > 0) return;
    this.writer.reuse();
    this.#leaving = false;
    if (this.#waitForLeaving.length === 0) return;
    const waiting = this.#waitForLeaving;
    this.#waitForLeaving = [];
    for (const one of waiting) one();
  }

  /** Has `then` called when all that was given to `bulk` so far has left, or never will. */
  whenLeft(then: () => void): void {
    if (this.#leaving || this.#pieces.length > 0) this.#waitForLeaving.push(then);
    else then();
  }

  /** Discards what has not been taken of messages. What was taken may still be on its way. */
  clear(): void {
    const waiting = this.#waiting;
    const rests = [...this.#rests.values()];
    this.#waiting = [];
    this.#rests.clear();
    for (const message of waiting) message.sent?.(false);
    for (const rest of rests) rest.discard();
  }
}

/** What is left of a long message. */
class Rest implements Source {
  credit = 0;
  deficit = 0;
  queued = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly id: number,
    private readonly body: Uint8Array,
    private at: number,
    readonly shares: readonly Share[],
    private readonly sent: Sent | undefined,
  ) {}

  send(limit: number): number {
    const count = Math.min(limit, this.credit, this.body.length - this.at, MAX_BODY);
    if (count <= 0) return 0;
    this.outbox.bulk(REST, this.id, this.body, this.at, this.at + count);
    this.at += count;
    this.credit -= count;
    if (this.at === this.body.length) {
      this.outbox.restSent(this.id);
      this.sent?.(true);
    }
    return count;
  }

  discard(): void {
    this.at = this.body.length;
    this.sent?.(false);
  }
}

const REST = 6;
