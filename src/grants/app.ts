import { buildLayer } from './build-layer.js';
import type { Layer } from './layer.js';
import { Problems } from './problems.js';
import { appGrants, type GrantsInput } from './schema.js';
import { jsString } from './text.js';
import { type PlaceOf, validate } from './validate.js';
import type { HostEnvironment } from './variables.js';

/**
 * What an app gives to an instance. `true` or `'*'` is all of a word; `false`, `[]`, `{}` and a word that is missing are nothing,
 * but that clocks and random are on unless they are `false`.
 * @example { read: { '/config': './conf' }, env: { KEY: 'v', TOKEN: { from: 'env:MY_TOKEN' } }, clocks: 'frozen' }
 */
export interface GrantsOption {
  /**
   * Directories that may be read, as `{ guestPath: hostPath }`. Host paths are relative to the working directory. A list of
   * guest paths leaves the host path to a policy.
   */
  readonly read?: boolean | '*' | Readonly<Record<string, string>> | readonly string[];
  /** Directories that may be written: that alone does not let them be read. */
  readonly write?: boolean | '*' | Readonly<Record<string, string>> | readonly string[];
  /** Variables. A list of names leaves the values to a policy. */
  readonly env?: boolean | '*' | Readonly<Record<string, string | { readonly from: string }>> | readonly string[];
  /** `'frozen'` stops them when the instance is made, or at a date (ISO 8601); `resolution` makes them coarse (`'1ms'`). */
  readonly clocks?: boolean | 'frozen' | { readonly frozen: string } | { readonly resolution: string | number };
  /** The same bytes for the same seed (0 to 2^64 - 1). */
  readonly random?: boolean | { readonly seed: number | string | bigint };
  /** Whether a native program may run. */
  readonly run?: boolean;
  /** What is refused whoever grants it. */
  readonly deny?: {
    readonly read?: boolean | '*' | readonly string[];
    readonly write?: boolean | '*' | readonly string[];
    readonly env?: boolean | '*' | readonly string[];
    readonly clocks?: boolean;
    readonly random?: boolean;
    readonly run?: boolean;
  };
}

export interface AppOptions {
  /** What host paths are relative to. Default: the working directory. */
  readonly cwd?: string;
  /** What `{ from: 'env:NAME' }` reads. Default: `process.env`. */
  readonly environment?: HostEnvironment;
}

/**
 * The app's `grants` as a layer.
 * @throws HatchwayError `grants`, with everything that is wrong
 */
export function parseAppGrants(
  grants: GrantsOption,
  { cwd = process.cwd(), environment = process.env }: AppOptions = {},
): Layer {
  const problems = new Problems();
  const valid = validate(appGrants, grants, placeInCode, problems);
  problems.throwIfAny('the grants cannot be read');
  const source = { kind: 'app', name: 'grants', placeOf: placeInCode, base: cwd, environment } as const;
  const layer = buildLayer(valid as GrantsInput, source, problems);
  problems.throwIfAny('the grants cannot be read');
  return layer;
}

/** `grants.read['/config']` */
const placeInCode: PlaceOf = (path) => {
  let place = 'grants';
  for (const key of path) {
    if (typeof key === 'number') place += `[${key}]`;
    else place += /^[A-Za-z_$][\w$]{0,60}$/.test(key) ? `.${key}` : `[${jsString(key.slice(0, 200))}]`;
  }
  return place;
};
