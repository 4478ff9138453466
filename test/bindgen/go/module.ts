/** A Go module of generated packages, and what Go's own tools say of it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateGo } from '../../../src/bindgen/index.js';
import type { EncodedWorld } from '../../../src/toolchain/index.js';
import { go } from '../../native/go-guests.js';

const runtime = fileURLToPath(new URL('../../../native/go', import.meta.url));

export class GoModule {
  readonly folder = mkdtempSync(join(tmpdir(), 'hatchway-go-'));

  constructor() {
    const name = 'github.com/hatchway/hatchway/native/go';
    const replace = `replace ${name} => ${JSON.stringify(runtime)}`;
    this.write('go.mod', `module generated\n\ngo 1.24\n\nrequire ${name} v0.0.0\n\n${replace}\n`);
  }

  write(path: string, text: string | Uint8Array): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** The package of a world, in a folder. */
  add(folder: string, { world, encoded }: EncodedWorld): void {
    for (const file of generateGo(world, encoded))
      this.write(`${folder}/${file.path}`, 'text' in file ? file.text : file.bytes);
  }

  /** What `go` prints; throws where it fails. */
  run(...args: string[]): string {
    return this.#run(go!, args);
  }

  /** The files that gofmt would change. */
  format(): string {
    return this.#run(go!.replace(/go$/, 'gofmt'), ['-l', '.']);
  }

  #run(command: string, args: readonly string[]): string {
    const env = { ...process.env, GOPROXY: 'off', GOWORK: 'off', GOFLAGS: '-mod=mod' };
    const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: this.folder, env, encoding: 'utf8' });
    if (error) throw error;
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
