import type { Diagnostic } from './report.js';
import { positionIn } from './transform.js';

/** What AssemblyScript's library asks of a program around it, by what an author writes for it where that is not the same. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['seed', 'Math.random'],
  ['crypto.getRandomValuesN', 'crypto.getRandomValues'],
]);
/** The module that it expects them from. */
const ENVIRONMENT = 'env';

/**
 * Uses of what a component does not have: its imports are those of its world, and AssemblyScript's library has some of its own.
 * Each is told at its first place in the author's files.
 * @param texts the files that were compiled, by path; `isGenerated` tells which are not the author's.
 */
export function environmentUses(
  core: Uint8Array,
  texts: ReadonlyMap<string, string>,
  isGenerated: (path: string) => boolean,
): Diagnostic[] {
  // A world can have an interface of that name.
  for (const [path, text] of texts) if (isGenerated(path) && text.includes(`@external("${ENVIRONMENT}"`)) return [];
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(core as BufferSource));
  return imports
    .filter(({ module }) => module === ENVIRONMENT)
    .map(({ name }) => {
      const spelling = SPELLINGS.get(name) ?? name;
      const message = `${spelling} is not there: a plugin has what its world imports, and nothing of an environment`;
      return { severity: 'error', message, ...placeOf(spelling, texts, isGenerated) };
    });
}

function placeOf(
  spelling: string,
  texts: ReadonlyMap<string, string>,
  isGenerated: (path: string) => boolean,
): Partial<Diagnostic> {
  const pattern = new RegExp(`(?<![\\w.$])${spelling.replaceAll('.', '\\s*\\.\\s*')}\\b`);
  for (const [file, text] of texts) {
    const offset = isGenerated(file) ? -1 : text.search(pattern);
    if (offset >= 0) return { file, ...positionIn(text, offset) };
  }
  return {};
}
