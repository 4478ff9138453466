/** A directory with a file of 1 MiB one level down, and descriptors of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Permissions } from '../../src/grants/index.js';
import { type Descriptor, FileSystem } from '../../src/wasi/filesystem/index.js';
import { Waiting } from '../../src/wasi/io/index.js';

export const SIZE = 1 << 20;

let directory: string | undefined;

/** Made once for all rows, and removed when the process ends. */
export function host(): string {
  if (directory === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'hatchway-bench-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    mkdirSync(join(made, 'd'));
    writeFileSync(join(made, 'd', 'f'), new Uint8Array(SIZE));
    directory = made;
  }
  return directory;
}

/** The directory as an instance has it. */
export function hatchway(write: boolean): Descriptor {
  const name = { plugin: 'bench', instance: 'bench' };
  const permissions = new Permissions(name, {
    directories: [{ guest: '/data', host: host(), read: true, write, rule: 'bench' }],
    environment: [],
    clocks: { kind: 'real', resolution: 1 },
    random: { kind: 'secure' },
    run: false,
    grantWith: (kind, target) => `--allow-${kind}=${target}`,
    refusedBy: () => 'bench',
  });
  return new FileSystem(permissions, new Waiting(name, 0, process.hrtime.bigint)).preopens()[0]!.descriptor;
}

/** The directory as jco's shim has it. */
export async function shim(): Promise<Descriptor> {
  const { preopens, _setPreopens } = (await import('@bytecodealliance/preview2-shim/filesystem')) as any;
  _setPreopens({ '/data': host() });
  return preopens.getDirectories()[0][0];
}
