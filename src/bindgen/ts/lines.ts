/** The lines of a file, indented by block. */
export class Lines {
  readonly #lines: string[] = [];
  #indent = '';

  add(line: string): void {
    this.#lines.push(line === '' ? '' : this.#indent + line);
  }

  /** A blank line, unless a block has just begun. */
  gap(): void {
    const last = this.#lines.at(-1);
    if (last !== undefined && last !== '' && !last.endsWith('{')) this.add('');
  }

  /** `head {`, what `body` adds, `}`; in one line where that is nothing. */
  block(head: string, body: () => void, end = '}'): void {
    const start = this.#lines.length;
    this.add(`${head} {`);
    const before = this.#indent;
    this.#indent = `${before}  `;
    body();
    this.#indent = before;
    if (this.#lines.length === start + 1) this.#lines[start] += end;
    else this.add(end);
  }

  indented(body: () => void): void {
    const before = this.#indent;
    this.#indent = `${before}  `;
    body();
    this.#indent = before;
  }

  /** A doc comment; whatever the text holds, it stays inside. */
  docs(docs: string | undefined): void {
    if (docs === undefined || docs.trim() === '') return;
    const lines = docs
      .replaceAll('*/', '*\\/')
      .split(/\r\n|[\n\r\u2028\u2029]/)
      .map((line) => line.trimEnd());
    if (lines.length === 1) {
      this.add(`/** ${lines[0]!.trim()} */`);
      return;
    }
    this.add('/**');
    for (const line of lines) this.add(line === '' ? ' *' : ` * ${line}`);
    this.add(' */');
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

/** A name or an id as a string of the file. */
export function literal(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
