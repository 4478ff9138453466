/** What must not stand in a comment: control codes and bidirectional overrides. */
const REFUSED = /(?!\t)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** The lines of a source text, indented by block. */
export class Source {
  readonly #lines: string[] = [];
  #indent = '';

  /** Adds lines; `''` is a blank one. */
  line(...lines: string[]): void {
    for (const text of lines) this.#lines.push(text === '' ? '' : this.#indent + text);
  }

  /** `head(args)tail`, with a line for each argument if it is long. */
  call(head: string, args: readonly string[], tail = ';'): void {
    const line = `${head}(${args.join(', ')})${tail}`;
    if (line.length + this.#indent.length <= 120) this.line(line);
    else this.line(`${head}(`, ...args.map((arg) => `  ${arg},`), `)${tail}`);
  }

  /** A blank line between two items, none at the start of a block or of the file. */
  gap(): void {
    const last = this.#lines.at(-1);
    if (last !== undefined && last !== '' && !last.endsWith('{')) this.line('');
  }

  /** `head {` … `}`; on one line if the body is empty. */
  block(head: string, body: () => void): void {
    const start = this.#lines.length;
    this.line(`${head} {`);
    const before = this.#indent;
    this.#indent = `${before}  `;
    body();
    this.#indent = before;
    if (this.#lines.at(-1) === '') this.#lines.pop();
    if (this.#lines.length === start + 1) this.#lines[start] = `${this.#indent}${head} {}`;
    else this.line('}');
  }

  /** A doc comment. Whatever the text holds, it stays inside its comment. */
  docs(docs: string | undefined): void {
    const lines = docLines(docs).map((line) => line.replaceAll('*/', '* /'));
    if (lines.length === 1) this.line(`/** ${lines[0]} */`);
    else if (lines.length > 1) this.line('/**', ...lines.map((line) => (line === '' ? ' *' : ` * ${line}`)), ' */');
  }

  toString(): string {
    return `${this.#lines.join('\n').trimEnd()}\n`;
  }
}

/** The lines of a documentation, each safe to stand in a comment that ends with its line. */
export function docLines(docs: string | undefined): string[] {
  if (docs === undefined || docs.trim() === '') return [];
  return docs
    .trim()
    .split(/\r\n|[\n\r\u2028\u2029\u0085]/)
    .map((line) => line.replace(REFUSED, '\ufffd').trimEnd());
}
