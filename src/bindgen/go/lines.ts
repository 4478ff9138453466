/** The lines of a Go file, as gofmt has them. */
export class Lines {
  readonly #lines: string[] = [];
  #indent = '';

  add(line: string): void {
    this.#lines.push(line === '' ? '' : this.#indent + line);
  }

  /** A blank line, unless a block has just begun. */
  gap(): void {
    const last = this.#lines.at(-1);
    if (last !== undefined && last !== '' && !/[{(]$/.test(last)) this.add('');
  }

  /** `head {`, what `body` adds, `}`. */
  block(head: string, body: () => void, end = '}'): void {
    this.add(head);
    this.indented(body);
    this.add(end);
  }

  indented(body: () => void): void {
    const before = this.#indent;
    this.#indent += '\t';
    body();
    this.#indent = before;
  }

  /**
   * A doc comment. gofmt formats what is in one: text that it would take for a heading, a list, code, a link or a quotation is
   * written so that it does not.
   */
  docs(...paragraphs: (string | undefined)[]): void {
    const text = paragraphs
      .filter((it) => it !== undefined && it.trim() !== '')
      .join('\n\n')
      .split(/\r\n|[\n\r\u2028\u2029\v\f\u0085]/)
      .map((line) =>
        line
          .replace(/\p{Cc}/gu, ' ')
          .trim()
          .replace(/``|''/g, '"')
          .replace(/^#+\s+/, '')
          .replace(/^\[/, '\\['),
      );
    for (const [i, line] of text.entries()) {
      if (line !== '') for (const part of wrapped(line)) this.add(`// ${part}`);
      else if (i > 0 && text[i - 1] !== '' && text.slice(i).some((it) => it !== '')) this.add('//');
    }
  }

  /** Names and what follows them, in columns. */
  columns(rows: readonly { readonly docs?: string | undefined; readonly name: string; readonly rest: string }[]): void {
    const documented = rows.some((row) => row.docs !== undefined && row.docs.trim() !== '');
    const width = documented ? 0 : Math.max(0, ...rows.map((row) => row.name.length));
    for (const { docs, name, rest } of rows) {
      if (documented) this.gap();
      this.docs(docs);
      this.add(`${name.padEnd(width)} ${rest}`);
    }
  }

  toString(): string {
    return `${this.#lines.join('\n').trimEnd()}\n`;
  }
}

/** A line in lines of about 100 characters, cut between words; none begins with what gofmt would take for something else. */
function wrapped(line: string): string[] {
  const lines: string[] = [];
  for (const word of line.split(/ +/)) {
    const last = lines.at(-1);
    if (last === undefined || (last.length + word.length > 100 && /^[A-Za-z(]/.test(word))) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** A text as a string of the file. */
export function literal(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
