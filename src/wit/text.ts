import { hatchwayError, quote } from '../errors/index.js';

/** The longest text that is made of a world, in characters: a component of a few KB can describe one of gigabytes. */
const MAX_TEXT = 16 * 1024 * 1024;

/** What WIT parsers refuse anywhere in a text, comments included: control codes, bidirectional overrides, and characters
 * that Unicode deprecates or discourages (WIT.md, "Lexical structure"). */
const REFUSED = /(?!\t)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u0149\u0673\u0f77\u0f79\u17a3\u17a4\u17b4\u17b5]/gu;

/** The lines of a WIT text, indented by block. */
export class Text {
  readonly #lines: string[] = [];
  #indent = '';
  #length = 0;

  /** Adds a line; `''` is a blank one. */
  line(text: string): void {
    this.grown(text.length + this.#indent.length + 1);
    this.#lines.push(text === '' ? '' : this.#indent + text);
  }

  /** A blank line between two items, none at the start of a block. */
  gap(): void {
    const last = this.#lines.at(-1);
    if (last !== undefined && last !== '' && !(last.endsWith('{') && !last.trimStart().startsWith('//'))) this.line('');
  }

  /** `head { … }`, `body` being what adds the lines between. */
  block(head: string, body: () => void): void {
    this.line(`${head} {`);
    const before = this.#indent;
    this.#indent = `${before}  `;
    body();
    this.#indent = before;
    if (this.#lines.at(-1) === '') this.#lines.pop();
    this.line('}');
  }

  /** Doc comment lines. Whatever the text holds, each line of it stays inside its comment. */
  docs(docs: string | undefined): void {
    if (docs === undefined || docs === '') return;
    for (const part of docs.split(/\r\n|[\n\r\u2028\u2029\u0085]/)) {
      const safe = part.replace(REFUSED, '\ufffd').trimEnd();
      this.line(safe === '' ? '///' : `/// ${safe}`);
    }
  }

  /** Comment lines. Only at the end of a block: WIT parsers take any comment before an item for its documentation. */
  notes(notes: readonly string[]): void {
    if (notes.length > 0) this.gap();
    for (const note of notes) this.line(`// ${note.replace(REFUSED, '\ufffd')}`);
  }

  /** Counts text on its way here.
   * @throws HatchwayError `exhausted` when there is too much of it. */
  grown(length: number): void {
    this.#length += length;
    if (this.#length > MAX_TEXT) {
      throw hatchwayError('exhausted', `the WIT text of this world is longer than ${MAX_TEXT} characters`);
    }
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

/** What WIT has no words for. */
export function unsayable(what: string, name: string): Error {
  return hatchwayError('unsupported', `WIT cannot say ${what} (${quote(name)})`);
}
