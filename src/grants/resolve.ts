import { join } from 'node:path';
import { quote } from '../errors/index.js';
import { meetClocks, meetRandom } from './choices.js';
import {
  type Agreed,
  type AgreedDirectories,
  checkOneHost,
  directoriesOf,
  meetDirectories,
  withoutDenied,
} from './directories.js';
import { type Explanation, explain } from './explain.js';
import { deepestIncluding, includes, pathBelow } from './guest-path.js';
import { resolveHostDirectory } from './host-directory.js';
import type { Layer } from './layer.js';
import { grantWith, refusedBy, type Surface } from './mend.js';
import type { DirectoryGrant, GrantKind, Grants } from './model.js';
import { Problems } from './problems.js';
import { checkRequests } from './requests.js';
import { type HostEnvironment, meetVariables } from './variables.js';

/** Everybody who may say something of what one instance is granted. Absent: it is not there, so it takes nothing away. */
export interface Layers {
  /** What the app gives: `parseAppGrants`. */
  readonly app?: Layer | undefined;
  /** What the command line gives: `parseFlags`. */
  readonly flags?: Layer | undefined;
  /** What the plugin requests: `manifestLayer`. */
  readonly manifest?: Layer | undefined;
  /** What the host's owner allows: `policyLayer`. */
  readonly policy?: Layer | undefined;
  /**
   * Whether an app may still speak, as when a plugin is loaded: what nobody has named yet is left open then, and only what
   * contradicts is an error. Default: false.
   */
  readonly partial?: boolean;
  /** Whether a request that the policy refuses is an error, as for an instance, or is to be shown. Default: `error`. */
  readonly refusedRequests?: 'error' | 'shown';
  /** Where to say what would allow more, if neither `app` nor `flags` is there. Default: `app`. */
  readonly surface?: Surface;
  /** What variables that are inherited have. Default: `process.env`. */
  readonly environment?: HostEnvironment;
  /** When clocks that are frozen at no date stop, in milliseconds since 1970. Default: now. */
  readonly now?: number;
}

/** The grants of an instance, and where they come from. */
export interface ResolvedGrants extends Grants {
  /** What is no error and yet to be known. */
  readonly warnings: readonly string[];
  /** Why a target is allowed, or is not. `target`: a guest path, a variable's name; anything for the other kinds. */
  explain(kind: GrantKind, target: string): Explanation;
}

/**
 * What holds for an instance: the intersection of the layers that are there.
 * @throws HatchwayError `grants` where layers contradict each other, or request what the policy does not allow
 * @example resolveGrants({ app: parseAppGrants({ read: { '/config': './conf' } }, { cwd: process.cwd() }) })
 */
export function resolveGrants(parties: Layers): ResolvedGrants {
  const {
    app,
    flags,
    manifest,
    policy,
    surface,
    environment,
    now,
    partial = false,
    refusedRequests = 'error',
  } = parties;
  const layers = [policy, flags, app, manifest].filter((layer) => layer !== undefined);
  const problems = new Problems();
  // What is missing, as opposed to wrong.
  const gaps = partial ? new Problems() : problems;
  const giving = givingLayers(layers);
  checkOneHost(layers, problems);
  if (policy !== undefined && manifest !== undefined && refusedRequests === 'error')
    checkRequests(manifest, policy, problems);
  const read = wordDirectories('read', giving, layers, problems, gaps);
  const write = wordDirectories('write', giving, layers, problems, gaps);
  const directories = problems.any ? [] : mappings(read, write, problems);
  const variables = meetVariables(giving, layers, environment ?? process.env, problems, gaps);
  const clocks = meetClocks(layers, now ?? Date.now(), problems);
  const random = meetRandom(layers, problems);
  const runRefused = layers.some(({ deny }) => deny.words.has('run'));
  problems.throwIfAny('the grants cannot hold');
  const context = { layers, giving, directories, surface: surface ?? (flags === undefined ? 'app' : 'flags') } as const;
  return {
    directories,
    environment: variables,
    clocks,
    random,
    run: giving.length > 0 && giving.every(({ run }) => run?.value === true) && !runRefused,
    warnings: [...layers.flatMap((layer) => layer.warnings), ...nestedWarnings(directories, read, write)],
    grantWith: (kind, target) => grantWith(context, kind, target),
    refusedBy: (kind, target) => refusedBy(context, kind, target),
    explain: (kind, target) => explain(context, kind, target),
  };
}

