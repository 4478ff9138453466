import type { Readable } from 'node:stream';

/** Bytes of a line; a longer one is cut in pieces. */
const MAX_LINE = 8192;
/** Bytes of the last output that are kept. */
const MAX_TAIL = 4096;
/** Lines of one second that are passed on; the others are dropped and counted. */
const MAX_LINES = 1000;

/** What a program prints: line by line to whoever listens, at a bounded rate, and the last of it for errors. */
export class OutputTail {
  #tail = '';
  #line = '';
  #second = 0;
  #lines = 0;
  #dropped = 0;

  constructor(
    stream: Readable,
    private readonly onLine: (text: string, dropped: number) => void,
    /** Whoever wants the bytes as they are. */
    private readonly onBytes: (bytes: Uint8Array) => void,
  ) {
    stream.on('data', (bytes: Buffer) => this.#push(bytes));
    stream.on('error', () => {});
    stream.on('end', () => {
      if (this.#line !== '') this.#emit(this.#line);
      this.#line = '';
    });
  }

  /** The last of what was printed. It comes from outside: escape it. */
  get last(): string {
    return this.#tail;
  }

  #push(bytes: Buffer): void {
    this.onBytes(bytes);
    const text = bytes.toString('utf8');
    this.#tail = (this.#tail + text).slice(-MAX_TAIL);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#emit(this.#line + text.slice(start, end));
      this.#line = '';
      start = end + 1;
    }
    this.#line += text.slice(start);
    while (this.#line.length > MAX_LINE) {
      this.#emit(this.#line.slice(0, MAX_LINE));
      this.#line = this.#line.slice(MAX_LINE);
    }
  }

  #emit(line: string): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#lines = 0;
    }
    if (++this.#lines > MAX_LINES) {
      this.#dropped++;
      return;
    }
    this.onLine(line.slice(0, MAX_LINE), this.#dropped);
    this.#dropped = 0;
  }
}
