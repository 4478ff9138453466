import { Type } from '../wire/index.js';
import type { Connection } from './connection.js';
import { type LogRecord, type Output, writeLog, writeStdio } from './logs.js';

/** Records and output for the host: dropped and counted where it does not keep up, never kept. */
export class LogSender {
  #dropped = 0;

  constructor(private readonly connection: Connection) {}

  log(record: Omit<LogRecord, 'dropped'>): boolean {
    if (!this.#hasRoom()) return false;
    const { outbox } = this.connection;
    const mark = outbox.begin();
    writeLog(outbox.writer, { ...record, dropped: this.#dropped });
    this.#dropped = 0;
    outbox.endMessage(mark, Type.log, 0, []);
    return true;
  }

  stdio(output: Output): boolean {
    if (!this.#hasRoom()) return false;
    const { outbox } = this.connection;
    const mark = outbox.begin();
    writeStdio(outbox.writer, output);
    outbox.endMessage(mark, Type.stdio, 0, []);
    return true;
  }

  /** Half of the window is for calls. */
  #hasRoom(): boolean {
    const { ended, peer, outbox } = this.connection;
    const room =
      ended === undefined && peer !== undefined && !outbox.isBlocked && outbox.credit * 2 > peer.limits.window;
    if (!room) this.#dropped++;
    return room;
  }
}
