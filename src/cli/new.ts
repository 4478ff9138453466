import { relative } from 'node:path';
import { Command, Option } from 'commander';
import { createPlugin, type PluginLanguage } from '../scaffold/index.js';
import type { Streams } from './streams.js';

interface NewOptions {
  lang: PluginLanguage;
  wit?: string;
  world?: string;
  json?: boolean;
}

/** `hatchway new`: a folder for a plugin. */
export function newCommand({ stdout }: Streams): Command {
  return new Command('new')
    .description('Make a folder for a plugin that builds and runs: WIT, source, test and README.')
    .argument('<name>', 'the name of the plugin and of its folder, such as my-plugin')
    .addOption(
      new Option('--lang <language>', 'AssemblyScript or JavaScript').choices(['as', 'js']).makeOptionMandatory(),
    )
    .option(
      '--wit <path>',
      'the world to implement: a .wit file, or a folder of them (default: a small one of its own)',
    )
    .option('--world <name>', 'which world, where there are several')
    .option('--json', 'print one JSON object, also where something is wrong')
    .addHelpText(
      'after',
      `
Examples:
  $ hatchway new hello --lang as
  $ hatchway new shout --lang js --wit relay.wit --world filter-plugin`,
    )
    .action(async (name: string, { lang, json, ...options }: NewOptions) => {
      const { folder, files, world } = await createPlugin({ name, language: lang, ...options });
      if (json) {
        stdout.write(`${JSON.stringify({ folder, language: lang, world, files }, null, 2)}\n`);
        return;
      }
      const shown = relative(process.cwd(), folder);
      stdout.write(
        `made ${shown} for the world ${world}\n  npx hatchway build ${shown}\n${shown}/README.md says how to run it\n`,
      );
    });
}
