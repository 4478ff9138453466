import { RULES } from '../session/index.js';
import { HEADER, MAX_BODY, MORE, OPTIONAL } from '../wire/index.js';

/** Bytes of a line that are looked at. */
const MAX_LINE = 1000;

/**
 * Looks, where frames come over a program's standard output, for what it printed between them. No text begins as a frame does: its
 * fourth byte would be a length of more than any frame's.
 */
export class PrintGuard {
  readonly #head = Buffer.alloc(HEADER);
  /** Bytes of a header that have come. */
  #held = 0;
  /** Bytes of a body that are to come. */
  #left = 0;
  #found = false;

  constructor(
    /** Gets what is frames. */
    private readonly pass: (bytes: Uint8Array) => void,
    /** Gets the first line that is none. Nothing is passed on after it. */
    private readonly printed: (line: string) => void,
  ) {}

  readonly received = (bytes: Uint8Array): void => {
    if (this.#found) return;
    const wrong = this.#find(bytes);
    if (wrong === undefined) return this.pass(bytes);
    this.#found = true;
    // The line began where the header would have, with what came or before that.
    const start = Math.max(0, wrong + 1 - this.#held);
    const before = this.#head.subarray(0, this.#held - (wrong + 1 - start));
    if (start > 0) this.pass(bytes.subarray(0, start));
    const text = Buffer.concat([before, bytes.subarray(start, start + MAX_LINE)]).toString('utf8');
    this.printed(text.split(/\r?\n/, 1)[0]!);
  };

  /** Where the byte is with which a header can be none; the header so far is held. */
  #find(bytes: Uint8Array): number | undefined {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const count = Math.min(this.#left, bytes.length - at);
        this.#left -= count;
        at += count;
        continue;
      }
      this.#head[this.#held++] = bytes[at]!;
      if (!isHeader(this.#head, this.#held)) return at;
      at++;
      if (this.#held < HEADER) continue;
      this.#left = this.#head.readUIntLE(1, 3);
      this.#held = 0;
    }
    return undefined;
  }
}

/** Whether so many bytes may be the beginning of a header. */
function isHeader(head: Buffer, count: number): boolean {
  const rule = RULES[head[0]! & 0x3f];
  if (rule === undefined ? (head[0]! & OPTIONAL) === 0 : (head[0]! & MORE) !== 0 && !rule.more) return false;
  if (count < 4) return true;
  const length = head.readUIntLE(1, 3);
  if (length > MAX_BODY || (rule !== undefined && (length < rule.min || length > rule.max))) return false;
  return count < HEADER || rule?.id !== 'none' || head.readUInt32LE(4) === 0;
}
