/** What to build. */
export interface WorkOrder {
  /** The folder that paths are relative to. */
  folder: string;
  /** The generated `component.ts`, relative to the folder. */
  entry: string;
  /** Files that need not be on disk, such as generated bindings; they come before those that are. */
  files?: readonly { readonly path: string; readonly text: string }[];
  /** The text of the world's WIT, with all packages it uses. */
  witSource: string;
  /** The world's name. */
  world: string;
  /** Default true. */
  optimize?: boolean;
  /** Whether functions keep their names, for the stack of a trap. Default true. */
  debug?: boolean;
}

/** What to compile. */
export interface CompileOrder extends WorkOrder {
  /**
   * The file, among `files`, whose `abort` runs in place of AssemblyScript's: relative to the folder, without `.ts`. Default: none,
   * an abort is a trap and its text is dropped.
   */
  abort?: string;
}

/** What the compiler says about a place. */
export interface Diagnostic {
  severity: 'error' | 'warning' | 'info';
  message: string;
  /** Relative to the folder, with the line and column, from 1; absent if it is about no place. */
  file?: string;
  line?: number;
  column?: number;
}

export interface CompileReport {
  /** The core module; absent if it could not be compiled. */
  core?: Uint8Array;
  diagnostics: Diagnostic[];
  /** What went wrong besides. */
  failure?: string;
}
