import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { quote } from '../errors/index.js';
import { normalGuestPath } from './guest-path.js';
import { fileName, parseJson } from './json-file.js';
import { type Layer, NO_DENIALS, type PathEntry, type Scope, type VariableEntry } from './layer.js';
import { type SaidLimits, saidLimits } from './limits.js';
import { type ManifestInput, manifestSchema } from './manifest-schema.js';
import type { GrantKind } from './model.js';
import { Problems } from './problems.js';
import { readText } from './read-text.js';
import { type PlaceOf, validate } from './validate.js';

/** The name of the file that makes a folder a plugin. */
export const MANIFEST_FILE = 'plugin.json';

/** One thing to run. */
export interface ManifestArtifact {
  /** Absolute and real, and inside the plugin's folder. */
  readonly path: string;
  /** What the manifest says of its content, in lower case. */
  readonly sha256?: string;
}

/** A native program to run. */
export interface ManifestProgram extends ManifestArtifact {
  /** What runs the file; absent for an executable. */
  readonly interpreter?: string;
  readonly args: readonly string[];
  /** What connects it with the app. */
  readonly carrier: 'fd3' | 'unix' | 'stdio';
  /** Digests of the other files that run, by their path from the folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** Something that a plugin asks for. */
export interface PermissionRequest {
  readonly kind: GrantKind;
  /** A guest path, a variable's name; `*` for all. */
  readonly target: string;
  /** The plugin's words: escape them before showing. */
  readonly reason: string | undefined;
  readonly optional: boolean;
}

/** What a plugin says of itself. All of it is a claim. */
export interface Manifest {
  readonly id: string;
  readonly version: string;
  readonly world?: string;
  readonly description?: string;
  /** Absolute and real. */
  readonly folder: string;
  readonly artifacts: {
    readonly wasm?: ManifestArtifact;
    /** By platform: `linux-x64`, or `any`. */
    readonly native: ReadonlyMap<string, ManifestProgram>;
    /** The encoded world that the native programs implement. */
    readonly world?: ManifestArtifact;
  };
  /** For a person to read. */
  readonly requests: readonly PermissionRequest[];
  /** For `resolveGrants`. */
  readonly layer: Layer;
  readonly limits: SaidLimits;
}

/**
 * Reads the `plugin.json` of a folder. Nothing of the plugin runs.
 * @throws HatchwayError `not-found` where there is none; `grants` with everything that is wrong in it
 * @example const { artifacts } = await readManifest('plugins/weather')
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST_FILE);
  const text = await readText(file, 'A folder is a plugin if it has a plugin.json.');
  const problems = new Problems();
  const manifest = parseManifest(text, { file: fileName(file), folder }, problems);
  problems.throwIfAny(`${quote(fileName(file), 200)} cannot be used`);
  return manifest!;
}

/** The text of a manifest; everything wrong with it goes to `problems`. */
export function parseManifest(
  text: string,
  { file, folder }: { readonly file: string; readonly folder: string },
  problems: Problems,
): Manifest | undefined {
  const json = parseJson(text, file, problems);
  if (json === undefined) return undefined;
  const { placeOf } = json;
  const input = validate(manifestSchema, json.value, placeOf, problems);
  if (input === undefined) return undefined;
  const { id, version, world, description } = input;
  const root = realpathSync(folder);
  return {
    id,
    version,
    ...(world !== undefined && { world }),
    ...(description !== undefined && { description }),
    folder: root,
    artifacts: artifactsOf(input, root, placeOf, problems),
    requests: requestsOf(input),
    layer: layerOf(input, file, placeOf, problems),
    limits: saidLimits(input.limits, ['limits'], placeOf),
  };
}

function artifactsOf(
  { artifacts: { wasm, native = {}, world } }: ManifestInput,
  root: string,
  placeOf: PlaceOf,
  problems: Problems,
): Manifest['artifacts'] {
  const entries = Object.entries(native);
  if (wasm === undefined && entries.length === 0) {
    problems.add(placeOf(['artifacts']), 'the plugin has nothing to run', 'Add "wasm": { "path": "plugin.wasm" }.');
  }
  const found = new Map<string, ManifestProgram>();
  for (const [platform, program] of entries) {
    const place = placeOf(['artifacts', 'native', platform]);
    const one = artifactIn(root, program, placeOf(['artifacts', 'native', platform, 'path']), problems);
    const { interpreter, args = [], carrier = 'fd3', files = {}, sha256 } = program;
    if (sha256 === undefined && Object.keys(files).length > 0)
      problems.add(place, 'files have digests, and the program itself has none', 'Add its "sha256".');
    if (one)
      found.set(platform, {
        ...one,
        ...(interpreter !== undefined && { interpreter }),
        args,
        carrier,
        files: new Map(Object.entries(files)),
      });
  }
  const encoded = world && artifactIn(root, world, placeOf(['artifacts', 'world', 'path']), problems);
  const component = wasm && artifactIn(root, wasm, placeOf(['artifacts', 'wasm', 'path']), problems);
  return { ...(component && { wasm: component }), native: found, ...(encoded && { world: encoded }) };
}

/** A link in the folder may lead out of it: what counts is where the file really is. */
function artifactIn(
  root: string,
  { path, sha256 }: { path: string; sha256?: string | undefined },
  place: string,
  problems: Problems,
): ManifestArtifact | undefined {
  let real: string;
  try {
    real = realpathSync(join(root, path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no file' : `${code ?? 'it failed'}:`;
    problems.add(place, `${what} ${quote(path, 200)} in the plugin's folder`, 'Build the plugin, or correct the path.');
    return undefined;
  }
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
    problems.add(
      place,
      `${quote(path, 200)} is a link that leads out of the plugin's folder`,
      'Put the file itself there.',
    );
    return undefined;
  }
  return { path: real, ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }) };
}

