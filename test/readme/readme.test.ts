/**
 * What the README tells people to type works, as it stands there, in a copy of this checkout; what it says is printed is
 * printed. The one block that is not run is `npm test`: this is what it runs.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guestFolder } from '../../guests/build.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const blocks = readBlocks(readFileSync(join(root, 'README.md'), 'utf8'));
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

it('has the two commands that do everything', () => {
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
  expect(commands.slice(0, 2)).toEqual(['npm run demo', 'npm test']);
});

describe('shell blocks', () => {
  it.each(blocks.filter(({ language, text }) => language === 'sh' && text !== 'npm test'))(
    '$text',
    ({ text, output }) => {
      const { stdout } = run(text);
      if (output === undefined) expect(stdout).not.toBe('');
      // npm says first what it runs.
      else expect(stdout.slice(-output.length - 1)).toBe(`${output}\n`);
    },
    generous,
  );
});

describe('TypeScript blocks', () => {
  it.each(blocks.filter(({ language }) => language === 'ts'))(
    'the one on line $line',
    ({ text, output, line }) => {
      const file = `examples/readme-${line}.ts`;
      writeFileSync(join(copy, file), text);
      writeFileSync(
        join(copy, 'tsconfig.readme.json'),
        JSON.stringify({ extends: './tsconfig.json', include: [file], exclude: [] }),
      );
      run('npx tsc -p tsconfig.readme.json');
      expect(run(`npx tsx ${file}`).stdout).toBe(`${output}\n`);
    },
    generous,
  );
});

interface Block {
  language: string;
  text: string;
  line: number;
  /** The text block right after this one: what it prints. */
  output?: string;
}

function readBlocks(markdown: string): Block[] {
  const found: (Block & { end: number })[] = [];
  for (const match of markdown.matchAll(/^```(\w+)\n(.*?)\n```$/gms)) {
    const [whole, language, text] = match as unknown as [string, string, string];
    const last = found.at(-1);
    if (language === 'text' && last !== undefined && markdown.slice(last.end, match.index).trim() === '') {
      last.output = text;
      continue;
    }
    const line = markdown.slice(0, match.index).split('\n').length;
    found.push({ language, text, line, end: match.index + whole.length });
  }
  return found;
}

function run(command: string): { stdout: string } {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', npm_config_update_notifier: 'false' };
  // npx notes which folders it has run; the copy is soon gone.
  env.npm_config_cache = join(copy, '.npm-cache');
  const { stdout, stderr, status } = spawnSync(`set -e\n${command}`, { cwd: copy, encoding: 'utf8', shell: true, env });
  if (status !== 0) throw new Error(`${command} ended with exit code ${status}\n${stdout}\n${stderr}`);
  return { stdout };
}
