import { quote } from '../../errors/index.js';
import type { DirectoryPermission, Permissions, Unmendable } from '../../grants/index.js';
import type { Waiting } from '../io/index.js';
import { failure } from './codes.js';
import { type Opened, OpenedSet, type Usage } from './opened.js';
import { guestPath, isWithin } from './path.js';

/** What the descriptors and streams of one instance share: its permissions, and the checks of them. */
export class Context {
  readonly opened: OpenedSet;
  /** The device of `/proc`: what is there is no file of anyone's but this process' memory, environment and descriptors. */
  processes: number | undefined;

  constructor(
    private readonly permissions: Permissions,
    readonly waiting: Waiting,
    readonly usage: Usage,
    /** Keys the hashes of this instance. */
    readonly key: Uint8Array,
  ) {
    this.opened = new OpenedSet(usage);
  }

  /**
   * Lets pass who may read what is open, or a path below it, now.
   * @throws ComponentError `not-permitted`
   */
  mayRead(opened: Opened, path = ''): void {
    if (!opened.mapping.mayRead) this.refuse('read', opened.guest, path);
  }

  /** @throws ComponentError `not-permitted` */
  mayWrite(opened: Opened, path = ''): void {
    if (!opened.mapping.mayWrite) this.refuse('write', opened.guest, path);
  }

  /**
   * Lets pass who may see attributes: of a mapping that is granted in any way. Names and contents need `read`, but who may
   * write a file has to be able to ask how long it is.
   */
  mayLook(opened: Opened, path = ''): void {
    if (!opened.mapping.mayRead && !opened.mapping.mayWrite) this.refuse('read', opened.guest, path);
  }

  /** Records what a check let pass. */
  allowed(kind: 'read' | 'write', opened: Opened, path: string): void {
    this.permissions.allowed(kind, `${opened.guest === '/' ? '' : opened.guest}/${path}`, opened.mapping.rule);
  }

  /**
   * Refuses what the grant may well include by its name, but not where that leads.
   * @throws ComponentError `not-permitted`
   */
  refuseEscape(kind: 'read' | 'write', { guest, mapping }: Opened, path: string): never {
    this.refuse(kind, guest, path, {
      rule: `it leads out of ${quote(mapping.guest, 200)}, and links and ".." are followed inside a granted directory only`,
      grantWith: 'nothing can by this path; grant the directory it leads to under a path of its own, and use that',
    });
  }

  /** @throws ComponentError `not-permitted` */
  refuseProcesses(kind: 'read' | 'write', { guest }: Opened, path: string): never {
    this.refuse(kind, guest, path, {
      rule: 'it is part of /proc, which tells of processes of the host and is never granted',
      grantWith: 'nothing can',
    });
  }

  /**
   * @param why for what no grant would allow
   * @throws ComponentError `not-permitted`
   */
  refuse(kind: 'read' | 'write', guest: string, path: string, why?: Unmendable): never {
    this.permissions.denied(kind, guestPath(guest, path), why);
    throw failure('not-permitted');
  }

  /**
   * What is not behind the virtual root. A program that reaches for a path nobody granted looks for it here.
   * @throws ComponentError `no-entry`
   */
  nothing(kind: 'read' | 'write', path: string): never {
    const target = guestPath('/', path);
    if (!this.permissions.directories.some((it: DirectoryPermission) => isWithin(it.guest, target))) {
      this.permissions.denied(kind, target);
    }
    throw failure('no-entry');
  }
}
