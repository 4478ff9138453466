/** `docs/conformance.md` has two writers, each of which keeps to its own part. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const page = new URL('../../docs/conformance.md', import.meta.url);
const BEGIN = '<!-- written by npm run spec -->';
const END = '<!-- end of what npm run spec writes -->';

interface Page {
  /** What the conformance tests write. */
  readonly rows: string;
  /** What the runner of the specification's scripts writes; empty if it has not. */
  readonly scripts: string;
}

export function readPage(): Page {
  const text = existsSync(page) ? readFileSync(page, 'utf8') : '';
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) return { rows: text, scripts: '' };
  return { rows: `${text.slice(0, begin).trimEnd()}\n`, scripts: text.slice(begin + BEGIN.length, end).trim() };
}

/** Writes one part anew, and leaves the other as it is. */
export function writePage(part: Partial<Page>): void {
  const { rows, scripts } = { ...readPage(), ...part };
  writeFileSync(page, scripts === '' ? rows : `${rows}\n${BEGIN}\n\n${scripts}\n\n${END}\n`);
}
