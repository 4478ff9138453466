/** wasmparser, which wasmtime and wasm-tools validate with, in a process of its own that takes one artifact after the other. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cachePath } from '../setup/cache.js';

export interface Verdict {
  readonly nanoseconds: number;
  /** Absent where it is valid. */
  readonly error?: string;
}

const folder = fileURLToPath(new URL('reference', import.meta.url));
const target = cachePath('reference-validator');
const program = join(
  target,
  'release',
  process.platform === 'win32' ? 'reference-validator.exe' : 'reference-validator',
);

/** Where it is: `$HATCHWAY_REFERENCE`, or the cache. */
export function builtReference(): string | undefined {
  return process.env.HATCHWAY_REFERENCE ?? (existsSync(program) ? program : undefined);
}

/** Builds it unless it is there: about a minute. `undefined` where there is no Rust. */
export function provideReference(): string | undefined {
  const built = builtReference();
  if (built !== undefined) return built;
  const build = ['build', '--release', '--locked', '--target-dir', target];
  return spawnSync('cargo', build, { cwd: folder, stdio: 'inherit' }).status === 0 ? program : undefined;
}

export class Reference {
  readonly #child: ChildProcess;
  readonly #waiting: ((verdict: Verdict) => void)[] = [];

  constructor(path: string) {
    this.#child = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      const [, nanoseconds, rest] = /^(\d+) (.*)$/.exec(line)!;
      this.#waiting.shift()!({ nanoseconds: Number(nanoseconds), ...(rest === 'ok' ? {} : { error: rest! }) });
    });
  }

  validate(bytes: Uint8Array): Promise<Verdict> {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    this.#child.stdin!.write(length);
    this.#child.stdin!.write(bytes);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.#child.stdin!.end();
    await once(this.#child, 'exit');
  }
}
