import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { CarrierKind } from '../carriers/index.js';
import { hatchwayError, quote } from '../errors/index.js';

/** What is to be run. */
export interface Program {
  /** The plugin's folder: absolute. */
  readonly folder: string;
  /** The executable, or the file that the interpreter gets: absolute, in the folder. */
  readonly path: string;
  /** What runs the file: `node` is this one. Absent: the file is an executable. */
  readonly interpreter?: string;
  readonly args?: readonly string[];
  /** What connects it with this process. Default: `fd3`. */
  readonly carrier?: CarrierKind;
  /** What was said of the files' content: by path from the folder. What is not named here is not checked. */
  readonly sha256?: ReadonlyMap<string, string>;
}

/** What is started, and what to remove when it has ended. */
export interface Prepared {
  readonly command: string;
  readonly args: readonly string[];
  remove(): Promise<void>;
}

const NOTHING = async (): Promise<void> => {};

/** The files of a plugin that run are at most so large: 1 GiB. */
const MAX_BYTES = 1 << 30;

/**
 * Makes sure that a program can be started here, and gives what to start. Where digests were given, it is a private copy of
 * what was verified: the files themselves may be changed at any time.
 * @throws HatchwayError `not-found`, `unsupported` for a program of another system or processor, `invalid` for other bytes than
 * were promised.
 */
export async function prepare(program: Program): Promise<Prepared> {
  const { folder, path, interpreter, args = [], sha256 } = program;
  const start = (file: string, remove: () => Promise<void>): Prepared =>
    interpreter === undefined
      ? { command: file, args, remove }
      : { command: interpreterPath(interpreter), args: [file, ...args], remove };
  if (sha256 === undefined || sha256.size === 0) {
    if (interpreter === undefined) await checkExecutable(path);
    return start(path, NOTHING);
  }
  const copy = await mkdtemp(join(tmpdir(), 'hatchway-program-'));
  const remove = () => rm(copy, { recursive: true, force: true });
  try {
    for (const [file, digest] of sha256) await copyVerified(join(folder, file), join(copy, file), file, digest);
    const own = join(copy, path.slice(folder.length + 1));
    if (interpreter === undefined) {
      await chmod(own, 0o500);
      await checkExecutable(own);
    }
    return start(own, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function copyVerified(from: string, to: string, name: string, expected: string): Promise<void> {
  const file = await open(from, 'r').catch((cause) => {
    throw hatchwayError('not-found', `${quote(name, 200)} cannot be read: ${cause.code}`, { cause });
  });
  let bytes: Buffer;
  try {
    const { size } = await file.stat();
    if (size > MAX_BYTES) throw hatchwayError('exhausted', `${quote(name, 200)} is larger than ${MAX_BYTES} bytes`);
    bytes = await file.readFile();
  } finally {
    await file.close();
  }
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== expected.toLowerCase()) {
    throw hatchwayError('invalid', `the sha256 of ${quote(name, 200)} is ${actual}, not ${expected}`, {
      mend: 'Use the program that was reviewed, or update the digest.',
    });
  }
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await writeFile(to, bytes, { mode: 0o400, flag: 'wx' });
}

/** Interpreters are the host's: this Node, or what its own PATH has. */
function interpreterPath(name: string): string {
  return name === 'node' ? process.execPath : name;
}

/** @throws HatchwayError `not-found` if the PATH of this process has no such interpreter. */
export async function programOf(program: Program): Promise<Program> {
  const { interpreter } = program;
  if (interpreter === undefined || interpreter === 'node' || isAbsolute(interpreter)) return program;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, interpreter);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return { ...program, interpreter: path };
  }
  throw hatchwayError('not-found', `the interpreter ${quote(interpreter, 100)} is not installed`, {
    mend: 'Install it, or have it on the PATH.',
  });
}

/** By the number of an ELF file, which of Node's processors it is for. */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [0x03, 'ia32'],
  [0x28, 'arm'],
  [0x3e, 'x64'],
  [0xb7, 'arm64'],
  [0xf3, 'riscv64'],
]);

/** Says what is wrong with a file where `spawn` would say little. */
async function checkExecutable(path: string): Promise<void> {
  const head = Buffer.alloc(256);
  const file = await open(path, 'r').catch((cause) => {
    throw hatchwayError('not-found', `the program cannot be read: ${cause.code}`, { cause });
  });
  let count: number;
  try {
    if (!(await file.stat()).isFile()) throw hatchwayError('unsupported', 'the program is not a regular file');
    count = (await file.read(head, 0, head.length, 0)).bytesRead;
  } finally {
    await file.close();
  }
  const start = head.subarray(0, count);
  if (start.subarray(0, 2).toString('latin1') === '#!') await checkScript(start);
  else if (process.platform === 'linux') checkElf(start);
  await access(path, constants.X_OK).catch((cause) => {
    throw hatchwayError('unsupported', 'the program is not executable', { cause, mend: 'chmod +x it.' });
  });
}

async function checkScript(head: Buffer): Promise<void> {
  const line = head.subarray(2).toString('utf8').split('\n')[0]!.trim();
  const interpreter = line.split(/\s+/)[0]!;
  const there = await access(interpreter, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isAbsolute(interpreter) || !there) {
    throw hatchwayError('unsupported', `the program is a script for ${quote(interpreter, 100)}, which is not here`, {
      mend: 'Install the interpreter, or name one in the manifest.',
    });
  }
}

function checkElf(head: Buffer): void {
  const magic = head.subarray(0, 4).toString('latin1');
  if (magic !== '\x7fELF') {
    const what = magic.startsWith('MZ')
      ? 'a program for Windows'
      : ['cffaedfe', 'cefaedfe', 'cafebabe'].includes(head.subarray(0, 4).toString('hex'))
        ? 'a program for macOS'
        : magic === '\0asm'
          ? 'WebAssembly'
          : 'no program';
    throw hatchwayError('unsupported', `the file is ${what}`, {
      mend: magic === '\0asm' ? 'Name it as the wasm artifact.' : 'Build it for this machine, or name its interpreter.',
    });
  }
  const machine = head.length < 20 ? 0 : head.readUInt16LE(18);
  const built = MACHINES.get(machine);
  if (built !== process.arch) {
    throw hatchwayError(
      'unsupported',
      `the program is for ${built ?? `the processor ${machine}`}, and this machine is ${process.arch}`,
      { mend: 'Build it for this machine.' },
    );
  }
}

/** The encoded world of a plugin's folder. */
export async function readWorld(path: string): Promise<Uint8Array> {
  return readFile(path);
}
