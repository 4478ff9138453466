import { HatchwayError, PermissionDeniedError } from '../errors/index.js';
import { type Streams, styled } from './streams.js';

export const FAILURE = 1;
export const USAGE_ERROR = 2;
/** What a shell reports for a process that aborted, as wasmtime does on a trap. */
export const TRAPPED = 134;

/**
 * As wasmtime has it, a trap is WebAssembly's own: an instruction that trapped, or the stack at its end. A result that
 * breaks the canonical ABI is a failure like any other.
 */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof HatchwayError)) return FAILURE;
  const { code, cause } = error;
  if (code === 'grants') return USAGE_ERROR;
  // As wasmtime has it, whose interruption is a trap.
  if (code === 'timeout') return TRAPPED;
  const byTheEngine = cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError;
  return (code === 'trap' || code === 'exhausted') && byTheEngine ? TRAPPED : FAILURE;
}

/** Says on stderr what went wrong. */
export function report(error: unknown, { stderr }: Streams): void {
  stderr.write(`${styled(stderr, 'red', 'error:')} ${messageOf(error)}\n`);
  const cause = error instanceof HatchwayError && error.code === 'import-failed' ? error.cause : undefined;
  // Code of the user's own threw, and its stack is what helps; a wrong answer was found by ours.
  if (cause instanceof Error && (cause as { code?: unknown }).code !== 'argument') {
    stderr.write(`${styled(stderr, 'dim', String(cause.stack))}\n`);
  }
}

/** What a program can read of an error. */
export function errorAsJson(error: unknown): object {
  if (!(error instanceof HatchwayError)) return { message: messageOf(error) };
  const { code, offset, section, differences, exitCode, mend } = error;
  const denial = error instanceof PermissionDeniedError ? error.denial : undefined;
  return { code, message: error.message, offset, section, differences, exitCode, denial, mend };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof HatchwayError) return error.message;
  const { code, column } = error as { code?: unknown; column?: unknown };
  if (code === 'argument') return column === undefined ? error.message : `--invoke, ${error.message}`;
  // Anything else is a mistake of ours: where it happened is what one needs to report it.
  return String(error.stack);
}
