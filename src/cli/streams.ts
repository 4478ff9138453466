/** What the commands need of `process.stdout` and `process.stderr`. */
export interface TextStream {
  write(text: string): unknown;
  /** Whether it is a terminal that shows colours. */
  hasColors?(): boolean;
  /** Its descriptor, if it is one of this process' own. */
  readonly fd?: number;
}

export interface Streams {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
}

const STYLES = { red: [31, 39], green: [32, 39], dim: [2, 22] } as const;

/** The text in a style, where the stream shows one. A terminal does unless `NO_COLOR` is set; a file or a pipe does not. */
export function styled(stream: TextStream, style: keyof typeof STYLES, text: string): string {
  if (!stream.hasColors?.()) return text;
  const [on, off] = STYLES[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
