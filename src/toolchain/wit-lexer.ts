import { WitSyntaxError } from './wit-error.js';

/** A piece of WIT text. Of a name written with `%` the text has none. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'punctuation' | 'end';
  readonly text: string;
  /** Written with `%`: never a keyword. */
  readonly escaped: boolean;
  readonly start: number;
  readonly end: number;
  /** The documentation comments before it. */
  readonly docs?: string;
}

const SPACE = /\s+/y;
const LINE_COMMENT = /\/\/[^\n]*/y;
const NAME = /%?[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*/y;
/** Whole numbers and versions; the full stop after a version in `use a:b/c@1.0.0.{d}` is none of it. */
const NUMBER = /\d+(?:\.\d+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?/y;
const STRING = /"[^"\n]*"/y;
const PUNCTUATION = /->|[=,:;(){}<>*/.@_]/y;

/** The tokens of a WIT text, the last one being its end.
 * @throws WitSyntaxError for a character that WIT does not have, or a comment without an end. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let docs: string[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const add = (kind: Token['kind'], found: string, escaped = false) => {
    const start = at;
    at += found.length;
    const documentation = docs.join('\n');
    docs = [];
    const shown = escaped ? found.slice(1) : found;
    tokens.push({ kind, text: shown, escaped, start, end: at, ...(documentation && { docs: documentation }) });
  };
  while (at < text.length) {
    const skipped = match(SPACE) ?? match(LINE_COMMENT) ?? blockComment(text, at);
    if (skipped !== undefined) {
      docs.push(...documentation(skipped));
      at += skipped.length;
      continue;
    }
    const name = match(NAME);
    if (name !== undefined) {
      add('name', name, name.startsWith('%'));
      continue;
    }
    const number = match(NUMBER);
    if (number !== undefined) {
      add('number', number);
      continue;
    }
    const string = match(STRING);
    if (string !== undefined) {
      add('string', string);
      continue;
    }
    const punctuation = match(PUNCTUATION);
    if (punctuation === undefined) {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      throw new WitSyntaxError(`${JSON.stringify(character)} has no meaning in WIT here`, at);
    }
    add('punctuation', punctuation);
  }
  add('end', '');
  return tokens;
}

/** `/* … *\/`, which may hold others of its kind. */
function blockComment(text: string, start: number): string | undefined {
  if (!text.startsWith('/*', start)) return undefined;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return text.slice(start, marks.lastIndex);
  }
  throw new WitSyntaxError('a comment that does not end', start);
}

/** The lines that a comment documents with: none, unless it starts with `///` or `/**`. */
function documentation(comment: string): string[] {
  if (comment.startsWith('///')) return [comment.slice(3).trim()];
  if (!comment.startsWith('/**') || comment.length < 5) return [];
  const lines = comment
    .slice(3, -2)
    .split('\n')
    .map((line) => line.trim().replace(/^\* ?/, ''));
  while (lines.length > 0 && lines[0] === '') lines.shift();
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  return lines;
}
