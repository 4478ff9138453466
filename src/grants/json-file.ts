import { relative } from 'node:path';
import {
  createScanner,
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { escapeText, quote } from '../errors/index.js';
import type { Problems } from './problems.js';
import type { PlaceOf, ValuePath } from './validate.js';

/** Longer than any manifest or policy that a person keeps. */
export const MAX_JSON_BYTES = 1_048_576;
const MAX_DEPTH = 30;

/** A value and where its parts stand. Objects have no prototype. */
export interface JsonFile {
  readonly value: unknown;
  readonly placeOf: PlaceOf;
}

/**
 * Reads JSON with comments. What is no JSON, nested too deep, or has a key twice goes to `problems`.
 * @param file how the file is called in places: `hatchway.policy.json`
 */
export function parseJson(text: string, file: string, problems: Problems): JsonFile | undefined {
  const placeAt = placesIn(text, file);
  const deep = tooDeep(text);
  if (deep !== undefined) {
    problems.add(placeAt(deep), `nothing here is nested more than ${MAX_DEPTH} deep`);
    return undefined;
  }
  const errors: ParseError[] = [];
  // A byte order mark is what some editors begin a file with.
  const tree = parseTree(text.replace(/^\ufeff/, ' '), errors, { allowTrailingComma: false });
  // What else is said of a line is mostly the consequence of what was said first.
  const lines = new Set<string>();
  for (const { error, offset } of errors) {
    const place = placeAt(offset);
    const line = place.slice(0, place.lastIndexOf(':'));
    if (!lines.has(line)) problems.add(place, `no JSON: ${complaint(printParseErrorCode(error))}`);
    lines.add(line);
  }
  if (tree === undefined || errors.length > 0) {
    if (errors.length === 0) problems.add(placeAt(0), 'no JSON: the file is empty');
    return undefined;
  }
  const value = valueOfNode(tree, (key) =>
    problems.add(placeAt(key.offset), `${quote(key.value)} is there twice`, 'Keep one.'),
  );
  return { value, placeOf: (path, part) => placeAt(offsetOf(tree, path, part)) };
}

/** How a file is called to a person: from the working directory, if it lies there. */
export function fileName(path: string): string {
  const short = relative(process.cwd(), path);
  return escapeText(short === '' || short.startsWith('..') ? path : short);
}

/** `file:line:column`, counted from 1. */
function placesIn(text: string, file: string): (offset: number) => string {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let line = starts.findLastIndex((start) => start <= offset);
    if (line < 0) line = 0;
    return `${file}:${line + 1}:${offset - starts[line]! + 1}`;
  };
}

/** Where the text is nested too deep for a parser that calls itself. */
function tooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (;;) {
    const start = scanner.getPosition();
    scanner.scan();
    if (scanner.getPosition() <= start) return undefined;
    const token = text[scanner.getTokenOffset()];
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (depth > MAX_DEPTH) return scanner.getTokenOffset();
  }
}

function complaint(code: string): string {
  const known: Record<string, string> = {
    PropertyNameExpected: 'a name in double quotes is expected (and no comma before a closing bracket)',
    ValueExpected: 'a value is expected (and no comma before a closing bracket)',
    ColonExpected: 'a colon is expected',
    CommaExpected: 'a comma is expected',
    CloseBraceExpected: 'a closing brace is expected',
    CloseBracketExpected: 'a closing bracket is expected',
    EndOfFileExpected: 'nothing more is expected',
    UnexpectedEndOfComment: 'a comment does not end',
    UnexpectedEndOfString: 'a string does not end',
    InvalidSymbol: 'a symbol that is none; names and texts stand in double quotes',
  };
  return known[code] ?? code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

function valueOfNode(node: Node, onTwice: (key: Node) => void): unknown {
  if (node.type === 'array') return (node.children ?? []).map((child) => valueOfNode(child, onTwice));
  if (node.type !== 'object') return node.value;
  const object = Object.create(null) as Record<string, unknown>;
  for (const { children } of node.children ?? []) {
    const [key, value] = children!;
    if (key!.value in object) onTwice(key!);
    object[key!.value] = valueOfNode(value!, onTwice);
  }
  return object;
}

/** Where a value begins, or its key; what is not there stands where it is missing. */
function offsetOf(tree: Node, path: ValuePath, part: 'key' | undefined): number {
  let length = path.length;
  let node = findNodeAtLocation(tree, [...path]);
  while (node === undefined) node = findNodeAtLocation(tree, path.slice(0, --length));
  const isKey = part === 'key' && length === path.length && node.parent?.type === 'property';
  return isKey ? node.parent!.children![0]!.offset : node.offset;
}
