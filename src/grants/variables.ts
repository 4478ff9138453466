import { inspect } from 'node:util';
import { quote } from '../errors/index.js';
import type { Layer, Scope, VariableEntry } from './layer.js';
import type { VariableGrant } from './model.js';
import type { Problems } from './problems.js';
import { Secret } from './secret.js';

/** A variable whose value nothing prints. */
export class Variable implements VariableGrant {
  readonly name: string;
  readonly rule: string;
  readonly #value: Secret;

  constructor(name: string, value: Secret, rule: string) {
    this.name = name;
    this.rule = rule;
    this.#value = value;
  }

  get value(): string {
    return this.#value.reveal();
  }

  [inspect.custom](): object {
    return { name: this.name, rule: this.rule, value: '[secret]' };
  }
}

/** The environment that hatchway itself was started with. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The variables that all layers allow, with the value of the most privileged layer that names one.
 * @param giving those whose silence gives nothing, the most privileged first
 * @param layers all of them, for what they deny
 * @param gaps where nobody has said a value
 */
export function meetVariables(
  giving: readonly Layer[],
  layers: readonly Layer[],
  environment: HostEnvironment,
  problems: Problems,
  gaps: Problems,
): Variable[] {
  const isDenied = (name: string) => layers.some(({ deny }) => deny.env.has('*') || deny.env.has(name));
  const variables: Variable[] = [];
  for (const name of namesIn(giving, environment)) {
    const said = giving.map((layer) => entryOf(layer.env, name, layer));
    if (isDenied(name) || said.some((entry) => entry === undefined)) continue;
    const variable = variableFrom(name, said as VariableEntry[], environment, problems, gaps);
    if (variable !== undefined) variables.push(variable);
  }
  return variables;
}

/** What the layers name; where all of them say "all", what the environment of hatchway has. */
function namesIn(layers: readonly Layer[], environment: HostEnvironment): Iterable<string> {
  const named = layers.flatMap(({ env }) => (env === undefined || env === 'all' ? [] : [...env.keys()]));
  const all = layers.length > 0 && layers.every(({ env }) => env === 'all');
  return new Set(all ? Object.keys(environment).filter((name) => isVariableName(name)) : named);
}

/** Whether an environment may have a variable of that name. */
export function isVariableName(name: string): boolean {
  return name !== '' && !/[=\0]/.test(name);
}

function entryOf(scope: Scope<VariableEntry> | undefined, name: string, layer: Layer): VariableEntry | undefined {
  if (scope !== 'all') return scope?.get(name);
  // A manifest that asks for everything names no value; any other layer that says so passes on what there is.
  return { rule: `${layer.name}: all of the environment`, inherit: layer.kind !== 'manifest', optional: true };
}

function variableFrom(
  name: string,
  said: readonly VariableEntry[],
  environment: HostEnvironment,
  problems: Problems,
  gaps: Problems,
): Variable | undefined {
  const [first, ...others] = said.filter((entry) => entry.value !== undefined);
  for (const other of others) {
    if (!other.value!.equals(first!.value!)) {
      problems.add(
        other.rule,
        `${quote(name)} has another value in ${first!.rule}`,
        'Leave the value away, or repeat that one.',
      );
    }
  }
  if (first !== undefined) return new Variable(name, first.value!, first.rule);
  const inherited = said.find((entry) => entry.inherit);
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (inherited === undefined) {
    gaps.add(
      said[0]!.rule,
      `nobody says what the value of ${quote(name)} is`,
      `Give one, as in { ${JSON.stringify(name)}: { "from": "env:NAME" } }.`,
    );
    return undefined;
  }
  if (value !== undefined) return new Variable(name, new Secret(value), inherited.rule);
  if (!inherited.optional) {
    problems.add(inherited.rule, `the environment has no ${quote(name)}`, 'Set it, or give the value.');
  }
  return undefined;
}
