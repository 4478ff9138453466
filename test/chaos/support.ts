/** Folders of native plugins that misbehave, and what is left of them. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeWit } from '../wit/encode.js';

const WIT = `
package test:chaos;

interface host {
  ask: func() -> string;
}

interface api {
  echo: func(text: string) -> string;
}

world plugin {
  import host;
  export api;
}
`;

const misbehave = fileURLToPath(new URL('./misbehave.mjs', import.meta.url));

/** Where plugins of one test file are; removed with `remove`. */
export class Plugins {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'hatchway-chaos-')));
  #count = 0;

  private constructor(readonly world: Uint8Array) {}

  static async make(): Promise<Plugins> {
    return new Plugins(await encodeWit(WIT, 'plugin'));
  }

  /** A plugin that misbehaves in a way of `misbehave.mjs`. */
  misbehaving(mode: string, carrier = 'fd3'): string {
    const folder = this.folder({ interpreter: 'node', path: 'main.mjs', args: [mode], carrier });
    cpSync(misbehave, join(folder, 'main.mjs'));
    return folder;
  }

  /** A plugin whose program is these bytes. */
  program(bytes: string | Uint8Array, mode = 0o755): string {
    const folder = this.folder({ path: 'program' });
    writeFileSync(join(folder, 'program'), bytes, { mode });
    return folder;
  }

  /** A folder with a native program for any machine. */
  folder(program: object, permissions: object = {}): string {
    const folder = join(this.root, `${++this.#count}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'world.wasm'), this.world);
    const manifest = { id: 'chaos', version: '1.0.0', artifacts: { native: { any: program } }, permissions };
    writeFileSync(join(folder, 'plugin.json'), JSON.stringify(manifest));
    return folder;
  }

  /** Processes that run a file of one of these plugins. */
  running(): string[] {
    return processes((command) => command.includes(this.root));
  }

  commandOf(pid: string): string {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    } catch {
      return '';
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

/** The numbers of the processes whose command line is like that. */
export function processes(wanted: (command: string) => boolean): string[] {
  return readdirSync('/proc')
    .filter((it) => /^\d+$/.test(it))
    .filter((pid) => {
      try {
        return (
          wanted(readFileSync(`/proc/${pid}/cmdline`, 'latin1')) &&
          !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
        );
      } catch {
        return false;
      }
    });
}

/** How many descriptors this process has open. */
export function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Waits until something holds; fails after so many milliseconds. */
export async function until(holds: () => boolean, milliseconds = 5000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