/**
 * The layers whose silence gives nothing. None, where nobody who may give is there: a manifest alone only asks.
 */
export function givingLayers(layers: readonly Layer[]): readonly Layer[] {
  const speaking = layers.filter((layer) => !layer.onlyDenies);
  return speaking.some((layer) => layer.kind !== 'manifest') ? speaking : [];
}

function wordDirectories(
  word: 'read' | 'write',
  giving: readonly Layer[],
  layers: readonly Layer[],
  problems: Problems,
  gaps: Problems,
): ReadonlyMap<string, Agreed> {
  if (giving.length === 0) return new Map();
  let agreed: AgreedDirectories = 'all';
  for (const layer of giving) agreed = meetDirectories(agreed, directoriesOf(layer, word), problems);
  const everything = giving.find((layer) => layer.kind !== 'manifest' && layer[word] === 'all');
  const rule = everything && `${everything.name}: ${word} of everything`;
  const named =
    agreed === 'all'
      ? new Map([['/', { host: '/', written: '/', derived: false, rules: [rule!] }]])
      : withHosts(agreed, rule, gaps);
  return withoutDenied(word, named, layers, problems);
}

/** Where nobody names the directory of the host, it is the one of that path, if a layer gives all of the host. */
function withHosts(
  agreed: ReadonlyMap<string, Agreed>,
  everything: string | undefined,
  problems: Problems,
): ReadonlyMap<string, Agreed> {
  const result = new Map<string, Agreed>();
  for (const [guest, it] of agreed) {
    if (it.host !== undefined) result.set(guest, it);
    else if (everything !== undefined) {
      result.set(guest, { host: guest, written: guest, derived: true, rules: [everything, ...it.rules] });
    } else {
      problems.add(
        it.rules[0]!,
        `nobody says which directory of the host ${quote(guest, 200)} is`,
        `Say it, as in { ${JSON.stringify(guest)}: "./directory" }.`,
      );
    }
  }
  return result;
}

/** Both words as one list: what has the same guest path and host is one mapping. A directory includes what is below it. */
function mappings(
  read: ReadonlyMap<string, Agreed>,
  write: ReadonlyMap<string, Agreed>,
  problems: Problems,
): DirectoryGrant[] {
  const result: DirectoryGrant[] = [];
  for (const guest of new Set([...read.keys(), ...write.keys()])) {
    const agreed = read.get(guest) ?? write.get(guest)!;
    if (agreed.derived && !isWhereItSeems(guest, agreed, problems)) continue;
    const host = agreed.host!;
    const reads = reaches(read, guest, host);
    const writes = reaches(write, guest, host);
    result.push({ guest, host, read: reads, write: writes, rule: [...new Set(agreed.rules)].join(' and ') });
  }
  return result;
}

/** Whether a word includes a directory of the host under that guest path. All of the host includes it under any. */
function reaches(directories: ReadonlyMap<string, Agreed>, guest: string, host: string): boolean {
  if (directories.get('/')?.host === '/') return true;
  const found = deepestIncluding(directories, guest);
  return found !== undefined && join(found[1].host!, pathBelow(found[0], guest)) === host;
}

/** A directory below one that was named must not lead out of that: a link in it would. */
function isWhereItSeems(guest: string, { host, rules }: Agreed, problems: Problems): boolean {
  const found = resolveHostDirectory(host!, '/');
  if ('problem' in found) problems.add(rules.at(-1)!, `${quote(guest, 200)}: ${found.problem}`, found.mend);
  else if (found.path !== host) {
    problems.add(
      rules.at(-1)!,
      `${quote(guest, 200)}: ${quote(host!, 200)} is a link to ${quote(found.path, 200)}`,
      'Grant that directory itself.',
    );
  } else return true;
  return false;
}

/** A narrower directory in a wider one takes nothing away from it. */
function nestedWarnings(
  directories: readonly DirectoryGrant[],
  read: ReadonlyMap<string, Agreed>,
  write: ReadonlyMap<string, Agreed>,
): string[] {
  const warnings: string[] = [];
  for (const { guest, write: writes, rule } of directories) {
    if (!writes || write.has(guest) || !read.has(guest)) continue;
    const wider = directories.find((it) => it.write && it.guest !== guest && includes(it.guest, guest));
    if (wider)
      warnings.push(
        `${rule}: ${quote(guest, 200)} may also be written, because ${quote(wider.guest, 200)} may: a directory includes what is below it`,
      );
  }
  return warnings;
}
