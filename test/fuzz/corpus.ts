/** What is mutated: the components of the rules' scripts and of the folder `corpus`, and generated ones. */
import { readdirSync, readFileSync } from 'node:fs';
import { assemble } from '../component/support.js';

const RULES = new URL('../spec/rules/', import.meta.url);
const CORPUS = new URL('corpus/', import.meta.url);

/** The parenthesised texts that begin with `(component`, wherever they stand, and are not in another. */
function componentsIn(text: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf('(component'); at >= 0; at = text.indexOf('(component', at)) {
    const end = endOf(text, at);
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

/** The end of a parenthesised text. */
function endOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const it = text[at]!;
    if (it === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (text.startsWith(';;', at)) {
      at = text.indexOf('\n', at);
    } else if (it === '(') {
      depth++;
    } else if (it === ')' && --depth === 0) {
      return at + 1;
    }
  }
  return text.length;
}

/** The artifacts, in the order of their files. Those that the assembler cannot write are left out. */
export async function readCorpus(): Promise<Uint8Array[]> {
  const artifacts: Uint8Array[] = [];
  for (const [folder, extension] of [
    [RULES, '.wast'],
    [CORPUS, '.wat'],
  ] as const) {
    for (const file of readdirSync(folder)
      .filter((it) => it.endsWith(extension))
      .sort()) {
      for (const text of componentsIn(readFileSync(new URL(file, folder), 'utf8'))) {
        const wat = text.replace(/^\(component\s+(?:definition\b)?/, '(component ');
        await assemble(wat).then(
          (bytes) => artifacts.push(bytes),
          () => {},
        );
      }
    }
  }
  return artifacts;
}
