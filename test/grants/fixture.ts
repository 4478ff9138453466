import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  type GrantFlags,
  type GrantsOption,
  type Layer,
  parseAppGrants,
  parseFlags,
  parsePolicy,
  type ResolvedGrants,
  resolveGrants,
} from '../../src/grants/index.js';
import { parseManifest } from '../../src/grants/manifest.js';
import { Problems } from '../../src/grants/problems.js';

/** A directory of the host: `conf`, `data` with `in` and a link to `other`, and a file. */
export function makeHost(): { readonly root: string; remove(): void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'grants-')));
  for (const name of ['conf', 'data/in/deep', 'other', 'plugin']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'file.txt'), '');
  writeFileSync(join(root, 'plugin/plugin.wasm'), '');
  symlinkSync('../other', join(root, 'data/link'));
  return { root, remove: () => rmSync(root, { recursive: true }) };
}

/** What the environment of hatchway has in tests. */
export const ENVIRONMENT = { HOME: '/home/me', PROD_KEY: 'sesame' };

/** Grants as JSON has them. */
export type Written = { readonly [word: string]: unknown };

/** What each party says, in its own form. */
export interface Said {
  readonly app?: Written;
  readonly flags?: GrantFlags;
  /** The permissions of a manifest. */
  readonly manifest?: Written;
  /** The entry of a policy, without what binds it. */
  readonly policy?: Written;
  /** The defaults of the policy. */
  readonly defaults?: Written;
  /** Whether the policy has an entry for the plugin. Default: true. */
  readonly named?: boolean;
}

const DIGEST = 'd'.repeat(64);

/** Reads each form as it is read in earnest, and resolves. */
export function resolveSaid(
  { app, flags, manifest, policy, defaults, named = true }: Said,
  root: string,
): ResolvedGrants {
  const options = { cwd: root, environment: ENVIRONMENT };
  return resolveGrants({
    ...(app && { app: parseAppGrants(app as GrantsOption, options) }),
    ...(flags && { flags: parseFlags(flags, options) }),
    ...(manifest && { manifest: manifestLayer(manifest, root) }),
    ...((policy || defaults) && { policy: policyLayer(policy ?? {}, root, { defaults, named }) }),
    environment: ENVIRONMENT,
    now: 5_000,
  });
}

export function manifestLayer(permissions: Written, root: string): Layer {
  const artifacts = { wasm: { path: 'plugin.wasm' } };
  const text = JSON.stringify({ id: 'acme.p', version: '1.0.0', artifacts, permissions }, null, 1);
  const problems = new Problems();
  const manifest = parseManifest(text, { file: 'plugin.json', folder: join(root, 'plugin') }, problems);
  problems.throwIfAny('plugin.json cannot be used');
  return manifest!.layer;
}

export function policyLayer(
  entry: Written,
  root: string,
  { defaults, named = true }: { defaults?: Written | undefined; named?: boolean } = {},
): Layer {
  const bound = { sha256: named ? DIGEST : 'e'.repeat(64), ...entry };
  const text = JSON.stringify({ version: 1, defaults, plugins: { 'acme.p@^1': bound } }, null, 1);
  const policy = parsePolicy(text, { file: 'policy.json', base: root, environment: ENVIRONMENT });
  return policy.forPlugin({ sha256: DIGEST }).layer('tenant');
}

/** The flags that say the same, if there are any. */
export function asFlags(grants: Written): GrantFlags | undefined {
  const flags: { -readonly [K in keyof GrantFlags]: GrantFlags[K] } = {};
  for (const [word, value] of Object.entries(grants)) {
    if (word === 'run' && value === true) flags.allowRun = true;
    else if ((word === 'read' || word === 'write') && isMap(value)) {
      flags[word === 'read' ? 'allowRead' : 'allowWrite'] = Object.entries(value).map(
        ([guest, host]) => `${host}::${guest}`,
      );
    } else if ((word === 'read' || word === 'write') && isAll(value))
      flags[word === 'read' ? 'allowRead' : 'allowWrite'] = ['*'];
    else if (word === 'env' && isAll(value)) flags.allowEnv = ['*'];
    else if (word === 'env' && isMap(value) && Object.values(value).every((it) => typeof it === 'string')) {
      flags.allowEnv = Object.entries(value).map(([name, text]) => `${name}=${text}`);
    } else if (word === 'deny') {
      for (const [denied, what] of Object.entries(value as Written)) {
        if (what === false) continue;
        const list = isAll(what) ? ['*'] : (what as string[]);
        if (denied === 'read') flags.denyRead = list;
        else if (denied === 'write') flags.denyWrite = list;
        else if (denied === 'env') flags.denyEnv = list;
        else if (what === true)
          flags[denied === 'run' ? 'denyRun' : denied === 'clocks' ? 'denyClocks' : 'denyRandom'] = true;
        else return undefined;
      }
    } else return undefined;
  }
  return flags;
}

const isAll = (value: unknown) => value === true || value === '*';
/** A map with something in it: flags cannot say "nothing". */
const isMap = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

/** What is granted, in short: `/config = conf r`, with host paths from `root`, which lies in a directory of `/`. */
export interface Given {
  readonly directories?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly clocks?: unknown;
  readonly random?: unknown;
  readonly run?: boolean;
}

export function givenBy(grants: ResolvedGrants, root: string): Required<Given> {
  return {
    directories: grants.directories
      .map(({ guest, host, read, write }) => `${guest} = ${relative(root, host)} ${read ? 'r' : ''}${write ? 'w' : ''}`)
      .sort(),
    env: Object.fromEntries(grants.environment.map(({ name, value }) => [name, value])),
    clocks: withoutRule(grants.clocks),
    random: withoutRule(grants.random),
    run: grants.run,
  };
}

/** What there is where nobody said a word. */
export const NOTHING: Required<Given> = {
  directories: [],
  env: {},
  clocks: { kind: 'real', resolution: 1 },
  random: { kind: 'secure' },
  run: false,
};

function withoutRule<T extends object>(grant: T): Omit<T, 'rule'> {
  const { rule: _, ...rest } = grant as T & { rule?: string };
  return rest;
}
