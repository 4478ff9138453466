import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { isatty } from 'node:tty';
import { hatchwayError, quote } from '../errors/index.js';
import { type AuditSink, type Grants, Permissions } from '../grants/index.js';
import { EMPTY_STDIN, type Stdin, WasiContext } from '../wasi/index.js';
import type { InstanceLimits } from './limits.js';
import { Output, type OutputOption } from './output.js';

/**
 * What a guest reads as its standard input: bytes, a regular file, or (`inherit`) this process' own, for a program whose only
 * job is the guest. A guest holds the thread while it reads, so nothing that an app streams in could arrive.
 */
export type InputOption = Uint8Array | { readonly file: string } | 'inherit';

/** The options of an instance that set up its sandbox. */
export const SANDBOX_OPTIONS: readonly string[] = ['grants', 'args', 'stdin', 'stdout', 'stderr'];

/** How the sandbox of one instance is set up. */
export interface SandboxOptions {
  /** Arguments after the program's name. Default: none, not even the name. */
  readonly args?: readonly string[];
  /** Default: empty. */
  readonly stdin?: InputOption;
  /** Default: `collect`. */
  readonly stdout?: OutputOption;
  /** Default: `collect`. */
  readonly stderr?: OutputOption;
  /** Default: 64 MiB of memory, 5 s for a call, 100 ms of waiting in it. */
  readonly limits?: InstanceLimits;
}

/** The surroundings of one instance: what it may do, and where its output goes. */
export class Sandbox {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly permissions: Permissions;
  readonly wasi: WasiContext;
  #stdinFile: number | undefined;
  #ended = false;

  /** @throws HatchwayError `option` or `not-found` for a standard input that cannot be had. */
  constructor(
    name: { readonly plugin: string; readonly instance: string },
    grants: Grants,
    /** Milliseconds that a call may wait; `Infinity` for no limit. */
    waiting: number,
    options: SandboxOptions,
    audit: AuditSink | undefined,
  ) {
    this.permissions = new Permissions(name, grants, audit);
    this.stdout = new Output(name, 'stdout', options.stdout);
    this.stderr = new Output(name, 'stderr', options.stderr);
    const { args, stdin } = options;
    this.wasi = new WasiContext({
      name,
      permissions: this.permissions,
      args: args === undefined ? [] : [basename(name.plugin), ...args],
      stdin: this.#stdin(stdin),
      stdout: this.stdout,
      stderr: this.stderr,
      terminals: {
        stdin: stdin === 'inherit' && isatty(0),
        stdout: options.stdout === 'inherit' && isatty(1),
        stderr: options.stderr === 'inherit' && isatty(2),
      },
      waiting,
    });
  }

  /** The instance has ended: what it held of the host is given back. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.wasi.dispose();
    if (this.#stdinFile !== undefined) closeSync(this.#stdinFile);
    this.stdout.end();
    this.stderr.end();
  }

  #stdin(option: InputOption | undefined): Stdin {
    if (option === undefined) return EMPTY_STDIN;
    if (option === 'inherit') return { kind: 'descriptor', fd: 0 };
    if (option instanceof Uint8Array) return { kind: 'bytes', bytes: option.slice() };
    this.#stdinFile = openRegularFile(option.file);
    return { kind: 'descriptor', fd: this.#stdinFile };
  }
}

function openRegularFile(path: string): number {
  let fd: number;
  try {
    // What is no file, such as a pipe, must not hold the thread until somebody opens its other end.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw hatchwayError('not-found', `stdin: ${quote(path, 200)} cannot be opened`, { cause });
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw hatchwayError('option', `stdin: ${quote(path, 200)} is not a regular file`, {
    mend: 'Pass its bytes, or a regular file: an instance on this thread cannot wait for a stream.',
  });
}
