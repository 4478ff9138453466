/** `tsx test/limits/spec/main.ts SUITE [MODES]`: each script with its modules as they are and rewritten; prints what differs, as JSON. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Interruption, RewritePolicy } from '../../../src/limits/rewrite/index.js';
import { ExactFuel, engineInterruption, FuelDeadlines } from '../../../src/limits/watchdog/index.js';
import { type Command, Refusal, type Rewriting, World } from './world.js';

export interface ModeReport {
  /** Commands that came to something in both worlds. */
  compared: number;
  /** Of these, those that returned a value, trapped or were instantiated. */
  answered: number;
  /** Commands left out because of a module that is refused, by what it is refused for. */
  readonly refused: Record<string, number>;
  readonly differences: string[];
}

export interface SpecReport {
  readonly node: string;
  readonly scripts: number;
  readonly modes: Readonly<Record<string, ModeReport>>;
}

const root = process.argv[2]!;
const interruptions = (process.argv[3]?.split(',') ?? ['fuel', 'exact-fuel', engineInterruption()]) as Interruption[];
const wide = { maxMemoryPages: 65_536, maxTableEntries: 10_000_000, maxMemories: 100 };
const stress = { ...wide, maxStretch: 2, chunkBytes: 3 };

const policies: Record<string, RewritePolicy> = {};
const modes: Record<string, ModeReport> = {};
for (const interruption of new Set(interruptions)) {
  policies[interruption] = { ...wide, interruption };
  policies[`${interruption}, stressed`] = { ...stress, interruption };
}
for (const name of Object.keys(policies)) modes[name] = { compared: 0, answered: 0, refused: {}, differences: [] };

/** With fuel that never ends, or a flag that is never set. */
function rewriting(policy: RewritePolicy): Rewriting {
  if (policy.interruption === 'epoch')
    return { policy, imports: { flag: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) } };
  const { imports } = policy.interruption === 'fuel' ? new FuelDeadlines() : new ExactFuel(1n << 62n, () => false);
  return { policy, imports };
}

/** What the commands come to. Calls of a module that is refused are refused, too. */
function outcomes(commands: readonly Command[], world: World): (string | undefined | Refusal)[] {
  let refused: Refusal | undefined;
  return commands.map((command) => {
    if (command.type === 'module') refused = undefined;
    else if (refused !== undefined && command.action !== undefined) return refused;
    try {
      return world.run(command);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (command.type === 'module') refused = error;
      return error;
    }
  });
}

function compare(script: string, commands: readonly Command[], originals: readonly unknown[], name: string): void {
  const mode = modes[name]!;
  const count = ({ message }: Refusal) => {
    const feature = /the module uses ([^,]*),/.exec(message)?.[1] ?? message;
    mode.refused[feature] = (mode.refused[feature] ?? 0) + 1;
  };
  // What imports from a refused module fails for that.
  let refusal: Refusal | undefined;
  outcomes(commands, new World(join(root, script), rewriting(policies[name]!))).forEach((outcome, i) => {
    const original = originals[i];
    if (outcome instanceof Refusal) {
      refusal = outcome;
      count(outcome);
      return;
    }
    if (original === undefined && outcome === undefined) return;
    if (refusal !== undefined && original !== outcome) {
      count(refusal);
      return;
    }
    mode.compared++;
    if (original !== 'CompileError' && original !== 'LinkError' && original !== 'no module') mode.answered++;
    if (original !== outcome) mode.differences.push(`${script}:${commands[i]!.line}: ${original} / ${outcome}`);
  });
}

const scripts = readdirSync(root, { recursive: true, encoding: 'utf8' })
  // The first version's tests are among the second's, and the latest version is the third.
  .filter((file) => file.endsWith('script.json') && !/^wasm-(?:v1|latest)/.test(file))
  .map((file) => dirname(file))
  .sort();
for (const script of scripts) {
  const folder = join(root, script);
  const { commands } = JSON.parse(readFileSync(join(folder, 'script.json'), 'utf8')) as { commands: Command[] };
  const originals = outcomes(commands, new World(folder, undefined));
  for (const name of Object.keys(policies)) compare(script, commands, originals, name);
}
console.log(JSON.stringify({ node: process.version, scripts: scripts.length, modes } satisfies SpecReport));
