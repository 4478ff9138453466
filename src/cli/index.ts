/**
 * The command line: one file per command, and what they share. The program is `main.ts`; this door is what it opens.
 *
 * Output goes to stdout, messages to stderr. Exit codes are wasmtime's: 0, 1 for what went wrong, 2 for a command line that
 * cannot be understood, 134 for a trap.
 *
 * May import every room behind `host`, Node, and commander.
 */
export { runCommandLine } from './program.js';
export type { Streams, TextStream } from './streams.js';
