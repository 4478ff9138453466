/** A file that a generator made, to be written or compared by whoever asked for it. */
export interface GeneratedFile {
  /** Relative to the folder of the generated files, with `/` between its parts. */
  path: string;
  text: string;
}

/** The same for what is no text. */
export interface GeneratedBytes {
  path: string;
  bytes: Uint8Array;
}
