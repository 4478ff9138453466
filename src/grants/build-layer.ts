import { quote } from '../errors/index.js';
import { millisecondsOf } from './duration.js';
import { normalGuestPath } from './guest-path.js';
import { resolveHostDirectory } from './host-directory.js';
import type {
  ClocksChoice,
  Denials,
  Layer,
  LayerKind,
  PathDenial,
  PathEntry,
  RandomChoice,
  Scope,
  VariableEntry,
} from './layer.js';
import type { Problems } from './problems.js';
import type { GrantsInput } from './schema.js';
import { Secret } from './secret.js';
import type { PlaceOf, ValuePath } from './validate.js';
import type { HostEnvironment } from './variables.js';

/** Where an input stands, and what it is relative to. */
export interface Source {
  readonly kind: LayerKind;
  /** How the layer is called in sentences. */
  readonly name: string;
  readonly placeOf: PlaceOf;
  /** The directory that host paths are relative to. */
  readonly base: string;
  readonly environment: HostEnvironment;
}

/** What an app or a policy says, as a layer. Host paths are resolved now. */
export function buildLayer(input: GrantsInput, source: Source, problems: Problems): Layer {
  const warnings: string[] = [];
  const read = directoryScope('read', input, source, problems, warnings);
  const write = directoryScope('write', input, source, problems, warnings);
  const env = variableScope(input, source, problems, warnings);
  const { placeOf, kind, name } = source;
  return {
    kind,
    name,
    ...(read !== undefined && { read }),
    ...(write !== undefined && { write }),
    ...(env !== undefined && { env }),
    ...(input.clocks !== undefined && { clocks: { value: clocksChoice(input.clocks), rule: placeOf(['clocks']) } }),
    ...(input.random !== undefined && { random: { value: randomChoice(input.random), rule: placeOf(['random']) } }),
    ...(input.run !== undefined && { run: { value: input.run, rule: placeOf(['run']) } }),
    deny: denials(input.deny, placeOf),
    onlyDenies:
      input.deny !== undefined && Object.entries(input).every(([key, it]) => key === 'deny' || it === undefined),
    warnings,
  };
}

const ALL = new Set<unknown>([true, '*']);

function directoryScope(
  word: 'read' | 'write',
  input: GrantsInput,
  { placeOf, base, name }: Source,
  problems: Problems,
  warnings: string[],
): Scope<PathEntry> | undefined {
  const given = input[word];
  if (given === undefined) return undefined;
  if (ALL.has(given)) {
    warnings.push(`${placeOf([word])}: ${name} lets everything of the host be ${word === 'read' ? 'read' : 'written'}`);
    return 'all';
  }
  const result = new Map<string, PathEntry>();
  if (typeof given !== 'object') return result;
  const other = input[word === 'read' ? 'write' : 'read'];
  const named = Array.isArray(given) ? hostsOf(other) : new Map<string, string>();
  const list = Array.isArray(given)
    ? given.map((guest, i) => ({ guest, written: named.get(normalGuestPath(guest)), path: [word, i] as ValuePath }))
    : Object.entries(given).map(([guest, written]) => ({ guest, written, path: [word, guest] as ValuePath }));
  for (const { guest, written, path } of list) {
    const normal = normalGuestPath(guest);
    const rule = placeOf(path);
    if (result.has(normal)) problems.add(rule, `${quote(normal, 200)} is there twice`);
    else if (written === undefined) result.set(normal, { rule });
    else {
      const host = resolveHostDirectory(written, base);
      if ('problem' in host) problems.add(rule, host.problem, host.mend);
      else result.set(normal, { host: host.path, written, rule });
    }
  }
  return result;
}

/** Where the other word says which directory of the host a guest path is. */
function hostsOf(given: GrantsInput['read']): ReadonlyMap<string, string> {
  if (typeof given !== 'object' || Array.isArray(given)) return new Map();
  return new Map(Object.entries(given).map(([guest, host]) => [normalGuestPath(guest), host]));
}

function variableScope(
  { env }: GrantsInput,
  { placeOf, environment, name }: Source,
  problems: Problems,
  warnings: string[],
): Scope<VariableEntry> | undefined {
  if (env === undefined) return undefined;
  if (ALL.has(env)) {
    warnings.push(`${placeOf(['env'])}: ${name} passes on all of the environment`);
    return 'all';
  }
  const result = new Map<string, VariableEntry>();
  if (typeof env !== 'object') return result;
  if (Array.isArray(env)) {
    env.forEach((variable, i) => {
      const rule = placeOf(['env', i]);
      if (result.has(variable)) problems.add(rule, `${quote(variable)} is there twice`);
      result.set(variable, { rule });
    });
    return result;
  }
  for (const [variable, given] of Object.entries(env)) {
    const rule = placeOf(['env', variable]);
    const value = typeof given === 'string' ? given : fromEnvironment(given.from, environment);
    if (value !== undefined) result.set(variable, { value: new Secret(value), rule });
    else
      problems.add(
        rule,
        `the environment has no ${quote((given as { from: string }).from.slice(4))}`,
        'Set it before hatchway starts.',
      );
  }
  return result;
}

function fromEnvironment(from: string, environment: HostEnvironment): string | undefined {
  const name = from.slice('env:'.length);
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

export function clocksChoice(given: NonNullable<GrantsInput['clocks']>): ClocksChoice {
  if (given === true) return { kind: 'real', resolution: 1 };
  if (given === false) return { kind: 'refused' };
  if (given === 'frozen') return { kind: 'frozen' };
  if ('frozen' in given) return { kind: 'frozen', at: Date.parse(given.frozen) };
  return { kind: 'real', resolution: Math.max(1, Math.round(millisecondsOf(given.resolution)! * 1e6)) };
}

export function randomChoice(given: NonNullable<GrantsInput['random']>): RandomChoice {
  if (given === true) return { kind: 'secure' };
  if (given === false) return { kind: 'refused' };
  return { kind: 'seeded', seed: BigInt(given.seed) };
}

function denials(given: GrantsInput['deny'], placeOf: PlaceOf): Denials {
  const paths = (word: 'read' | 'write'): PathDenial[] => {
    const list = given?.[word];
    if (ALL.has(list)) return [{ guest: '/', rule: placeOf(['deny', word]) }];
    if (!Array.isArray(list)) return [];
    return list.map((guest, i) => ({ guest: normalGuestPath(guest), rule: placeOf(['deny', word, i]) }));
  };
  const env = new Map<string, string>();
  if (ALL.has(given?.env)) env.set('*', placeOf(['deny', 'env']));
  else if (Array.isArray(given?.env)) {
    for (const [i, name] of given.env.entries()) env.set(name, placeOf(['deny', 'env', i]));
  }
  const words = (['clocks', 'random', 'run'] as const).filter((word) => given?.[word] === true);
  return {
    read: paths('read'),
    write: paths('write'),
    env,
    words: new Map(words.map((word) => [word, placeOf(['deny', word])])),
  };
}
