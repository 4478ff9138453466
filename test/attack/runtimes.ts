/** The runtimes that attacks are tried on. */
import { guestPath, programComponentPath } from '../../guests/build.js';
import { type Denial, HatchwayError, isComponentError } from '../../src/errors/index.js';
import type { GrantsOption } from '../../src/grants/index.js';
import { createHost, type Plugin } from '../../src/host/index.js';
import type { Attempt } from './attempts.js';

export interface Outcome {
  /** What it answers, as the table shows it. */
  readonly answer: string;
  readonly denials: readonly Denial[];
}

export interface Runtime {
  readonly name: string;
  /** Which attempts it can make. */
  readonly by: readonly Attempt['by'][];
  attack(attempt: Attempt, grants: GrantsOption): Promise<Outcome>;
}

const host = await createHost();

function inline(name: string, by: Attempt['by'], path: string): Runtime {
  let plugin: Promise<Plugin> | undefined;
  return {
    name,
    by: [by],
    attack: async (attempt, grants) => {
      plugin ??= host.load(path);
      if (attempt.by === 'files') return runProgram(await plugin, attempt.commands, grants);
      return callProbe(await plugin, attempt, grants);
    },
  };
}

async function runProgram(plugin: Plugin, commands: string, grants: GrantsOption): Promise<Outcome> {
  await using instance = await plugin.instantiate({ grants, args: commands.split(' ') });
  const code = await instance.run();
  const printed = instance.stdout.text().trimEnd().split(/\n+/).join(' ');
  return { answer: code === 0 ? printed : `${printed}, exit code ${code}`, denials: instance.denials };
}

async function callProbe(
  plugin: Plugin,
  { call, args = [] }: Extract<Attempt, { by: 'probe' }>,
  grants: GrantsOption,
): Promise<Outcome> {
  await using instance = await plugin.instantiate({ grants });
  let answer: string;
  try {
    answer = show(await instance.exports[call](...args));
  } catch (error) {
    if (isComponentError(error)) answer = `error ${show(error.payload)}`;
    else if (error instanceof HatchwayError) answer = `ends the instance: ${error.code}`;
    else throw error;
  }
  return { answer, denials: instance.denials };
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Uint8Array) return JSON.stringify([...value]);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(',')}]`;
  return JSON.stringify(value);
}

/** @param probe the path of the component that asks for one thing at a time */
export function runtimes(probe: string): readonly Runtime[] {
  return [
    inline('a component, inline', 'probe', probe),
    inline('a component, inline', 'files', programComponentPath('c', 'files')),
    inline('a module for preview 1, inline', 'files', guestPath('c', 'files')),
  ];
}
