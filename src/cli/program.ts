import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { errorAsJson, exitCodeOf, report, USAGE_ERROR } from './report.js';
import type { Streams } from './streams.js';

/** The commands. Each is loaded when it is the one that is called: what only another one needs takes time to load. */
const COMMANDS: ReadonlyMap<string, (streams: Streams, exit: (code: number) => void) => Promise<Command>> = new Map([
  ['run', async (streams, exit) => (await import('./run.js')).runCommand(streams, exit)],
  ['inspect', async (streams) => (await import('./inspect.js')).inspectCommand(streams)],
  ['bindgen', async (streams) => (await import('./bindgen.js')).bindgenCommand(streams)],
  ['build', async (streams) => (await import('./build.js')).buildCommand(streams)],
  ['new', async (streams) => (await import('./new.js')).newCommand(streams)],
  ['doctor', async (streams, exit) => (await import('./doctor.js')).doctorCommand(streams, exit)],
]);

/**
 * Runs a command line and returns the exit code; nothing is thrown and the process is not ended.
 *
 * @param args what follows the program's name.
 * @example process.exitCode = await runCommandLine(['inspect', 'plugin.wasm'], process);
 */
export async function runCommandLine(args: readonly string[], streams: Streams): Promise<number> {
  let json = false;
  let exitCode = 0;
  const exit = (code: number) => {
    exitCode = code;
  };
  const command = (await program(args[0], streams, exit)).hook('preAction', (_, action) => {
    json = action.opts().json === true;
  });
  try {
    await command.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what is wrong, or has shown the help or version that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    if (json) streams.stdout.write(`${JSON.stringify({ error: errorAsJson(error) }, null, 2)}\n`);
    else report(error, streams);
    return exitCodeOf(error);
  }
}

/** With the command that is called, or with all where there is none of that name. */
async function program(called: string | undefined, streams: Streams, exit: (code: number) => void): Promise<Command> {
  const command = new Command('hatchway')
    .description('Build, run and inspect plugins that are WebAssembly components.')
    .version(version(), '-V, --version')
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      getOutHasColors: () => streams.stdout.hasColors?.() ?? false,
      getErrHasColors: () => streams.stderr.hasColors?.() ?? false,
    })
    .exitOverride();
  const load = COMMANDS.get(called ?? '');
  for (const one of load === undefined ? COMMANDS.values() : [load]) {
    command.addCommand((await one(streams, exit)).copyInheritedSettings(command));
  }
  return command;
}

function version(): string {
  // The same two steps up from `src/cli` and from `dist/cli`.
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
