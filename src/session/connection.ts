import { type HatchwayError, hatchwayError } from '../errors/index.js';
import { DEFAULT_LIMITS, FAILURES, type Failure, type Limits, MAX_ID, MAX_TEXT, Type } from '../wire/index.js';
import type { FunctionTable } from './functions.js';
import type { Hello, Role } from './hello.js';
import { Outbox } from './outbox.js';

/** What all parts of a session know of it: who is who, what leaves, which ids were given, whether it is over. */
export class Connection {
  readonly outbox: Outbox;
  /** What the peer said first. */
  peer: Hello | undefined;
  /** Why it ended. */
  ended: { readonly error: HatchwayError | undefined } | undefined;
  /** No call's deadline is before, in milliseconds of the clock. */
  nextDeadline = Number.POSITIVE_INFINITY;
  /** The host's ids are odd, the plugin's even. */
  #nextId: number;
  readonly #peersBit: number;

  constructor(
    readonly role: Role,
    /** What this side bounds. */
    readonly limits: Limits,
    public functions: FunctionTable,
    /** A clock, in milliseconds, that never goes back. */
    readonly now: () => number,
    onOutput: (much: boolean) => void,
  ) {
    this.#nextId = role === 'host' ? 1 : 2;
    this.#peersBit = role === 'host' ? 0 : 1;
    this.outbox = new Outbox(onOutput);
    this.outbox.writer.limit = 4 * MAX_ID;
  }

  /** What the peer bounds. */
  get peerLimits(): Limits {
    return this.peer?.limits ?? DEFAULT_LIMITS;
  }

  /** Whether an id is one that the peer gives. */
  isPeers(id: number): boolean {
    return id !== 0 && (id & 1) === this.#peersBit;
  }

  /** Whether this side has given an id, if it is one of this side's. */
  wasGiven(id: number): boolean {
    return id < this.#nextId;
  }

  /** @throws HatchwayError `exhausted` */
  newId(): number {
    const id = this.#nextId;
    if (id > MAX_ID) throw hatchwayError('exhausted', 'the session has used all its ids');
    this.#nextId = id + 2;
    return id;
  }

  expectDeadline(deadline: number): void {
    if (deadline < this.nextDeadline) this.nextDeadline = deadline;
  }

  /** @throws HatchwayError `unavailable` */
  mustBeOpen(): void {
    if (this.ended !== undefined)
      throw hatchwayError('unavailable', 'the session has ended', { cause: this.ended.error, started: false });
  }

  /** Answers a call of the peer with a failure. */
  sendError(id: number, failure: Failure, message: string, started: boolean): void {
    const { outbox } = this;
    const mark = outbox.begin();
    outbox.writer.byte(FAILURES.indexOf(failure));
    outbox.writer.byte(started ? 1 : 0);
    outbox.writer.text(message.slice(0, MAX_TEXT / 4));
    outbox.endMessage(mark, Type.error, id, []);
  }

  /** @throws HatchwayError `exhausted` if the peer does not take a message of so many bytes. */
  mustFit(bytes: number): void {
    const limit = this.peerLimits.message;
    if (bytes > limit)
      throw hatchwayError('exhausted', `a message is longer than the ${limit} bytes that the peer takes`, {
        started: false,
      });
  }
}
