import type { Permissions } from '../grants/index.js';
import type { WasiPackage } from '../wit/index.js';
import {
  type CommandLine,
  cliInterfaces,
  type StandardOutput,
  type Stdin,
  StdinReader,
  type Terminals,
} from './cli/index.js';
import { Clock, clockInterfaces } from './clocks/index.js';
import { FileSystem, filesystemInterfaces } from './filesystem/index.js';
import { httpInterfaces } from './http/index.js';
import { ioInterfaces, Waiting } from './io/index.js';
import { Random, randomInterfaces } from './random/index.js';
import { socketInterfaces } from './sockets/index.js';

export interface WasiOptions {
  readonly name: { readonly plugin: string; readonly instance: string };
  readonly permissions: Permissions;
  /** The program's name first. */
  readonly args: readonly string[];
  readonly stdin: Stdin;
  readonly stdout: StandardOutput;
  readonly stderr: StandardOutput;
  readonly terminals: Terminals;
  /** Milliseconds that a call may wait in total while it holds the thread; `Infinity` for no limit. */
  readonly waiting: number;
}

/** The WASI of one instance: its capabilities, each behind the instance's permissions. Every face is a view of one. */
export class WasiContext {
  readonly name: WasiOptions['name'];
  readonly permissions: Permissions;
  readonly clock: Clock;
  readonly random: Random;
  readonly waiting: Waiting;
  readonly commandLine: CommandLine;
  #fileSystem: FileSystem | undefined;

  constructor(options: WasiOptions) {
    const { name, permissions } = options;
    this.name = name;
    this.permissions = permissions;
    this.clock = new Clock(permissions);
    this.random = new Random(permissions);
    this.waiting = new Waiting(name, options.waiting, () => this.clock.elapsed());
    this.commandLine = {
      args: options.args,
      stdin: new StdinReader(options.stdin, this.waiting),
      stdout: options.stdout,
      stderr: options.stderr,
      terminals: options.terminals,
    };
  }

  /** Opens the granted directories when a face first asks. */
  get fileSystem(): FileSystem {
    this.#fileSystem ??= new FileSystem(this.permissions, this.waiting);
    return this.#fileSystem;
  }

  /**
   * Opens the granted directories now.
   * @throws HatchwayError for one that cannot be opened, or cannot be kept apart on this machine.
   */
  openDirectories(): void {
    void this.fileSystem;
  }

  /** The interfaces of the WASI 0.2 packages that are asked for. */
  interfaces(packages: Iterable<WasiPackage>): Record<string, object> {
    const interfaces: Record<string, object> = {};
    for (const name of packages) Object.assign(interfaces, PACKAGES[name](this));
    return interfaces;
  }

  /** The instance has ended: what it holds of the host is given back. */
  dispose(): void {
    this.#fileSystem?.dispose();
    this.permissions.end();
  }
}

const PACKAGES: Readonly<Record<WasiPackage, (context: WasiContext) => Record<string, object>>> = {
  'wasi:io': ({ waiting }) => ioInterfaces(waiting),
  'wasi:cli': ({ name, permissions, waiting, commandLine }) => cliInterfaces(name, permissions, waiting, commandLine),
  'wasi:clocks': ({ clock, waiting }) => clockInterfaces(clock, waiting),
  'wasi:random': ({ random, waiting }) => randomInterfaces(random, waiting),
  'wasi:filesystem': ({ fileSystem }) => filesystemInterfaces(fileSystem),
  'wasi:sockets': ({ permissions }) => socketInterfaces(permissions),
  'wasi:http': ({ permissions, waiting }) => httpInterfaces(permissions, waiting),
};
