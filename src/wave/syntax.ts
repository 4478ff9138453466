import { quote } from '../errors/index.js';
import { waveError } from './error.js';
import { Lexer, type Token, type TokenKind } from './lexer.js';

/** A label (of a field, a flag, a case) without its `%`. */
export interface Label {
  readonly name: string;
  readonly start: number;
}

export interface FieldNode extends Label {
  readonly value: Node;
}

/**
 * A value as it is written, before its type is known. `{}` is no flags and `{:}` a record without fields; a name alone is
 * a `case` (of an enum, or of a variant without payload). `start` and `end` are offsets in the text.
 */
export type Node = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'number' | 'char' | 'string'; readonly value: string }
  | { readonly kind: 'tuple' | 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'record'; readonly fields: readonly FieldNode[] }
  | { readonly kind: 'flags'; readonly labels: readonly Label[] }
  | { readonly kind: 'case'; readonly name: string; readonly payload?: Node }
  | { readonly kind: 'some'; readonly payload: Node }
  | { readonly kind: 'none' }
  | { readonly kind: 'ok' | 'err'; readonly payload?: Node }
);

/** How deep values may nest in a text. The same as in wasm-wave. */
const MAX_DEPTH = 100;

/** Reads the one value a text consists of. */
export function parseText(text: string): Node {
  const lexer = new Lexer(text);
  const node = parseNode(lexer, 0);
  lexer.expect('end', 'the end');
  return node;
}

/** Reads `(a, b)`, which may be empty here, up to the end of the text. `end` is the offset of the closing parenthesis. */
export function parseArgumentList(text: string, offset: number): { items: Node[]; end: number } {
  const lexer = new Lexer(text, offset);
  lexer.expect('(', '"(" and the arguments');
  const { items, close } = parseItems(lexer, ')', 0);
  lexer.expect('end', 'the end');
  return { items, end: close.start };
}

function parseNode(lexer: Lexer, depth: number): Node {
  const token = lexer.take();
  const { start, end } = token;
  if (depth >= MAX_DEPTH) throw waveError(lexer.text, start, `values nest deeper than ${MAX_DEPTH}`);
  switch (token.kind) {
    case 'number':
    case 'char':
    case 'string':
      return { kind: token.kind, value: token.value, start, end };
    case '[': {
      const { items, close } = parseItems(lexer, ']', depth + 1);
      return { kind: 'list', items, start, end: close.end };
    }
    case '(': {
      const { items, close } = parseItems(lexer, ')', depth + 1);
      if (items.length === 0) throw waveError(lexer.text, start, 'a tuple has at least one value');
      return { kind: 'tuple', items, start, end: close.end };
    }
    case '{':
      return parseBraces(lexer, start, depth + 1);
    case 'label':
      return parseWord(lexer, token, depth + 1);
    default:
      throw lexer.unexpected(token, 'a value');
  }
}

/** Reads comma-separated values and the closing token; a comma may follow the last. */
function parseItems(lexer: Lexer, closing: TokenKind, depth: number): { items: Node[]; close: Token } {
  const items: Node[] = [];
  while (lexer.peek().kind !== closing) {
    items.push(parseNode(lexer, depth));
    if (lexer.peek().kind !== ',') break;
    lexer.take();
  }
  return { items, close: lexer.expect(closing, `"," or "${closing}"`) };
}

function parseWord(lexer: Lexer, token: Token, depth: number): Node {
  const { start } = token;
  switch (token.value) {
    case 'true':
    case 'false':
      return { kind: 'bool', value: token.value === 'true', start, end: token.end };
    case 'inf':
    case 'nan':
      return { kind: 'number', value: token.value, start, end: token.end };
    case 'none':
      return { kind: 'none', start, end: token.end };
    case 'some':
      return { kind: 'some', ...parsePayload(lexer, depth), start };
    case 'ok':
    case 'err':
      return { kind: token.value, ...parseOptionalPayload(lexer, token, depth), start };
    default:
      return { kind: 'case', name: bareName(token), ...parseOptionalPayload(lexer, token, depth), start };
  }
}

/** Reads a value in parentheses. */
function parsePayload(lexer: Lexer, depth: number): { payload: Node; end: number } {
  lexer.expect('(', '"(" and a value');
  const payload = parseNode(lexer, depth);
  return { payload, end: lexer.expect(')', '")"').end };
}

function parseOptionalPayload(lexer: Lexer, word: Token, depth: number): { payload?: Node; end: number } {
  return lexer.peek().kind === '(' ? parsePayload(lexer, depth) : { end: word.end };
}

/** Reads a record or flags: which, the token behind the first label says. */
function parseBraces(lexer: Lexer, start: number, depth: number): Node {
  if (lexer.peek().kind === ':') {
    lexer.take();
    return { kind: 'record', fields: [], start, end: lexer.expect('}', '"}"').end };
  }
  const seen = new Set<string>();
  const labels: Label[] = [];
  const fields: FieldNode[] = [];
  while (lexer.peek().kind !== '}') {
    const token = lexer.expect('label', 'a label');
    const label = { name: bareName(token), start: token.start };
    if (seen.has(label.name)) throw waveError(lexer.text, token.start, `${quote(label.name)} is there twice`);
    seen.add(label.name);
    if (seen.size === 1 ? lexer.peek().kind === ':' : fields.length > 0) {
      lexer.expect(':', '":"');
      fields.push({ ...label, value: parseNode(lexer, depth) });
    } else {
      labels.push(label);
    }
    if (lexer.peek().kind !== ',') break;
    lexer.take();
  }
  const { end } = lexer.expect('}', '"," or "}"');
  return fields.length > 0 ? { kind: 'record', fields, start, end } : { kind: 'flags', labels, start, end };
}

/** A label's name: `%` only keeps it from being read as a keyword. */
function bareName(label: Token): string {
  return label.value.startsWith('%') ? label.value.slice(1) : label.value;
}
