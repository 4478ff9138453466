import { escapeText, type HatchwayError, hatchwayError } from '../errors/index.js';
import { FAILURES, HEADER, MAX_ID, MAX_TEXT, MalformedValue, type Reader, Type, Violation } from '../wire/index.js';
import { failureError, type IncomingCall, OutgoingCall, type Settle, valueError } from './calls.js';
import type { Connection } from './connection.js';
import { CONTROL } from './control.js';
import type { RemoteFunction } from './functions.js';
import type { Assemblies } from './grants.js';
import { IdTable } from './id-table.js';
import type { Instances } from './instances.js';
import { stopAll } from './stream-table.js';
import type { Transfers } from './transfers.js';

export interface CallOptions {
  /** Milliseconds that the call may take from now on. Default: what is left of `parent`'s; else no bound. */
  readonly timeout?: number;
  /** The call that is answered meanwhile. */
  readonly parent?: IncomingCall;
  /** What the caller wants to have of it while it is open. */
  readonly context?: object;
}

/** The calls of this side, from their arguments to their answers. */
export class OutgoingCalls {
  readonly #calls = new IdTable<OutgoingCall>();

  constructor(
    private readonly connection: Connection,
    private readonly instances: Instances,
    private readonly transfers: Transfers,
    private readonly assemblies: Assemblies,
  ) {}

  get size(): number {
    return this.#calls.size;
  }

  get(id: number): OutgoingCall | undefined {
    return this.#calls.get(id);
  }

  /** Those to an instance that are open. */
  of(instance: number): OutgoingCall[] {
    return this.#calls.all().filter((call) => call.instance === instance);
  }

  /** Sends a call; see `Session.call`. */
  call(
    instance: number,
    fn: RemoteFunction,
    args: readonly unknown[],
    settle: Settle,
    { timeout, parent, context }: CallOptions,
  ): OutgoingCall {
    const { connection, transfers } = this;
    const { outbox } = connection;
    connection.mustBeOpen();
    const most = connection.peerLimits.calls;
    if (this.#calls.size >= most) throw hatchwayError('exhausted', `${most} calls are open`, { started: false });
    if (this.instances.isTaken(instance, fn, args))
      throw hatchwayError('exhausted', 'there is such an instance already', { started: false });
    let deadline = parent?.deadline ?? Number.POSITIVE_INFINITY;
    const now = timeout === undefined && deadline === Number.POSITIVE_INFINITY ? 0 : connection.now();
    if (timeout !== undefined) deadline = Math.min(deadline, now + timeout);
    const left = deadline === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.ceil(deadline - now));
    transfers.sendDrops();
    transfers.begin(instance);
    const id = connection.newId();
    const { writer } = outbox;
    const mark = outbox.begin();
    try {
      writer.unsigned(instance);
      writer.unsigned(fn.index);
      writer.unsigned(Math.min(MAX_ID, left));
      writer.unsigned(parent?.id ?? 0);
      this.#writeArguments(fn, args);
      connection.mustFit(writer.at - mark - HEADER);
    } catch (error) {
      outbox.abandon(mark);
      transfers.takeBack();
      throw error;
    }
    const call = new OutgoingCall(id, instance, fn, deadline, settle, context);
    call.moves = transfers.send();
    call.streams = transfers.streams.introduced;
    if (instance === 0 && fn !== CONTROL.world) call.subject = args[0] as number;
    this.#calls.add(call);
    connection.expectDeadline(deadline);
    this.instances.callBegan(instance, fn, args);
    outbox.endMessage(mark, Type.call, id, this.instances.shares(instance), transfers.streams.whenSent(instance));
    return call;
  }