type Permissions = NonNullable<ManifestInput['permissions']>;

function layerOf(
  { permissions = {}, artifacts }: ManifestInput,
  file: string,
  placeOf: PlaceOf,
  problems: Problems,
): Layer {
  const at = (...path: (string | number)[]) => placeOf(['permissions', ...path]);
  const warnings: string[] = [];
  const scope = <T>(word: 'read' | 'write' | 'env', entry: (rule: string, rest: object) => T): Scope<T> | undefined => {
    const given = permissions[word];
    if (given === undefined) return undefined;
    if (given === true || given === '*') {
      warnings.push(`${at(word)}: the plugin asks for all of ${word}`);
      return 'all';
    }
    const result = new Map<string, T>();
    for (const [i, { allow, reason, optional }] of (given === false ? [] : given).entries()) {
      const key = word === 'env' ? allow : normalGuestPath(allow);
      if (result.has(key)) problems.add(at(word, i), `${quote(key, 200)} is there twice`);
      result.set(key, entry(at(word, i, 'allow'), { reason, optional: optional ?? false }));
    }
    return result;
  };
  const read = scope<PathEntry>('read', (rule, rest) => ({ rule, ...rest }));
  const write = scope<PathEntry>('write', (rule, rest) => ({ rule, ...rest }));
  const env = scope<VariableEntry>('env', (rule, rest) => ({ rule, ...rest }));
  const run = said(permissions.run) ?? (artifacts.native !== undefined ? true : undefined);
  // A manifest turns clocks and random off, or leaves them to the others.
  return {
    kind: 'manifest',
    name: file,
    ...(read && { read }),
    ...(write && { write }),
    ...(env && { env }),
    ...(said(permissions.clocks) === false && { clocks: { value: { kind: 'refused' }, rule: at('clocks') } }),
    ...(said(permissions.random) === false && { random: { value: { kind: 'refused' }, rule: at('random') } }),
    ...(run !== undefined && {
      run: { value: run, rule: permissions.run === undefined ? placeOf(['artifacts', 'native']) : at('run') },
    }),
    deny: NO_DENIALS,
    onlyDenies: false,
    warnings,
  };
}

function said(given: Permissions['run']): boolean | undefined {
  return typeof given === 'object' ? given.allow : given;
}

function requestsOf({ permissions = {} }: ManifestInput): PermissionRequest[] {
  const requests: PermissionRequest[] = [];
  for (const kind of ['read', 'write', 'env'] as const) {
    const given = permissions[kind];
    if (given === true || given === '*') requests.push({ kind, target: '*', reason: undefined, optional: false });
    else if (given)
      for (const { allow, reason, optional = false } of given)
        requests.push({ kind, target: kind === 'env' ? allow : normalGuestPath(allow), reason, optional });
  }
  for (const kind of ['clocks', 'random', 'run'] as const) {
    const given = permissions[kind];
    if (!said(given)) continue;
    requests.push({ kind, target: '*', reason: typeof given === 'object' ? given.reason : undefined, optional: false });
  }
  return requests;
}
