import { hatchwayError } from '../errors/index.js';
import { DescriptorOutput, type StandardOutput } from '../wasi/index.js';
import { ByteQueue } from './byte-queue.js';

/**
 * What becomes of what a guest writes. `collect`, the default, keeps the first 1 MiB; `lines` and `stream` keep as much that
 * nobody has read yet; `inherit` passes it to this process' own output; `ignore` drops it; a function gets each chunk.
 */
export type OutputOption = 'collect' | 'lines' | 'stream' | 'inherit' | 'ignore' | ((chunk: Uint8Array) => void);

/** A line of a guest's output. Its text comes from the guest: escape it before it goes to a terminal or a log. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly plugin: string;
  readonly instance: string;
  /** When the guest ended the line. */
  readonly time: Date;
  /** Without its line break; at most 65 536 bytes. */
  readonly text: string;
}

/** Bytes that are kept for the app to read: 1 MiB. What comes beyond them is dropped and counted. */
const MAX_KEPT = 1 << 20;
const MAX_LINE = 65_536;
/** What a line costs beside its bytes, so that a flood of empty ones is bounded as well. */
const LINE_COST = 32;
const NEW_LINE = 10;

interface Named {
  readonly plugin: string;
  readonly instance: string;
}

/** What one instance writes to one of its standard streams, as the app asked to have it. */
export class Output implements StandardOutput, AsyncIterable<OutputLine> {
  readonly #option: OutputOption;
  readonly #descriptor: DescriptorOutput | undefined;
  #written = 0;
  #dropped = 0;
  readonly #bytes = new ByteQueue();
  readonly #lines: OutputLine[] = [];
  /** What the lines that are kept cost. */
  #lineBytes = 0;
  #unfinished = new ByteQueue();
  #ended = false;
  #wake: (() => void) | undefined;

  /** @internal */
  constructor(
    private readonly owner: Named,
    private readonly stream: 'stdout' | 'stderr',
    option: OutputOption = 'collect',
  ) {
    this.#option = option;
    this.#descriptor = option === 'inherit' ? new DescriptorOutput(stream === 'stdout' ? 1 : 2) : undefined;
  }

  /** Bytes the guest wrote, dropped ones included. */
  get written(): number {
    return this.#written;
  }

  /** Bytes that were dropped because nobody had read what came before. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @internal */
  write(bytes: Uint8Array): void {
    this.#written += bytes.length;
    if (typeof this.#option === 'function') {
      this.#option(bytes);
      return;
    }
    switch (this.#option) {
      case 'inherit':
        this.#descriptor!.write(bytes);
        return;
      case 'ignore':
        return;
      case 'lines':
        this.#splitLines(bytes);
        break;
      default:
        this.#keep(bytes);
    }
    this.#wake?.();
  }

  /** @internal */
  end(): void {
    if (this.#unfinished.length > 0) this.#endLine();
    this.#ended = true;
    this.#wake?.();
  }

  /**
   * What was written so far, at most 1 MiB.
   * @throws HatchwayError `option` unless the output is collected.
   */
  bytes(): Uint8Array {
    this.#require('collect', 'bytes() and text()');
    return this.#bytes.toBytes();
  }

  /** `bytes()` as UTF-8; what is none becomes U+FFFD. It comes from the guest: escape it before it goes to a terminal. */
  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /**
   * What is written, as it comes, until the instance ends.
   * @throws HatchwayError `option` unless the output is `stream`.
   */
  readable(): ReadableStream<Uint8Array> {
    this.#require('stream', 'readable()');
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          while (this.#bytes.length === 0 && !this.#ended) await this.#next();
          const chunk = this.#bytes.shift();
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /**
   * The lines, as they come, until the instance ends.
   * @throws HatchwayError `option` unless the output is `lines`.
   */
  async *[Symbol.asyncIterator](): AsyncIterator<OutputLine> {
    this.#require('lines', 'iterating over lines');
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) {
        this.#lineBytes -= line.text.length + LINE_COST;
        yield line;
      } else if (this.#ended) return;
      else await this.#next();
    }
  }

  async #next(): Promise<void> {
    const { promise, resolve } = withResolvers();
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }

  #require(option: OutputOption, what: string): void {
    if (this.#option === option) return;
    throw hatchwayError('option', `${what} of ${this.stream} need another option than it was made with`, {
      ...this.owner,
      mend: `Instantiate with { ${this.stream}: '${option}' }.`,
    });
  }

  #keep(bytes: Uint8Array): void {
    const part = bytes.subarray(0, MAX_KEPT - this.#bytes.length);
    this.#dropped += bytes.length - part.length;
    if (part.length > 0) this.#bytes.push(part);
  }

  #splitLines(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(NEW_LINE, from);
      this.#addToLine(bytes.subarray(from, end < 0 ? bytes.length : end));
      if (end < 0) return;
      this.#endLine();
      from = end + 1;
    }
  }

  #addToLine(part: Uint8Array): void {
    for (let rest = part; rest.length > 0; ) {
      const taken = rest.subarray(0, MAX_LINE - this.#unfinished.length);
      this.#unfinished.push(taken);
      rest = rest.subarray(taken.length);
      if (this.#unfinished.length === MAX_LINE) this.#endLine();
    }
  }

  #endLine(): void {
    const bytes = this.#unfinished.toBytes();
    this.#unfinished = new ByteQueue();
    const text = new TextDecoder().decode(bytes);
    if (this.#lineBytes + text.length + LINE_COST > MAX_KEPT) {
      this.#dropped += bytes.length;
      return;
    }
    this.#lineBytes += text.length + LINE_COST;
    const { plugin, instance } = this.owner;
    this.#lines.push({ stream: this.stream, plugin, instance, time: new Date(), text });
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
