import type { LogRecord } from '../session/index.js';
import type { World } from '../wit/index.js';
import type { Program } from './program.js';

/** A record of a plugin's log, or a line that it printed. All text in it comes from outside: escape it before showing. */
export interface ProcessLog extends Omit<LogRecord, 'instance'> {
  /** The instance that speaks; `undefined` for the process. */
  readonly instance: string | undefined;
}

export interface ProcessOptions {
  /** For errors. */
  readonly plugin: string;
  readonly program: Program;
  /** The world that the host has, in binary and decoded. */
  readonly encoded: Uint8Array;
  readonly world: World;
  /** Why a plugin's world does not fit the host's, in WIT terms; empty if it does. */
  readonly compare: (actual: World) => readonly string[];
  /** Environment variables: these and no others. */
  readonly env: Readonly<Record<string, string>>;
  /** The program has this process' terminal. */
  readonly terminal?: boolean;
  /** What the program prints, as it comes. */
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
  readonly onLog: (record: ProcessLog) => void;
  /** Milliseconds from the start to the hello. Default 10 000. */
  readonly helloTimeout?: number;
}
