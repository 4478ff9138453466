/** Directories to try things in, and instances with grants on them. */
import { execFileSync } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isComponentError } from '../../../src/errors/index.js';
import { type AuditEvent, type DirectoryGrant, Permissions } from '../../../src/grants/index.js';
import { type Descriptor, FileSystem, type FileSystemQuotas } from '../../../src/wasi/filesystem/index.js';
import { Waiting } from '../../../src/wasi/io/index.js';

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'hatchway-files-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What the attempts are made on. */
export function fill(path: string): void {
  const at = (name: string) => join(path, name);
  mkdirSync(at('d/empty'), { recursive: true });
  writeFileSync(at('f'), 'hello');
  writeFileSync(at('d/g'), 'good day');
  linkSync(at('f'), at('hard'));
  const links: Record<string, string> = {
    'to-f': 'f',
    'to-d': 'd',
    'to-d-slash': 'd/',
    'to-f-slash': 'f/',
    'to-new': 'new',
    'd/to-f': '../f',
    'd/to-top': '..',
    absolute: '/etc/passwd',
    'absolute-d': '/etc',
    out: '../outside',
    'out-d': '..',
    'far-out': 'd/../../../../../../../../etc/passwd',
    loop: 'loop',
    'loop-a': 'loop-b',
    'loop-b': 'loop-a',
    'link-0': 'f',
  };
  for (let i = 1; i <= 41; i++) links[`link-${i}`] = `link-${i - 1}`;
  for (const [name, target] of Object.entries(links)) symlinkSync(target, at(name));
  linkSync(fifo(), at('fifo'));
}

let madeFifo: string | undefined;
/** A FIFO to link to: Node cannot make one, and starting a program for each takes long. */
function fifo(): string {
  if (madeFifo === undefined) {
    const directory = mkdtempSync(join(tmpdir(), 'hatchway-fifo-'));
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
    madeFifo = join(directory, 'fifo');
    execFileSync('mkfifo', [madeFifo]);
  }
  return madeFifo;
}

/** Everything below a directory, with what it is: to see that nothing has changed. */
export function tree(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    const stats = lstatSync(path);
    const line = `${path} ${stats.mode.toString(8)} ${stats.size} ${stats.mtimeMs} ${stats.nlink}`;
    return stats.isDirectory() ? [line, ...tree(path)] : [line];
  });
}

export type Right = 'read' | 'write';

export interface Granted {
  readonly files: FileSystem;
  readonly permissions: Permissions;
  /** The descriptor of the first directory. */
  readonly root: Descriptor;
  readonly events: AuditEvent[];
}

export function grant(guest: string, host: string, ...rights: Right[]): DirectoryGrant {
  return { guest, host, read: rights.includes('read'), write: rights.includes('write'), rule: 'the test' };
}

/** An instance with these directories. */
export function instance(directories: readonly DirectoryGrant[], quotas?: FileSystemQuotas): Granted {
  const name = { plugin: 'probe', instance: 'probe' };
  const events: AuditEvent[] = [];
  const permissions = new Permissions(
    name,
    {
      directories,
      environment: [],
      clocks: { kind: 'real', resolution: 1 },
      random: { kind: 'secure' },
      run: false,
      grantWith: (kind, target) => `--allow-${kind}=${target}`,
      refusedBy: () => 'nobody granted it',
    },
    (event) => events.push(event),
  );
  const files = new FileSystem(permissions, new Waiting(name, 100, process.hrtime.bigint), quotas);
  onTestFinished(() => files.dispose());
  return { files, permissions, root: files.preopens()[0]!.descriptor, events };
}

/** The error code that something ends with, or `ok`. What is no error for a guest is thrown on. */
export function code(action: () => unknown): string {
  try {
    action();
    return 'ok';
  } catch (error) {
    if (isComponentError(error) && typeof error.payload === 'string') return error.payload;
    throw error;
  }
}

export const bytes = (text: string) => new TextEncoder().encode(text);
export const text = (of: Uint8Array) => new TextDecoder().decode(of);
