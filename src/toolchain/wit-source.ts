import { hatchwayError, quote } from '../errors/index.js';
import { shown } from '../wit/index.js';
import { WitSyntaxError } from './wit-error.js';
import type { WitFiles, WitText } from './wit-files.js';
import { type Block, type NestedPackage, parseWit, type TopLevelUse, type WitFile } from './wit-parser.js';

/** A package with what its files say of it. */
export interface WitPackage {
  /** `ns:pkg` or `ns:pkg@1.2.3`. */
  readonly name: string;
  readonly uses: readonly TopLevelUse[];
  readonly blocks: readonly Block[];
}

/** Files that became one text. */
export interface WitSource {
  /** All packages: that of the root first, every other as a `package ns:pkg { … }` block. */
  readonly text: string;
  readonly main: WitPackage;
  /** The names of all packages, to say which there are. */
  readonly packages: readonly string[];
  /** The files with what was read in them, to find a place in. */
  readonly files: readonly ParsedText[];
}

export interface ParsedText extends WitText {
  readonly parsed: WitFile;
}

/** A file from which parts were taken out: its header, and packages that have to stand elsewhere. */
interface Body {
  readonly file: ParsedText;
  readonly skipped: readonly { readonly start: number; readonly end: number }[];
}

/**
 * One text of all the files. jco reads no files, and in one text a package other than the first is a block.
 * @throws HatchwayError `invalid` with file and position where a text is not WIT, or where files disagree on their package.
 */
export function combine({ root, dependencies }: WitFiles): WitSource {
  const rootFiles = root.map(parsed);
  const others = dependencies.map((files) => files.map(parsed));
  const name = packageName(rootFiles);
  if (name === undefined) {
    throw hatchwayError('invalid', `${quote(root[0]!.path, 200)} does not say which package it is`, {
      mend: 'Start it with a line such as `package my-team:my-plugins;`',
    });
  }
  const texts = [`package ${name.spelled};\n`, ...bodies(rootFiles)];
  const packages = [name.name];
  for (const files of others) {
    const its = packageName(files);
    if (its !== undefined) {
      packages.push(its.name);
      texts.push(`package ${its.spelled} {\n`, ...bodies(files), '}\n');
    }
  }
  for (const { file, nested } of nestedPackages([...rootFiles, ...others.flat()])) {
    packages.push(nested.name);
    texts.push(file.text.slice(nested.start, nested.end), '\n');
  }
  const uses = rootFiles.flatMap((file) => file.parsed.uses);
  const blocks = rootFiles.flatMap((file) => file.parsed.blocks);
  return {
    text: texts.join(''),
    main: { name: name.name, uses, blocks },
    packages,
    files: [...rootFiles, ...others.flat()],
  };
}

function parsed(file: WitText): ParsedText {
  try {
    return { ...file, parsed: parseWit(file.text) };
  } catch (error) {
    if (!(error instanceof WitSyntaxError)) throw error;
    throw hatchwayError('invalid', `${placeOf(file, error.offset)}: ${error.message}`, { cause: error });
  }
}

/** `file.wit:3:14`, both counted from 1, the column in characters. */
export function placeOf({ path, text }: WitText, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${shownPath(path)}:${before.length}:${[...before.at(-1)!].length + 1}`;
}

function shownPath(path: string): string {
  return /^[\p{L}\p{N} :@/\\._+~-]+$/u.test(path) ? path : quote(path, 200);
}

/** Every file of a package may say its name; all that do say the same. */
function packageName(files: readonly ParsedText[]): { name: string; spelled: string } | undefined {
  let first: { file: ParsedText; name: string; spelled: string } | undefined;
  for (const file of files) {
    const { header } = file.parsed;
    if (header === undefined) continue;
    const { name, start, end } = header;
    first ??= { file, name, spelled: spelling(file.text.slice(start, end)) };
    if (name === first.name) continue;
    const what = `${placeOf(file, start)}: this is package ${shown(name)}, and ${quote(first.file.path, 200)} is ${shown(first.name)}`;
    throw hatchwayError('invalid', what, { mend: 'The files of a folder are one package.' });
  }
  return first;
}

/** A header as it is written, with the `%` of names that are keywords. */
function spelling(header: string): string {
  return header
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ')
    .replace(/^\s*package\s+/, '')
    .replace(/\s*;\s*$/, '');
}

/** The texts of the files, without what is said once for all. */
function* bodies(files: readonly ParsedText[]): Generator<string> {
  const seen = new Map<string, { path: string; file: ParsedText }>();
  for (const file of files) {
    const { header, packages, uses } = file.parsed;
    // A top-level `use` names something for its own file; in one text it names it for all.
    const repeated = uses.filter((use) => {
      const other = seen.get(use.local);
      seen.set(use.local, { path: use.path, file });
      if (other === undefined) return false;
      if (other.path === use.path) return true;
      const what = `${shown(use.local)} is ${shown(use.path)} here, and ${shown(other.path)} in ${quote(other.file.path, 200)}`;
      throw hatchwayError('unsupported', `${placeOf(file, use.start)}: ${what}`, {
        mend: 'Give one of them another name: `use … as …;`',
      });
    });
    yield without({ file, skipped: [...(header ? [header] : []), ...packages, ...repeated] });
    yield '\n';
  }
}

function without({ file, skipped }: Body): string {
  let text = '';
  let at = 0;
  for (const { start, end } of [...skipped].sort((a, b) => a.start - b.start)) {
    text += file.text.slice(at, start);
    at = end;
  }
  return text + file.text.slice(at);
}

function nestedPackages(files: readonly ParsedText[]): { file: ParsedText; nested: NestedPackage }[] {
  return files.flatMap((file) => file.parsed.packages.map((nested) => ({ file, nested })));
}
