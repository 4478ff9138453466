/** How long `hatchway build` takes, and how large what it builds is. Whole commands, as one types them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../measure.js';
import type { Result } from '../row.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const WIT = 'package bench:build; world plugin { export greet: func(name: string) -> string; }';
const SOURCES = {
  as: ['assembly/plugin.ts', 'export function greet(name: string): string { return "Hello, " + name; }'],
  js: ['plugin.js', 'export const greet = (name) => "Hello, " + name;'],
} as const;

/** Each is built with an empty cache, and once more with what that left. */
export async function buildRows(rounds: number): Promise<{ times: Result; sizes: Result }> {
  const times = new Map<string, number[]>();
  const sizes = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'hatchway-bench-'));
    try {
      for (const [language, [path, text]] of Object.entries(SOURCES)) {
        const plugin = join(folder, language);
        mkdirSync(join(plugin, 'assembly'), { recursive: true });
        writeFileSync(join(plugin, 'plugin.wit'), WIT);
        writeFileSync(join(plugin, path), text);
        for (const kind of ['new', 'known']) {
          const name = `${language === 'as' ? 'AssemblyScript' : 'JavaScript'}, ${kind}`;
          times.set(name, [...(times.get(name) ?? []), build(plugin, join(folder, 'cache'))]);
        }
        sizes.set(language, statSync(join(plugin, 'build', `${language}.wasm`)).size / 1024);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const first = median([...times.values()][0]!);
  return {
    times: {
      ...{ id: 'build', title: 'hatchway build', unit: 'ns', goals: [] },
      figures: [...times].map(([subject, values]) => ({
        subject,
        value: median(values),
        ratio: median(values) / first,
      })),
    },
    sizes: {
      ...{ id: 'size', title: 'the component of a small plugin', unit: 'KB', goals: [] },
      figures: [...sizes].map(([language, value]) => ({
        ...{ subject: language === 'as' ? 'AssemblyScript' : 'JavaScript', value, ratio: value / sizes.get('as')! },
      })),
    },
  };
}

/** Nanoseconds. */
function build(plugin: string, cache: string): number {
  const started = process.hrtime.bigint();
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'build', plugin], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`hatchway build ended with exit code ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - started);
}
