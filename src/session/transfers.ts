import { type Table, Type } from '../wire/index.js';
import type { Connection } from './connection.js';
import type { HandleTable, Moves } from './handles.js';
import type { StreamTable } from './stream-table.js';
import { OutgoingBytes } from './streams.js';

/** Pairs of index and generation, the longest, that a frame takes. */
const DROPS = 6000;

/** What one message moves besides data, handles and streams: all of it or nothing. */
export class Transfers {
  /** Where codecs read and write it. */
  readonly table: Table;

  constructor(
    private readonly connection: Connection,
    readonly handles: HandleTable,
    readonly streams: StreamTable,
  ) {
    this.table = {
      writeHandle: (writer, type, value) => handles.write(writer, type, value),
      readHandle: (reader, type) => handles.read(reader, type),
      writeStream: (writer, direction, value) => streams.write(writer, direction, value),
      readStream: (reader, direction) => streams.read(reader, direction),
    };
  }

  /** A message of an instance is written or read next. */
  begin(instance: number): void {
    this.handles.instance = instance;
  }

  /** Tells the peer what was dropped: before the next message, which may depend on it. */
  sendDrops(): void {
    if (!this.handles.hasDrops || this.connection.ended !== undefined) return;
    const { outbox } = this.connection;
    const drops = this.handles.takeDrops();
    for (let at = 0; at < drops.length; at += DROPS) {
      const mark = outbox.begin();
      for (const { index, generation } of drops.slice(at, at + DROPS)) {
        outbox.writer.unsigned(index);
        outbox.writer.unsigned(generation);
      }
      outbox.end(mark, Type.drop, 0);
    }
  }

  /** The message that was being written is not sent. */
  takeBack(): void {
    const moves = this.handles.takeMoves();
    if (moves !== undefined) this.handles.takeBack(moves);
    this.streams.takeBack();
  }

  /** The message that was written is sent. Its streams follow, with `streams.whenSent`. */
  send(): Moves | undefined {
    const moves = this.handles.takeMoves();
    if (moves !== undefined) this.handles.sent(moves);
    return moves;
  }

  /** The message that was being read is refused. */
  refuse(): void {
    const moves = this.handles.takeMoves();
    if (moves !== undefined) this.handles.refuse(moves);
    this.streams.refuse();
  }

  /** The message that was read counts. */
  accept(instance: number): Moves | undefined {
    const moves = this.handles.takeMoves();
    if (moves !== undefined) this.handles.accept(moves);
    this.streams.accept(instance);
    return moves;
  }

  /** The message that was read counts, and nobody will have what it brought. */
  discard(instance: number): void {
    const streams = this.streams.introduced;
    const moves = this.accept(instance);
    for (const remote of moves?.received ?? []) this.handles.drop(remote);
    for (const stream of streams) {
      if (stream instanceof OutgoingBytes) stream.reset();
      else stream.cancel();
    }
  }
}