  #writeArguments(fn: RemoteFunction, args: readonly unknown[]): void {
    const { params } = fn;
    for (let i = 0; i < params.length; i++) {
      try {
        params[i]!.write(this.connection.outbox.writer, args[i], this.transfers.table);
      } catch (error) {
        throw valueError(fn.names[i]!, error);
      }
    }
  }

  // ── giving up ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Gives up a call: its caller is answered at once. The peer is told, and its answer awaited no longer. */
  abandon(call: OutgoingCall, why: 'cancelled' | 'deadline'): void {
    if (this.#calls.get(call.id) !== call || call.abandoned) return;
    const { outbox } = this.connection;
    const unsent = outbox.cancel(call.id);
    if (unsent) {
      this.#calls.delete(call.id);
      if (call.moves !== undefined) this.transfers.handles.callEnded(call.moves, false);
    } else {
      call.abandoned = true;
      call.abandonedAt = this.connection.now();
      if (outbox.dropRest(call.id)) outbox.small(Type.reset, call.id);
      else outbox.small(Type.cancel, call.id, why === 'deadline' ? 1 : 0);
    }
    const what = why === 'deadline' ? 'it took longer than its limit' : 'its caller gave it up';
    call.settle(failureError(call.fn.key, why, what, !unsent));
  }

  /** Gives up what took too long; gives the next deadline. */
  expire(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#calls.all()) {
      if (call.abandoned) continue;
      if (call.deadline <= now) this.abandon(call, 'deadline');
      else next = Math.min(next, call.deadline);
    }
    return next;
  }

  /** Calls that were given up and that the peer has not answered for so many milliseconds. */
  overdue(grace: number): OutgoingCall[] {
    const now = this.connection.now();
    return this.#calls.all().filter((call) => call.abandoned && now - call.abandonedAt >= grace);
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @throws Violation if nothing awaits this return, or part of one has come. */
  claimReturn(id: number): void {
    if (this.connection.outbox.hasRest(id)) notAwaited(id);
    this.#awaiting(id);
  }

  #awaiting(id: number): OutgoingCall {
    const call = this.#calls.get(id);
    if (call === undefined || this.assemblies.get(id) !== undefined) notAwaited(id);
    return call;
  }

  receiveReturn(id: number, reader: Reader): void {
    const call = this.#calls.get(id)!;
    const { transfers } = this;
    transfers.begin(call.instance);
    let value: unknown;
    try {
      value = call.fn.result?.read(reader, transfers.table);
      reader.finish();
    } catch (error) {
      transfers.refuse();
      if (!(error instanceof MalformedValue)) throw error;
      const failure = error.failure === 'bad-arguments' ? 'the value is malformed: ' : '';
      const code = error.failure === 'exhausted' ? 'exhausted' : 'protocol';
      const what = `${call.fn.key} answered wrongly: ${failure}${error.message}`;
      return this.#settle(call, hatchwayError(code, what, { started: true }));
    }
    if (call.abandoned) transfers.discard(call.instance);
    else transfers.accept(call.instance);
    this.instances.callReturned(call.instance, call.fn, call.subject, value);
    this.#settle(call, undefined, value);
    // Nor will anybody have an instance that was made too late.
    if (call.abandoned && call.fn === CONTROL.dispense && this.instances.has(call.subject))
      this.call(0, CONTROL.release, [call.subject], () => {}, {});
  }

  receiveError(id: number, reader: Reader): void {
    const code = reader.byte();
    const started = reader.byte();
    const text = reader.text(MAX_TEXT);
    reader.finish();
    const failure = FAILURES[code];
    if (failure === undefined || failure === 'none' || started > 1)
      throw new Violation('frame-body', `an error frame of code ${code}`);
    // A call may be refused before the rest of it was sent.
    const call = this.#awaiting(id);
    if (this.connection.outbox.dropRest(id) && started === 1)
      throw new Violation('reply', 'a call is started of which a part is missing');
    this.#settle(call, failureError(call.fn.key, failure, escapeText(text), started === 1), undefined, started === 1);
  }

  /** The return is longer than this side takes. */
  refuseReturn(id: number, what: string): void {
    const call = this.#calls.get(id)!;
    this.connection.outbox.small(Type.reset, id);
    this.#settle(call, failureError(call.fn.key, 'exhausted', what, true));
  }

  #settle(call: OutgoingCall, failure: HatchwayError | undefined, value?: unknown, started = true): void {
    this.#calls.delete(call.id);
    if (call.moves !== undefined) this.transfers.handles.callEnded(call.moves, started);
    if (!started) stopAll(call.streams);
    if (failure !== undefined) this.instances.callFailed(call.instance, call.fn, call.subject);
    if (!call.abandoned) call.settle(failure, value);
  }

  /** The session ended: gives what is to be told to whom once all is put away. */
  end(cause: HatchwayError | undefined): () => void {
    const calls = this.#calls.all();
    this.#calls.clear();
    return () => {
      for (const call of calls) {
        if (call.abandoned) continue;
        const what = `${call.fn.key} failed: the session ended`;
        call.settle(hatchwayError('unavailable', what, cause === undefined ? {} : { cause }));
      }
    };
  }
}

function notAwaited(id: number): never {
  throw new Violation('reply', `a reply to ${id}, which awaits none`);
}
