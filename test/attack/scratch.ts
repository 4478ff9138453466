/** What an attack finds: a folder that is granted, beside one that is not. */
import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const SECRET = 'the secret of the host';

/** A fresh folder with `data`, which rows grant, and `outside`, which none does. */
export class Scratch {
  readonly path = mkdtempSync(join(tmpdir(), 'hatchway-attack-'));

  constructor() {
    mkdirSync(join(this.path, 'outside/deep'), { recursive: true });
    writeFileSync(join(this.path, 'outside/secret'), SECRET);
    writeFileSync(join(this.path, 'outside/deep/file'), SECRET);
    mkdirSync(join(this.path, 'data/inner'), { recursive: true });
    writeFileSync(join(this.path, 'data/file'), 'data');
    writeFileSync(join(this.path, 'data/inner/file'), 'inner data');
    linkSync(join(this.path, 'data/file'), join(this.path, 'data/hard'));
    const link = (target: string, name: string) => symlinkSync(target, join(this.path, 'data', name));
    link('file', 'link-in');
    link('inner', 'link-in-folder');
    link('../outside/secret', 'link-out');
    link('../outside', 'link-out-folder');
    link(join(this.path, 'outside/secret'), 'link-absolute');
    link('/proc/self/environ', 'link-proc');
    link('nowhere', 'link-dangling');
    link('../outside/new', 'link-dangling-out');
    link('loop-b', 'loop-a');
    link('loop-a', 'loop-b');
    execFileSync('mkfifo', [join(this.path, 'data/fifo')]);
  }

  /** Everything outside of `data`, to see that nothing was changed there. */
  outside(): string {
    const folder = join(this.path, 'outside');
    const names = readdirSync(folder, { recursive: true }).map(String).sort();
    return JSON.stringify([readdirSync(this.path).sort(), names, readFileSync(join(folder, 'secret'), 'utf8')]);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
