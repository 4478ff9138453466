import { hatchwayError, quote } from '../../errors/index.js';
import { camelCase, isLabel, pascalCase } from '../../wit/index.js';

/**
 * What WIT names become in TypeScript.
 *
 * Functions, parameters and fields are camelCase; where that is a word TypeScript keeps, a parameter gets a `_` at its end.
 * Types are PascalCase. Types of one file that would share a name, or would hide one that TypeScript or the file itself needs
 * (`Error`, `Map`, `Exports`), have the name of their interface before it: `error` of `store` becomes `StoreError`. Where that
 * is not enough `Imported` or `Exported` comes before that, then the package, then a number behind. What stands for a whole
 * interface goes straight to `Imported` or `Exported`, and makes way for types.
 */

const KEYWORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/** Types of JavaScript and of the generated file that none of the world's may hide. */
const KEPT_TYPES = (
  'Array ArrayBuffer AsyncDisposable AsyncImports BigInt BigInt64Array BigUint64Array Boolean DataView Date Disposable Error Exports ' +
  'Fallible Float32Array Float64Array Function HostResource Imports Int16Array Int32Array Int8Array Iterator JSON Map Math ' +
  'Number Object Partial Pick PluginWorld Promise Proxy Readonly Record Reflect RegExp Required Resource Set String Symbol ' +
  'Sync SyncExports SyncResource TypedWorld Uint16Array Uint32Array Uint8Array WeakMap WeakRef WeakSet'
).split(' ');

/** A name in camelCase for where a keyword cannot stand. */
export function bindingName(name: string): string {
  const key = camelCase(label(name));
  return KEYWORDS.has(key) ? `${key}_` : key;
}

/** Names of one function's parameters: those that come to one are numbered. */
export function parameterNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const key = bindingName(name);
    let free = key;
    for (let n = 2; taken.has(free); n++) free = `${key}${n}`;
    taken.add(free);
    return free;
  });
}

/** Names of one object: JavaScript finds members by name, so that two of one name cannot be served. */
export function propertyNames(names: readonly string[]): string[] {
  const owners = new Map<string, string>();
  return names.map((name) => {
    const key = camelCase(label(name));
    const other = owners.get(key);
    if (other !== undefined) {
      throw hatchwayError('unsupported', `${quote(other)} and ${quote(name)} are both ${quote(key)} in JavaScript`, {
        mend: 'Rename one.',
      });
    }
    owners.set(key, name);
    return key;
  });
}

/** @throws HatchwayError `invalid` for what is no name in WIT: it must not become source text. */
export function label(name: string): string {
  if (!isLabel(name)) throw hatchwayError('invalid', `${quote(name)} is not a name that WIT has`);
  return name;
}

/** Something that needs a name of its own in the file. */
export interface Named {
  /** Its names by preference. */
  readonly choices: readonly string[];
  /** What the file puts behind its name to name more. */
  readonly suffixes: readonly string[];
  /** Makes way for those that do not. */
  readonly yields: boolean;
}

/** Where something is declared. */
export interface Place {
  readonly direction: 'Imported' | 'Exported';
  /** `ns:pkg`, if it is in a package. */
  readonly package?: string;
  /** The interface's name, or the world's. */
  readonly owner: string;
}

export function typeChoices(name: string, { direction, owner, package: id }: Place): string[] {
  const own = pascalCase(label(name));
  const inInterface = pascalCase(label(owner)) + own;
  return [own, inInterface, direction + inInterface, direction + packageName(id) + inInterface];
}

export function interfaceChoices({ direction, owner, package: id }: Place): string[] {
  const own = pascalCase(label(owner));
  return [own, direction + own, direction + packageName(id) + own];
}

function packageName(id: string | undefined): string {
  if (id === undefined) return '';
  return id
    .replace(/@.*$/, '')
    .split(/[:/]/)
    .map((part) => pascalCase(label(part)))
    .join('');
}

/** Gives each thing the first of its names that is its alone. */
export function assignNames<T extends Named>(things: readonly T[]): Map<T, string> {
  const level = new Map(things.map((thing) => [thing, 0]));
  const nameOf = (thing: T) => {
    const at = level.get(thing)!;
    const { choices } = thing;
    return at < choices.length ? choices[at]! : `${choices.at(-1)}${at - choices.length + 2}`;
  };
  for (let changed = true; changed; ) {
    changed = false;
    const claims = new Map<string, T[]>(KEPT_TYPES.map((name) => [name, []]));
    for (const thing of things) {
      for (const suffix of ['', ...thing.suffixes]) {
        const name = nameOf(thing) + suffix;
        const others = claims.get(name);
        if (others === undefined) claims.set(name, [thing]);
        else others.push(thing);
      }
    }
    for (const [name, claiming] of claims) {
      const kept = claiming.length === 0 || KEPT_TYPES.includes(name);
      if (!kept && claiming.length < 2) continue;
      const giving = losers(claiming, kept, (thing) => level.get(thing)! >= thing.choices.length - 1);
      for (const thing of giving) level.set(thing, level.get(thing)! + 1);
      if (giving.length > 0) {
        changed = true;
        break;
      }
    }
  }
  return new Map(things.map((thing) => [thing, nameOf(thing)]));
}

/** All that claim a name give it up, unless some make way; at the end of their choices all but the first. */
function losers<T extends Named>(claiming: readonly T[], kept: boolean, atEnd: (thing: T) => boolean): readonly T[] {
  if (kept) return claiming;
  const yielding = claiming.filter((thing) => thing.yields);
  const giving = yielding.length > 0 ? yielding : claiming;
  return giving.length === claiming.length && giving.every(atEnd) ? giving.slice(1) : giving;
}
