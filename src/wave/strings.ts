import { waveError } from './error.js';

/** What a literal stands for, and the offset just behind it. */
export interface Literal {
  readonly value: string;
  readonly end: number;
}

const PLAIN = /[^\\"\n]*/y;
const ESCAPE = /\\(?:['"\\tnr]|u\{([0-9a-fA-F]{1,6})\})/y;

/** Reads the character literal that starts at `start`. */
export function decodeChar(text: string, start: number): Literal {
  const first = text.codePointAt(start + 1);
  let value: string;
  let end: number;
  if (first === 0x5c) {
    ({ value, end } = decodeEscape(text, start + 1));
  } else {
    if (first === undefined || first === 0x27 || first === 0x0a || isSurrogate(first)) {
      throw waveError(text, start, "expected one character between ' and '");
    }
    value = String.fromCodePoint(first);
    end = start + 1 + value.length;
  }
  if (text[end] !== "'") throw waveError(text, start, "expected one character between ' and '");
  return { value, end: end + 1 };
}

/** Reads the string literal that starts at `start`. */
export function decodeString(text: string, start: number): Literal {
  let value = '';
  let offset = start + 1;
  for (;;) {
    const plain = matchAt(PLAIN, text, offset)![0];
    checkWellFormed(text, plain, offset);
    value += plain;
    offset += plain.length;
    switch (text[offset]) {
      case '"':
        return { value, end: offset + 1 };
      case '\\': {
        const escaped = decodeEscape(text, offset);
        value += escaped.value;
        offset = escaped.end;
        break;
      }
      case '\n':
        throw waveError(
          text,
          offset,
          'a line break in a string is written \\n, or the string starts and ends with """',
        );
      default:
        throw waveError(text, start, 'this string has no closing "');
    }
  }
}

/**
 * Reads the multiline string literal that starts at `start`: its first and last line break are not part of it, and as
 * many spaces as stand before the closing quotes are taken off every line.
 */
export function decodeMultiline(text: string, start: number): Literal {
  const close = text.indexOf('"""', start + 3);
  if (close < 0) throw waveError(text, start, 'this string has no closing """');
  const lines = text.slice(start + 3, close).split('\n');
  const opening = lines[0]!;
  if (lines.length < 2 || (opening !== '' && opening !== '\r')) {
    throw waveError(text, start + 3, 'expected a line break right after the opening """');
  }
  const indent = lines.at(-1)!;
  if (/[^ ]/.test(indent)) throw waveError(text, close, 'expected only spaces before the closing """');

  const decoded: string[] = [];
  let offset = start + 3 + opening.length + 1;
  for (const line of lines.slice(1, -1)) {
    if (!line.startsWith(indent)) {
      throw waveError(text, offset, `expected at least the ${indent.length} spaces of the closing """`);
    }
    const content = line.slice(indent.length).replace(/\r$/, '');
    decoded.push(decodeLine(text, offset + indent.length, content));
    offset += line.length + 1;
  }
  return { value: decoded.join('\n'), end: close + 3 };
}

function decodeLine(text: string, offset: number, line: string): string {
  checkWellFormed(text, line, offset);
  let value = '';
  let done = 0;
  for (let next = line.indexOf('\\'); next >= 0; next = line.indexOf('\\', done)) {
    const escaped = decodeEscape(text, offset + next);
    value += line.slice(done, next) + escaped.value;
    done = escaped.end - offset;
  }
  return value + line.slice(done);
}

function decodeEscape(text: string, offset: number): Literal {
  const match = matchAt(ESCAPE, text, offset);
  if (match === null) {
    throw waveError(text, offset, `expected one of \\' \\" \\\\ \\t \\n \\r \\u{...} (1 to 6 hexadecimal digits)`);
  }
  const end = offset + match[0].length;
  if (match[1] === undefined) return { value: SIMPLE.get(match[0][1]!)!, end };
  const codePoint = Number.parseInt(match[1], 16);
  if (codePoint > 0x10ffff || isSurrogate(codePoint)) {
    throw waveError(text, offset, 'expected a Unicode scalar value: up to 10ffff, and not d800 to dfff');
  }
  return { value: String.fromCodePoint(codePoint), end };
}

const SIMPLE = new Map([
  ["'", "'"],
  ['"', '"'],
  ['\\', '\\'],
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
]);

/** A JS string can hold half a surrogate pair; a WIT string and a command line cannot. */
function checkWellFormed(text: string, part: string, offset: number): void {
  const at = part.search(/\p{Cs}/u);
  if (at >= 0) throw waveError(text, offset + at, 'half of a surrogate pair is not a character');
}

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff;
}

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}

const SHORT_ESCAPES = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ["'", "\\'"],
  ['\t', '\\t'],
  ['\r', '\\r'],
  ['\n', '\\n'],
]);

/**
 * What Rust's `char::escape_debug` escapes: both quotes wherever they stand, what has no glyph of its own (combining
 * marks, controls, formats, private use, unassigned), and every separator but the space.
 */
const ESCAPED = /["'\\\p{Grapheme_Extend}\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** The text between the quotes of a string or char literal. */
export function escapeText(value: string): string {
  return value.replace(ESCAPED, (character) => {
    const codePoint = character.codePointAt(0)!;
    if (isSurrogate(codePoint)) return '\ufffd';
    return SHORT_ESCAPES.get(character) ?? `\\u{${codePoint.toString(16)}}`;
  });
}
