import { dirname, resolve } from 'node:path';
import { quote } from '../errors/index.js';
import { type BoundEntry, boundEntries, entryFor, type PluginIdentity } from './binding.js';
import { buildLayer, type Source } from './build-layer.js';
import { fileName, parseJson } from './json-file.js';
import type { Layer } from './layer.js';
import { meetLimits, type SaidLimits, saidLimits } from './limits.js';
import { bothDenials, narrowLayer } from './narrow.js';
import { type PolicyInput, type PolicyInstanceInput, policySchema } from './policy-schema.js';
import { Problems } from './problems.js';
import { readText } from './read-text.js';
import { type PlaceOf, validate } from './validate.js';
import type { HostEnvironment } from './variables.js';

/** What a policy says of one plugin. */
export interface PluginPolicy {
  /** Whether there is an entry for it. Without one it gets nothing. */
  readonly named: boolean;
  /** What to do about a limit that is not enforced. */
  readonly unenforced: 'error' | 'warn';
  /** For `resolveGrants`: what an instance of that name may have at most. */
  layer(instance: string): Layer;
  limits(instance: string): SaidLimits;
}

/**
 * What the host's owner allows, by plugin.
 * @example
 * const policy = await readPolicy('hatchway.policy.json');
 * const { layer } = policy.forPlugin({ id: 'acme.weather', version: '1.4.0', sha256, paths: [path] });
 */
export class Policy {
  readonly #input: PolicyInput;
  readonly #entries: readonly BoundEntry[];
  readonly #source: Omit<Source, 'name'>;

  /** @internal */
  constructor(
    /** The file, as it is shown. */
    readonly file: string,
    input: PolicyInput,
    entries: readonly BoundEntry[],
    source: Omit<Source, 'name'>,
  ) {
    this.#input = input;
    this.#entries = entries;
    this.#source = source;
  }

  /**
   * What it says of a plugin that is about to be loaded. Host paths are resolved and variables read now.
   * @throws HatchwayError `grants` where the plugin claims to be another one, or its entry cannot be used
   */
  forPlugin(plugin: PluginIdentity): PluginPolicy {
    const problems = new Problems();
    const entry = entryFor(this.#entries, plugin, problems);
    const policy = problems.any ? undefined : this.#pluginPolicy(entry, plugin, problems);
    problems.throwIfAny('the policy does not allow the plugin as it is');
    return policy!;
  }

  #pluginPolicy(entry: BoundEntry | undefined, plugin: PluginIdentity, problems: Problems): PluginPolicy {
    const { defaults, unenforced = 'error' } = this.#input;
    const { placeOf } = this.#source;
    const defaultLimits = saidLimits(defaults?.limits, ['defaults', 'limits'], placeOf);
    const common = this.#layer(grantsOf(defaults ?? {}), ['defaults'], this.file, problems);
    if (entry === undefined) {
      const { id = 'ID', version = 'VERSION', sha256 } = plugin;
      const layer: Layer = { ...common, onlyDenies: false, unnamed: { key: `${id}@^${version}`, sha256 } };
      return { named: false, unenforced, layer: () => layer, limits: () => defaultLimits };
    }
    const path = ['plugins', entry.key];
    const own = this.#layer(grantsOf(entry.input), path, `${entry.place} (${quote(entry.key)})`, problems);
    // What the entry says of clocks and random replaces the defaults; denials hold for all.
    const base: Layer = { ...common, ...own, deny: bothDenials(common.deny, own.deny), onlyDenies: false };
    const said = saidLimits(entry.input.limits, [...path, 'limits'], placeOf);
    const limits = {
      values: { ...defaultLimits.values, ...said.values },
      rules: { ...defaultLimits.rules, ...said.rules },
    };
    const instances = new Map<string, { layer: Layer; limits: SaidLimits }>();
    for (const [name, input] of Object.entries(entry.input.instances ?? {})) {
      const at = [...path, 'instances', name];
      const called = `${placeOf(at, 'key')} (instance ${quote(name)})`;
      const less = this.#layer(grantsOf(input), at, called, problems);
      instances.set(name, {
        layer: narrowLayer(base, less, problems),
        limits: meetLimits([limits, saidLimits(input.limits, [...at, 'limits'], placeOf)], problems),
      });
    }
    return {
      named: true,
      unenforced: entry.input.unenforced ?? unenforced,
      layer: (instance) => instances.get(instance)?.layer ?? base,
      limits: (instance) => instances.get(instance)?.limits ?? limits,
    };
  }

  #layer(input: PolicyInstanceInput, path: readonly string[], name: string, problems: Problems): Layer {
    const placeOf: PlaceOf = (rest, part) => this.#source.placeOf([...path, ...rest], part);
    return buildLayer(input, { ...this.#source, name, placeOf }, problems);
  }
}

/** The words of a grant, without what else stands beside them. */
function grantsOf({ read, write, env, clocks, random, run, deny }: PolicyInstanceInput): PolicyInstanceInput {
  return { read, write, env, clocks, random, run, deny };
}

export interface PolicyOptions {
  /** What `{ "from": "env:NAME" }` reads. Default: `process.env`. */
  readonly environment?: HostEnvironment;
}

/**
 * Reads a policy. Host paths in it are relative to its directory.
 * @throws HatchwayError `not-found`; `grants` with everything that is wrong in it
 */
export async function readPolicy(path: string, options: PolicyOptions = {}): Promise<Policy> {
  const text = await readText(path, 'Name the policy, or run without one.');
  return parsePolicy(text, { file: fileName(path), base: dirname(resolve(path)), ...options });
}

/**
 * The text of a policy.
 * @param options `file`: how it is called in places; `base`: what host paths are relative to
 * @throws HatchwayError `grants` with everything that is wrong in it
 */
export function parsePolicy(
  text: string,
  { file, base, environment = process.env }: PolicyOptions & { readonly file: string; readonly base: string },
): Policy {
  const problems = new Problems();
  const json = parseJson(text, file, problems);
  const input = json && validate(policySchema, json.value, json.placeOf, problems);
  const entries = input && boundEntries(input, json.placeOf, base, problems);
  problems.throwIfAny(`${quote(file, 200)} cannot be used`);
  return new Policy(file, input!, entries!, { kind: 'policy', placeOf: json!.placeOf, base, environment });
}
