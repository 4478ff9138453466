/** Runs the command line inside this process, on components assembled from `guests/wat/cli`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco';
import { afterAll, beforeAll } from 'vitest';
import { runCommandLine } from '../../src/cli/index.js';

const sources = new URL('../../guests/wat/cli/', import.meta.url);

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** What a command line prints and answers, on terminals with colours or into pipes. */
export async function hatchway(args: readonly string[], { colours = false } = {}): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
    hasColors: () => colours,
  });
  const code = await runCommandLine(args, { stdout: stream('stdout'), stderr: stream('stderr') });
  return { code, ...written };
}

/** A folder for the tests of a file, with the assembled components in it; gives the path of a file there. */
export function useFolder(): {
  path(name: string): string;
  write(name: string, contents: string | Uint8Array): string;
} {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hatchway-cli-'));
    for (const file of readdirSync(sources)) {
      const component = await parse(readFileSync(new URL(file, sources), 'utf8'));
      writeFileSync(join(folder, file.replace(/\.wat$/, '.wasm')), component);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  return {
    path,
    write: (name, contents) => {
      writeFileSync(path(name), contents);
      return path(name);
    },
  };
}
