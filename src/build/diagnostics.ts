import { relative } from 'node:path';
import { escapeText, type HatchwayError, hatchwayError } from '../errors/index.js';

/** What a compiler says about a place. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  /** A path; absent if it is about no place. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
}

/** `src/plugin.ts:3:5: message`, as editors and terminals link it: the path from the working directory. */
export function diagnosticText({ message, file, line, column }: Diagnostic): string {
  const text = escapeText(message, 2000).replaceAll('\\u{a}', '\n    ');
  if (file === undefined) return text;
  const short = relative(process.cwd(), file);
  const path = escapeText(short === '' || short.startsWith('..') ? file : short);
  const place = [path, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${text}`;
}

/** How many are told at once; what follows is mostly about the first. */
const MAX_TOLD = 20;

/** The error of a plugin whose source is wrong. */
export function failed(diagnostics: readonly Diagnostic[]): HatchwayError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const told = errors.slice(0, MAX_TOLD).map(diagnosticText);
  const more = errors.length - told.length;
  return hatchwayError('invalid', 'the plugin does not compile:', {
    differences: more > 0 ? [...told, `and ${more} more`] : told,
  });
}
