import { quote } from '../errors/index.js';

/** What is wrong with a WAVE text, and where: `line` and `column` count from 1, in characters. */
export interface WaveError extends TypeError {
  code: 'argument';
  line: number;
  column: number;
}

/** Builds the error for `what` found at `offset` of `text`. */
export function waveError(text: string, offset: number, what: string): WaveError {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const column = Array.from(before.slice(lineStart)).length + 1;
  const where = line === 1 ? `column ${column}` : `line ${line}, column ${column}`;
  return Object.assign(new TypeError(`${where}: ${what}`), { code: 'argument' as const, line, column });
}

/** The part of a text an error is about, made safe to show. */
export function excerpt(text: string, start: number, end: number): string {
  return quote(text.slice(start, end), 40);
}
