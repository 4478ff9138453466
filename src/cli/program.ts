import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { bindgenCommand } from './bindgen.js';
import { buildCommand } from './build.js';
import { inspectCommand } from './inspect.js';
import { newCommand } from './new.js';
import { errorAsJson, exitCodeOf, report, USAGE_ERROR } from './report.js';
import { runCommand } from './run.js';
import type { Streams } from './streams.js';

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
  const command = program(streams, exit).hook('preAction', (_, action) => {
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

function program(streams: Streams, exit: (code: number) => void): Command {
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
  for (const subcommand of [
    runCommand(streams, exit),
    inspectCommand(streams),
    bindgenCommand(streams),
    buildCommand(streams),
    newCommand(streams),
  ]) {
    command.addCommand(subcommand.copyInheritedSettings(command));
  }
  return command;
}

function version(): string {
  // The same two steps up from `src/cli` and from `dist/cli`.
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
