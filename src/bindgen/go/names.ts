import { hatchwayError, quote } from '../../errors/index.js';
import { isLabel } from '../../wit/index.js';

/**
 * What WIT names become in Go.
 *
 * Types, fields, methods and functions are PascalCase, parameters camelCase; words such as `id` and `url` are in capitals. The
 * cases of an enum, of flags and of a variant have their type's name before them, and functions of an import the name of their
 * interface: `write` of `log` becomes `LogWrite`. Types of one world that would share a name have the name of their interface
 * before it, then `Imported` or `Exported`, then the package. A name that is still taken, or that Go or the generated code
 * keeps for itself, gets a `_` at its end, or as many as it takes.
 */

/** Words that Go writes in capitals. */
const INITIALISMS = new Set(
  'api ascii cpu css dns eof guid html http https id ip json qps ram rpc sla smtp sql ssh tcp tls ttl udp ui uid uri url utf8 uuid vm xml'.split(
    ' ',
  ),
);

const KEYWORDS = (
  'break case chan const continue default defer else fallthrough for func go goto if import interface map package range ' +
  'return select struct switch type var'
).split(' ');

/** Names that every file has for what it imports. */
const PACKAGES = ['context', 'io', 'plugin'];

/** What parameters must not hide besides: what generated code uses of the language, and its own variables. */
const KEPT_VALUES = (
  'any bool byte error false float32 float64 int int16 int32 int64 int8 nil rune string true uint16 uint32 uint64 uint8 ctx err ' +
  'exports failed instance options program r result w encodedWorld v'
).split(' ');

/** Names of the package that none of the world's may be. */
const KEPT_TYPES = ['Error', 'Exports', 'Result', 'Serve'];

function words(name: string): string[] {
  if (!isLabel(name)) throw hatchwayError('invalid', `${quote(name)} is not a name that WIT has`);
  return name.toLowerCase().split('-');
}

function capitalised(word: string): string {
  return INITIALISMS.has(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1);
}

export function pascal(name: string): string {
  return words(name).map(capitalised).join('');
}

export function camel(name: string): string {
  const [first = '', ...rest] = words(name);
  return first + rest.map(capitalised).join('');
}

/** Names of one scope, each given once. */
export class Names {
  readonly #taken: Set<string>;

  constructor(kept: Iterable<string> = []) {
    this.#taken = new Set(kept);
  }

  take(name: string): string {
    let free = name;
    while (this.#taken.has(free)) free += '_';
    this.#taken.add(free);
    return free;
  }

  get taken(): ReadonlySet<string> {
    return this.#taken;
  }
}

export const packageNames = () => new Names(KEPT_TYPES);
/** Parameters of a function of a package that has `helpers`. */
export const parameterNames = (helpers: ReadonlySet<string>) =>
  new Names([...KEYWORDS, ...PACKAGES, ...KEPT_VALUES, ...helpers]);
/** Methods of a resource: it is dropped, or closed, by names of its own. */
export const methodNames = () => new Names(['Drop', 'Close', 'Error']);
/** Fields of a record, which may be an error. */
export const fieldNames = () => new Names(['Error']);

/** `ns:pkg` as one word. */
export function packageWord(id: string): string {
  return id.replace(/@.*$/, '').split(/[:/]/).map(pascal).join('');
}

/** The name of the Go package. */
export function goPackage(world: string): string {
  const name = words(world).join('');
  return [...KEYWORDS, ...PACKAGES, 'main'].includes(name) ? `${name}world` : name;
}

/** Gives each thing the first of its choices that no other has; where that ends, the last, with a `_` for all but the first. */
export function choose<T>(things: readonly { readonly thing: T; readonly choices: readonly string[] }[], names: Names) {
  const level = things.map(() => 0);
  const nameOf = (i: number) => things[i]!.choices[level[i]!]!;
  for (let changed = true; changed; ) {
    changed = false;
    const claims = new Map<string, number[]>();
    for (const i of things.keys()) claims.set(nameOf(i), [...(claims.get(nameOf(i)) ?? []), i]);
    for (const [name, claiming] of claims) {
      if (claiming.length < 2 && !names.taken.has(name)) continue;
      for (const i of claiming) {
        if (level[i]! + 1 >= things[i]!.choices.length) continue;
        level[i]!++;
        changed = true;
      }
    }
  }
  return new Map(things.map(({ thing }, i) => [thing, names.take(nameOf(i))]));
}
