import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { satisfies, validRange } from 'semver';
import { quote } from '../errors/index.js';
import { pluginId } from './manifest-schema.js';
import type { PolicyEntryInput, PolicyInput } from './policy-schema.js';
import type { Problems } from './problems.js';
import { type PlaceOf, validate } from './validate.js';

/** What is known of a plugin that is about to be loaded. */
export interface PluginIdentity {
  /** What its manifest claims; absent for a plugin without one. */
  readonly id?: string | undefined;
  readonly version?: string | undefined;
  /** Of the artifact that is about to run: 64 hexadecimal digits. */
  readonly sha256: string;
  /** Where it was found: the artifact and the folder of the plugin. None for bytes. */
  readonly paths?: readonly string[];
}

/** An entry of a policy: for which plugin, and what binds it. */
export interface BoundEntry {
  readonly key: string;
  readonly id: string;
  readonly range: string;
  readonly digests: ReadonlySet<string>;
  readonly path: string | undefined;
  readonly input: PolicyEntryInput;
  /** `file:line:column` of its key. */
  readonly place: string;
}

/** The entries of a policy. One that nothing binds to an artifact is a problem: an id is what anybody may claim. */
export function boundEntries(
  { plugins = {} }: PolicyInput,
  placeOf: PlaceOf,
  base: string,
  problems: Problems,
): BoundEntry[] {
  const entries: BoundEntry[] = [];
  for (const [key, input] of Object.entries(plugins)) {
    const place = placeOf(['plugins', key], 'key');
    const at = key.indexOf('@');
    const id = at < 0 ? key : key.slice(0, at);
    const range = at < 0 ? '*' : key.slice(at + 1);
    if (validate(pluginId, id, () => place, problems) === undefined) continue;
    if (range.trim() === '' || validRange(range) === null) {
      problems.add(
        place,
        `${quote(range)} is no range of versions`,
        'Write "acme.weather@^1", or the id alone for every version.',
      );
    }
    const digests = new Set([input.sha256 ?? []].flat().map((digest) => digest.toLowerCase()));
    if (digests.size === 0 && input.path === undefined) {
      problems.add(
        place,
        `nothing binds ${quote(key)} to an artifact, and an id is only a claim`,
        'Add "sha256": ["…"] or "path": "./plugins/weather".',
      );
    }
    const path = input.path === undefined ? undefined : resolve(base, input.path);
    entries.push({ key, id, range, digests, path, input, place });
  }
  return entries;
}

/**
 * The entry for a plugin; `undefined` if the policy does not name it. A plugin that claims an id of the policy and is not what
 * that is bound to is a problem.
 */
export function entryFor(
  entries: readonly BoundEntry[],
  plugin: PluginIdentity,
  problems: Problems,
): BoundEntry | undefined {
  const { id, version } = plugin;
  const claimed = id === undefined ? entries : entries.filter((entry) => entry.id === id);
  const inRange = claimed.filter(({ range }) => version === undefined || satisfies(version, range));
  const found = inRange.filter((entry) => isBound(entry, plugin));
  if (found.length > 1) {
    const others = found.slice(1).map(({ place }) => place);
    problems.add(found[0]!.place, `the plugin also has the entry ${others.join(', ')}`, 'Leave one for each version.');
  }
  if (found.length > 0 || id === undefined || claimed.length === 0) return found[0];
  const [entry] = inRange;
  if (entry === undefined) {
    problems.add(
      claimed[0]!.place,
      `the plugin is ${quote(id)} ${quote(version ?? '')}, which is not in ${quote(claimed[0]!.range)}`,
      'Allow that version, or use another.',
    );
  } else {
    const what =
      entry.digests.size > 0 && !entry.digests.has(plugin.sha256.toLowerCase())
        ? `its sha256 is ${plugin.sha256}`
        : 'it lies elsewhere';
    problems.add(
      entry.place,
      `a plugin claims to be ${quote(id)} and is not what this is bound to: ${what}`,
      'Use the artifact that was reviewed, or bind the entry to this one.',
    );
  }
  return undefined;
}

function isBound({ digests, path }: BoundEntry, { sha256, paths = [] }: PluginIdentity): boolean {
  if (digests.size > 0 && !digests.has(sha256.toLowerCase())) return false;
  if (path === undefined) return true;
  const real = realOf(path);
  return real !== undefined && paths.some((it) => realOf(it) === real);
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
