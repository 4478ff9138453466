/**
 * What the README and the page on grants tell people to type works, as it stands there, in a copy of this checkout; what they say
 * is printed is printed. The one block that is not run is `npm test`: this is what it runs.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guestFolder } from '../../guests/build.js';
import { noGo } from '../native/go-guests.js';
import { noC } from '../setup/c.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['README.md', 'docs/grants.md'].map((name) => ({
  name,
  blocks: readBlocks(readFileSync(join(root, name), 'utf8')),
}));
let copy: string;
// Milliseconds for what starts compilers; only a hang takes as long.
const generous = 300_000;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'hatchway-readme-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of listed.toString().split('\0')) {
    if (!file || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  // What takes long to get and is the same for every copy: the dependencies, and the plugins, which are rebuilt unless
  // nothing they are made of has changed.
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  cpSync(guestFolder, join(copy, 'build/guests'), { recursive: true });
  run('npm run build');
}, generous);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

it('the README has the two commands that do everything', () => {
  const commands = pages[0]!.blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
  expect(commands.slice(0, 2)).toEqual(['npm run demo', 'npm test']);
});

describe.each(pages)('$name', ({ blocks }) => {
  // In their order: what one makes the next may use.
  for (const block of blocks.filter(({ language, text }) => language !== 'text' && text !== 'npm test')) {
    const { language, text, line } = block;
    const missing = needsC(block) ? noC : needsGo(block) ? noGo : undefined;
    const name = language === 'sh' ? text : `the ${language} block on line ${line}`;
    it.skipIf(missing !== undefined)(
      missing === undefined ? name : `${name} [${missing}]`,
      () => (language === 'sh' ? runShell(block) : runTypeScript(block)),
      generous,
    );
  }
});

function runShell({ text, output, fails }: Block): void {
  // What is refused is told on standard error.
  const { stdout } = fails ? run(`exec 2>&1; ${text}`, { fails }) : run(text);
  if (output === undefined) expect(stdout).not.toBe('');
  // npm says first what it runs.
  else expect(stdout.slice(-output.length - 1)).toBe(`${output}\n`);
}

function runTypeScript({ text, output, line }: Block): void {
  const file = `examples/readme-${line}.ts`;
  writeFileSync(join(copy, file), text);
  writeFileSync(
    join(copy, 'tsconfig.readme.json'),
    JSON.stringify({ extends: './tsconfig.json', include: [file], exclude: [] }),
  );
  run('npx tsc -p tsconfig.readme.json');
  expect(run(`npx tsx ${file}`).stdout).toBe(`${output}\n`);
}

/** Whether it runs, or is about, the program in C. */
function needsC({ language, text }: Block): boolean {
  return language === 'sh' && /guests[ /]c\/|plugins\/query/.test(text);
}

/** Whether it makes, or runs, the plugin in Go. */
function needsGo({ language, text }: Block): boolean {
  return language === 'sh' && /bindgen go|--policy plugins\/policy/.test(text);
}

interface Block {
  language: string;
  text: string;
  line: number;
  /** Whether its last command ends with an exit code other than 0: `sh fails`. */
  fails: boolean;
  /** The text block right after this one: what it prints. */
  output?: string;
}

function readBlocks(markdown: string): Block[] {
  const found: (Block & { end: number })[] = [];
  for (const match of markdown.matchAll(/^```(\w+)( fails)?\n(.*?)\n```$/gms)) {
    const [whole, language, fails, text] = match as unknown as [string, string, string | undefined, string];
    const last = found.at(-1);
    if (language === 'text' && last !== undefined && markdown.slice(last.end, match.index).trim() === '') {
      last.output = text;
      continue;
    }
    const line = markdown.slice(0, match.index).split('\n').length;
    found.push({ language, text, line, fails: fails !== undefined, end: match.index + whole.length });
  }
  return found;
}

function run(command: string, { fails = false } = {}): { stdout: string } {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', npm_config_update_notifier: 'false' };
  // npx notes which folders it has run; the copy is soon gone.
  env.npm_config_cache = join(copy, '.npm-cache');
  const { stdout, stderr, status } = spawnSync(`set -e\n${command}`, { cwd: copy, encoding: 'utf8', shell: true, env });
  if ((status !== 0) !== fails) throw new Error(`${command} ended with exit code ${status}\n${stdout}\n${stderr}`);
  return { stdout };
}
