import { decodeWorld } from '../component/index.js';
import { escapeText, hatchwayError, quote } from '../errors/index.js';
import { shown, type World } from '../wit/index.js';
import { JobError } from './child.js';
import { ContentCache } from './content-cache.js';
import { embedWorld, JCO } from './jco.js';
import { findPeer } from './peer.js';
import { carriedWorld, withDocs } from './section.js';
import { versionOf } from './version.js';
import { packageDocs } from './wit-docs.js';
import { readWitFiles } from './wit-files.js';
import { placeOfComplaint } from './wit-place.js';
import { combine, type WitSource } from './wit-source.js';

/** Which world. */
export interface WorldChoice {
  /** A `.wit` file, or a folder of them with what they need in `deps`. */
  readonly wit: string;
  /** The world's name, as `plugin` or `ns:pkg/plugin`. Default: the only one of the package. */
  readonly world?: string;
  /** Told where the world was not read before, and jco has to be asked. */
  readonly onEncode?: () => void;
}

/** A world that was found in WIT text. */
export interface EncodedWorld {
  readonly world: World;
  /** The same in binary, without its documentation: what `load` takes as `world`. */
  readonly encoded: Uint8Array;
  /** The WIT, all packages in one text, as jco's functions take it. */
  readonly witSource: string;
  /** The world's name, as jco's functions take it. */
  readonly worldName: string;
}

/**
 * Reads a world from WIT files. Needs jco.
 * @throws HatchwayError `not-found` for files or worlds that do not exist, and where jco is not installed; `option` where
 * several worlds could be meant; `invalid`, with file and position, for WIT that is wrong; `unsupported`.
 * @example const { world } = await encodeWorld({ wit: 'wit', world: 'filter-plugin' })
 */
export async function encodeWorld({ wit, world: wanted, onEncode }: WorldChoice): Promise<EncodedWorld> {
  const source = combine(await readWitFiles(wit));
  const worldName = chooseWorld(source, wanted);
  const encoded = await encode(source, worldName, onEncode);
  const world = decodeWorld(withDocs(encoded, packageDocs(source.main)));
  return { world, encoded, witSource: source.text, worldName };
}

/** A few KiB each. */
const MAX_KNOWN = 200;

async function encode(source: WitSource, world: string, onEncode: (() => void) | undefined): Promise<Uint8Array> {
  const cache = new ContentCache('worlds', MAX_KNOWN);
  const key = ContentCache.key([await versionOf(findPeer(JCO)), source.text, world]);
  const known = await cache.read(key);
  if (known !== undefined) return known;
  onEncode?.();
  const encoded = carriedWorld(await embed(source, world));
  await cache.write(key, encoded);
  return encoded;
}

async function embed(source: WitSource, world: string): Promise<Uint8Array> {
  try {
    return await embedWorld({ witSource: source.text, world });
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const what = escapeText(error.message.trim(), 2000).replaceAll('\\u{a}', '\n');
    const place = placeOfComplaint(error.message, source.files);
    throw hatchwayError('invalid', place === undefined ? `the WIT is wrong: ${what}` : `${place}: ${what}`, {
      cause: error,
    });
  }
}

/** The name of a world of the package, or of a package it comes with. */
function chooseWorld({ main, files }: WitSource, wanted: string | undefined): string {
  const own = main.blocks.filter(({ kind }) => kind === 'world').map(({ name }) => name);
  if (wanted === undefined) {
    if (own.length === 1) return own[0]!;
    if (own.length === 0) throw hatchwayError('not-found', `the package ${shown(main.name)} has no world`);
    throw hatchwayError('option', `the package ${shown(main.name)} has several worlds`, {
      mend: `Name one of them: ${own.map(shown).join(', ')}.`,
    });
  }
  if (own.includes(wanted)) return wanted;
  const [base, version] = main.name.split('@');
  const ids = own.flatMap((name) => [`${base}/${name}`, `${base}/${name}@${version}`]);
  const index = ids.indexOf(wanted);
  if (index >= 0) return own[index >> 1]!;
  const elsewhere = foreignWorlds(files, main.name);
  if (elsewhere.includes(wanted)) return wanted;
  const all = [...own, ...elsewhere].slice(0, 20).map(shown).join(', ');
  throw hatchwayError('not-found', `there is no world ${quote(wanted)} in the package ${shown(main.name)}`, {
    mend: all === '' ? 'It has no world at all.' : `There is ${all}.`,
  });
}

function foreignWorlds(files: WitSource['files'], main: string): string[] {
  return files.flatMap(({ parsed }) => {
    const { header, packages, blocks } = parsed;
    const own = header === undefined || header.name === main ? [] : [{ name: header.name, blocks }];
    return [...own, ...packages].flatMap((it) => {
      const [base, version] = it.name.split('@');
      const worlds = it.blocks.filter(({ kind }) => kind === 'world');
      return worlds.map(({ name }) => `${base}/${name}${version === undefined ? '' : `@${version}`}`);
    });
  });
}
