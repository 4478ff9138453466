import { relative } from 'node:path';
import { Command } from 'commander';
import { buildPlugin, diagnosticText, type Language } from '../build/index.js';
import { quote } from '../errors/index.js';
import { sizeText } from './size.js';
import { type Streams, styled } from './streams.js';

interface BuildCommandOptions {
  wit?: string;
  world?: string;
  out?: string;
  json?: boolean;
}

const LANGUAGES: Readonly<Record<Language, string>> = {
  as: 'AssemblyScript',
  js: 'JavaScript',
  wasm: 'a core module',
};

/** Milliseconds after which one wonders what is going on. */
const PATIENCE = 1000;

/** `hatchway build`: a plugin's sources to a component. */
export function buildCommand(streams: Streams): Command {
  return new Command('build')
    .description(
      'Build a plugin in AssemblyScript, TypeScript or JavaScript, or a WASI preview 1 module, into a component.',
    )
    .argument('<plugin>', 'its folder, or a file to start from')
    .option('--wit <path>', 'a .wit file, or a folder of them (default: the folder wit beside the plugin)')
    .option('--world <name>', 'the world to build for (default: the only one)')
    .option('-o, --out <file>', 'where the component goes (default: build/NAME.wasm in the folder)')
    .option('--json', 'print one JSON object, also where something is wrong')
    .addHelpText(
      'after',
      `
Examples:
  $ hatchway build shout
  $ hatchway build plugin.js --wit relay.wit --world filter-plugin --out title.wasm

A folder with assembly/plugin.ts is AssemblyScript; with plugin.ts or plugin.js it is TypeScript or JavaScript. What was
built before is taken from a cache. Ctrl-C leaves nothing behind.`,
    )
    .action(async (path: string, { json, ...options }: BuildCommandOptions) => {
      const started = performance.now();
      const progress = reportProgress(streams);
      try {
        const { warnings, ...built } = await buildPlugin(path, { ...options, onProgress: progress.step });
        progress.end();
        for (const warning of json ? [] : warnings) streams.stderr.write(`warning: ${diagnosticText(warning)}\n`);
        if (json) {
          streams.stdout.write(`${JSON.stringify({ ...built, warnings }, null, 2)}\n`);
          return;
        }
        const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
        const how = built.cached ? 'unchanged since it was built' : `${LANGUAGES[built.language]}, ${seconds}`;
        const short = relative(process.cwd(), built.path);
        const shown = /^[\w./\\@ +-]+$/.test(short) ? short : quote(short, 400);
        streams.stdout.write(`${shown}  ${sizeText(built.size)}  ${styled(streams.stdout, 'dim', how)}\n`);
      } finally {
        progress.end();
      }
    });
}

/** Says what takes longer than a second, once it has. */
function reportProgress({ stderr }: Streams): { step(text: string): void; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const end = () => clearTimeout(timer);
  let late = false;
  let current = '';
  const say = () => stderr.write(`${styled(stderr, 'dim', `${current} …`)}\n`);
  return {
    step: (text) => {
      current = text;
      if (late) say();
      timer ??= setTimeout(() => {
        late = true;
        say();
      }, PATIENCE);
    },
    end,
  };
}
