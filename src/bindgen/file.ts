/** A file that a generator made, to be written or compared by whoever asked for it. */
export interface GeneratedFile {
  /** Relative to the folder of the generated files, with `/` between its parts. */
  path: string;
  /** What it holds; bytes where it is no text. */
  text: string | Uint8Array;
}
