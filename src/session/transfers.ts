import type { Table } from '../wire/index.js';
import type { HandleTable, Moves } from './handles.js';
import type { StreamTable } from './stream-table.js';

/** What one message moves besides data, handles and streams: all of it or nothing. */
export class Transfers {
  /** Where codecs read and write it. */
  readonly table: Table;

  constructor(
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
}
