import { type Command, Option } from 'commander';

/** The flags of grants, with those of wasmtime last. Those with a value may be given more than once. */
const FLAGS: readonly (readonly [flag: string, description: string])[] = [
  ['--allow-read <host::guest>', 'a directory the plugin may read, and the path under which it finds it'],
  ['--allow-write <host::guest>', 'a directory the plugin may write; this alone does not let it read'],
  ['--allow-env <name[=value]>', 'a variable the plugin sees; without a value, the one that is set here'],
  ['--allow-run', 'lets a native program run'],
  ['--deny-read <host::guest>', 'refused, whatever else allows it'],
  ['--deny-write <host::guest>', 'refused, whatever else allows it'],
  ['--deny-env <name>', 'refused, whatever else allows it'],
  ['--deny-run', 'refused, whatever else allows it'],
  ['--deny-clocks', 'ends the plugin when it asks for the time'],
  ['--deny-random', 'ends the plugin when it asks for random bytes'],
  ['--dir <host::guest>', 'a directory the plugin may read and write, as in wasmtime'],
  ['--env <name[=value]>', 'the same as --allow-env, as in wasmtime'],
];

const collect = (value: string, all: string[] = []) => [...all, value];

/** Adds the flags of grants and `--policy` to a command. */
export function addGrantOptions(command: Command): Command {
  for (const [flag, description] of FLAGS) {
    const option = new Option(flag, description);
    command.addOption(flag.includes('<') ? option.argParser(collect) : option);
  }
  return command.option('--policy <file>', 'a policy, beyond which nothing is granted');
}
