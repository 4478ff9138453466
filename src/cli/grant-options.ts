import { type Command, Option } from 'commander';
import { GRANT_FLAGS } from '../grants/index.js';

const collect = (value: string, all: string[] = []) => [...all, value];

/** Adds the flags of grants, `--policy` and `--audit` to a command. Those with a value may be given more than once. */
export function addGrantOptions(command: Command): Command {
  for (const { flag, description } of GRANT_FLAGS) {
    const option = new Option(flag, description);
    command.addOption(flag.includes('<') ? option.argParser(collect) : option);
  }
  return command.option('--audit <file>', 'append each check of a grant to a file, one JSON object a line');
}
