import { type HatchwayError, hatchwayError } from '../errors/index.js';
import { type Failure, HEADER, MalformedValue, type Reader, Type, Violation } from '../wire/index.js';
import { type Answering, IncomingCall, valueError } from './calls.js';
import type { Connection } from './connection.js';
import { CONTROLS } from './control.js';
import type { RemoteFunction } from './functions.js';
import { IdTable } from './id-table.js';
import type { Instances } from './instances.js';
import type { Transfers } from './transfers.js';

/** The calls of the peer, from their arguments to this side's answers. */
export class IncomingCalls implements Answering {
  readonly #calls = new IdTable<IncomingCall>();
  /** Those of which the arguments are still to come. */
  #arriving = 0;
  /** The largest id that came. */
  #largest = 0;

  constructor(
    private readonly connection: Connection,
    private readonly instances: Instances,
    private readonly transfers: Transfers,
    private readonly handle: (call: IncomingCall) => void,
  ) {}

  get size(): number {
    return this.#calls.size + this.#arriving;
  }

  has(id: number): boolean {
    return this.#calls.get(id) !== undefined;
  }

  /** Whether the peer may give a new call this id. */
  isNext(id: number): boolean {
    return this.connection.isPeers(id) && id > this.#largest;
  }

  /** @throws Violation if the peer has too many calls open. */
  claim(id: number): void {
    if (this.size >= this.connection.limits.calls) throw new Violation('limit', 'too many open calls');
    this.#largest = id;
  }

  /** Its arguments are the first part of a long message. */
  arriving(): void {
    this.#arriving++;
  }

  /** They are here, or will not come. */
  arrived(): void {
    this.#arriving--;
  }

  receive(id: number, reader: Reader): void {
    const { connection, transfers } = this;
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
      if (parent !== 0 && (connection.isPeers(parent) || !connection.wasGiven(parent)))
        throw new MalformedValue('bad-arguments', 'the call it belongs to is none');
      if (instance === 0 ? connection.role === 'host' : !this.instances.has(instance))
        return connection.sendError(id, 'unavailable', `there is no instance ${instance}`, false);
      const { exports, imports } = connection.functions;
      const table = instance === 0 ? CONTROLS : connection.role === 'host' ? imports : exports;
      fn = table[index];
      if (fn === undefined) return connection.sendError(id, 'unimplemented', `there is no function ${index}`, false);
      transfers.begin(instance);
      for (const param of fn.params) args.push(param.read(reader, transfers.table));
      reader.finish();
      if (this.instances.isTaken(instance, fn, args))
        throw new MalformedValue('bad-arguments', 'there is such an instance');
    } catch (error) {
      transfers.refuse();
      if (!(error instanceof MalformedValue)) throw error;
      return connection.sendError(id, error.failure, error.message, false);
    }
    this.instances.callBegan(instance, fn, args);
    const moves = transfers.accept(instance);
    const deadline = remaining === 0 ? Number.POSITIVE_INFINITY : connection.now() + remaining;
    connection.expectDeadline(deadline);
    const call = new IncomingCall(this, id, instance, fn, args, deadline, parent, moves);
    this.#calls.add(call);
    this.handle(call);
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  answer(call: IncomingCall, value: unknown): void {
    if (!this.#isDue(call)) return;
    const { connection, transfers } = this;
    const { outbox } = connection;
    transfers.sendDrops();
    transfers.begin(call.instance);
    const { writer } = outbox;
    const mark = outbox.begin();
    try {
      call.fn.result?.write(writer, value, transfers.table);
      connection.mustFit(writer.at - mark - HEADER);
    } catch (cause) {
      const error = valueError('result', cause);
      outbox.abandon(mark);
      transfers.takeBack();
      const exhausted = (error as HatchwayError).code === 'exhausted';
      this.refuse(call, exhausted ? 'exhausted' : 'internal', (error as Error).message, true);
      throw error;
    }
    transfers.send();
    this.#answered(call);
    const { instance } = call;
    const sent = transfers.streams.whenSent(instance);
    outbox.endMessage(mark, Type.return, call.id, this.instances.shares(instance), sent);
    this.instances.callReturned(instance, call.fn, call.args[0] as number, value);
  }

  /** @internal */
  refuse(call: IncomingCall, failure: Failure, message: string, started: boolean): void {
    if (!this.#isDue(call)) return;
    this.#answered(call);
    this.connection.sendError(call.id, failure, message, started);
    this.instances.callFailed(call.instance, call.fn, call.args[0] as number);
  }

  #isDue(call: IncomingCall): boolean {
    if (call.answered) throw hatchwayError('protocol', 'a call is answered twice');
    return this.connection.ended === undefined;
  }

  #answered(call: IncomingCall): void {
    call.answered = true;
    this.#calls.delete(call.id);
    if (call.moves !== undefined) this.transfers.handles.answered(call.moves);
  }

  // ── giving up ──────────────────────────────────────────────────────────────────────────────────────────────────────

  cancel(id: number, why: 'cancelled' | 'deadline'): void {
    this.#calls.get(id)?.cancel(why);
  }

  /** Tells what took too long; gives the next deadline. */
  expire(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#calls.all()) {
      if (call.cancelled !== undefined) continue;
      if (call.deadline <= now) call.cancel('deadline');
      else next = Math.min(next, call.deadline);
    }
    return next;
  }

  /** The session ended. */
  end(): void {
    for (const call of this.#calls.all()) call.cancel('cancelled');
    this.#calls.clear();
    this.#arriving = 0;
  }
}
