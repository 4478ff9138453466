/**
 * `wasi:cli`: arguments, environment, standard streams, terminals, exit. Variables are granted; the rest are options of an
 * instance, and what nobody gave is empty. Imports `errors`, `grants` and `wasi/io`.
 */
import type { Permissions } from '../../grants/index.js';
import { InputStream, OutputStream, type Waiting } from '../io/index.js';
import { exited } from './exit.js';
import { OutputWriter, type StandardOutput, type StdinReader } from './stdio.js';

export { exited } from './exit.js';
export { DescriptorOutput, EMPTY_STDIN, type StandardOutput, type Stdin, StdinReader } from './stdio.js';

/** Which standard streams are a terminal. */
export interface Terminals {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** What a command line is to a guest. */
export interface CommandLine {
  /** The program's name first. Default: none. */
  readonly args: readonly string[];
  readonly stdin: StdinReader;
  readonly stdout: StandardOutput;
  readonly stderr: StandardOutput;
  readonly terminals: Terminals;
}

class TerminalInput {}
class TerminalOutput {}

/** The interfaces of `wasi:cli` 0.2 for one instance. */
export function cliInterfaces(
  name: { readonly plugin: string; readonly instance: string },
  permissions: Permissions,
  waiting: Waiting,
  line: CommandLine,
): Record<string, object> {
  const { terminals } = line;
  const output = (to: StandardOutput) => () => new OutputStream(waiting, new OutputWriter(to));
  return {
    'wasi:cli/environment@0.2.12': {
      getEnvironment: () => permissions.environment(),
      getArguments: () => line.args,
      initialCwd: () => '/',
    },
    'wasi:cli/exit@0.2.12': {
      exit: (status: { readonly tag: 'ok' | 'err' }) => {
        throw exited(name, status.tag === 'ok' ? 0 : 1);
      },
      exitWithCode: (code: number) => {
        throw exited(name, code);
      },
    },
    'wasi:cli/stdin@0.2.12': { getStdin: () => new InputStream(waiting, line.stdin) },
    'wasi:cli/stdout@0.2.12': { getStdout: output(line.stdout) },
    'wasi:cli/stderr@0.2.12': { getStderr: output(line.stderr) },
    'wasi:cli/terminal-input@0.2.12': { TerminalInput },
    'wasi:cli/terminal-output@0.2.12': { TerminalOutput },
    'wasi:cli/terminal-stdin@0.2.12': {
      getTerminalStdin: () => (terminals.stdin ? new TerminalInput() : undefined),
    },
    'wasi:cli/terminal-stdout@0.2.12': {
      getTerminalStdout: () => (terminals.stdout ? new TerminalOutput() : undefined),
    },
    'wasi:cli/terminal-stderr@0.2.12': {
      getTerminalStderr: () => (terminals.stderr ? new TerminalOutput() : undefined),
    },
  };
}
