import { excerpt, waveError } from './error.js';
import { decodeChar, decodeMultiline, decodeString } from './strings.js';

export type TokenKind = '{' | '}' | '(' | ')' | '[' | ']' | ':' | ',' | 'number' | 'label' | 'char' | 'string' | 'end';

/** `value` is the text of a number or a label, and what a char or a string stands for. Offsets are UTF-16. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** A label: words of one case each. A word of digits and capitals must not be cut where the capitals start. */
export const LABEL_PATTERN = '(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[A-Z0-9]+(?![a-z0-9])|[a-z0-9]+))*';

// Sticky, so that a pattern looks at exactly one place.
const SPACE = /[ \t\r\n]*/y;
const COMMENT = /(?:\/\/[^\n]*)?/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|-inf/y;
const LABEL = new RegExp(`%?${LABEL_PATTERN}`, 'y');

/** Reads tokens one at a time, with one token of lookahead. */
export class Lexer {
  readonly text: string;
  #offset: number;
  #next: Token | undefined;

  constructor(text: string, offset = 0) {
    this.text = text;
    this.#offset = offset;
  }

  /** The token that `take` will return. */
  peek(): Token {
    this.#next ??= this.#read();
    return this.#next;
  }

  take(): Token {
    const token = this.peek();
    this.#next = undefined;
    return token;
  }

  /** Takes a token of the kind, or fails saying what was there instead. */
  expect(kind: TokenKind, what: string): Token {
    const token = this.take();
    if (token.kind !== kind) throw this.unexpected(token, what);
    return token;
  }

  unexpected(token: Token, expected: string): Error {
    const got = token.kind === 'end' ? 'the end' : excerpt(this.text, token.start, token.end);
    return waveError(this.text, token.start, `expected ${expected}, got ${got}`);
  }

  #read(): Token {
    const start = this.#skip(this.#offset);
    const first = this.text.charAt(start);
    switch (first) {
      case '':
        return this.#token('end', start, start, '');
      case '{':
      case '}':
      case '(':
      case ')':
      case '[':
      case ']':
      case ':':
      case ',':
        return this.#token(first, start, start + 1, first);
      case "'": {
        const { value, end } = decodeChar(this.text, start);
        return this.#token('char', start, end, value);
      }
      case '"': {
        const decode = this.text.startsWith('"""', start) ? decodeMultiline : decodeString;
        const { value, end } = decode(this.text, start);
        return this.#token('string', start, end, value);
      }
    }
    const number = this.#match(NUMBER, start);
    if (number !== '') return this.#token('number', start, start + number.length, number);
    const label = this.#match(LABEL, start);
    if (label !== '') return this.#token('label', start, start + label.length, label);
    throw waveError(this.text, start, `expected a value, got ${excerpt(this.text, start, start + 10)}`);
  }

  /** The offset behind any space and comments. */
  #skip(offset: number): number {
    for (let at = offset; ; ) {
      const space = at + this.#match(SPACE, at).length;
      at = space + this.#match(COMMENT, space).length;
      if (at === space) return at;
    }
  }

  #match(pattern: RegExp, offset: number): string {
    pattern.lastIndex = offset;
    return pattern.exec(this.text)?.[0] ?? '';
  }

  #token(kind: TokenKind, start: number, end: number, value: string): Token {
    this.#offset = end;
    return { kind, start, end, value };
  }
}
