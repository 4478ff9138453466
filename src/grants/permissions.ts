import { type Denial, InstanceEnd, PermissionDeniedError } from '../errors/index.js';
import { type GrantsOption, parseAppGrants } from './app.js';
import { Audit, type AuditSink } from './audit.js';
import { deepestIncluding } from './guest-path.js';
import type { ClocksGrant, DirectoryGrant, GrantKind, Grants, RandomGrant, VariableGrant } from './model.js';
import { narrowInstance } from './narrow-instance.js';

/** Why something is refused that no grant would allow as it was asked for. */
export interface Unmendable {
  /** What decided, as a sentence without its full stop. */
  readonly rule: string;
  /** What can be done instead, in place of the grant that would allow it. */
  readonly grantWith: string;
}

/** A granted directory as it stands now: what was revoked is `false` from then on. */
export class DirectoryPermission {
  readonly guest: string;
  readonly host: string;
  readonly rule: string;
  mayRead: boolean;
  mayWrite: boolean;

  constructor(grant: DirectoryGrant) {
    this.guest = grant.guest;
    this.host = grant.host;
    this.rule = grant.rule;
    this.mayRead = grant.read;
    this.mayWrite = grant.write;
  }
}

/**
 * What one instance may do now. Every capability asks here, and nowhere else, before it touches anything of the host; the
 * answers can get fewer while the instance runs, never more.
 */
export class Permissions {
  readonly directories: readonly DirectoryPermission[];
  clocks: ClocksGrant;
  random: RandomGrant;
  readonly #audit: Audit;
  readonly #grants: Grants;
  #environment: readonly VariableGrant[];

  constructor(name: { readonly plugin: string; readonly instance: string }, grants: Grants, sink?: AuditSink) {
    this.#grants = grants;
    this.#audit = new Audit(name, sink);
    this.directories = grants.directories.map((grant) => new DirectoryPermission(grant));
    this.#environment = grants.environment;
    this.clocks = grants.clocks;
    this.random = grants.random;
  }

  /** What was refused so far, each once; at most 100. */
  get denials(): readonly Denial[] {
    return this.#audit.denials;
  }

  /** The variables that the guest sees. */
  environment(): readonly (readonly [name: string, value: string])[] {
    return this.#environment.map(({ name, value, rule }) => {
      this.#audit.allowed('env', name, rule);
      return [name, value] as const;
    });
  }

  /** Records that a check let something pass. `target` as the guest names it. */
  allowed(kind: GrantKind, target: string, rule: string): void {
    this.#audit.allowed(kind, target, rule);
  }

  /**
   * Records that a check refused something. The guest then gets the error code of its interface.
   * @param why for what no grant would allow. Default: the grants say which rule refuses it, and what would allow it.
   */
  denied(kind: GrantKind, target: string, why?: Unmendable): Denial {
    return this.#audit.denied(kind, target, () => {
      if (why !== undefined) return why;
      if (this.#wasGranted(kind, target)) {
        return { rule: 'it was taken back while the instance ran', grantWith: 'a new instance, with the same grants' };
      }
      return { rule: this.#grants.refusedBy(kind, target), grantWith: this.#grants.grantWith(kind, target) };
    });
  }

  /**
   * Refuses what has no error to answer with: the instance ends.
   * @throws InstanceEnd with a `PermissionDeniedError`
   */
  refuse(kind: GrantKind, target: string): never {
    throw new InstanceEnd(new PermissionDeniedError(this.denied(kind, target)));
  }

  /**
   * Takes a grant back. Holds from the next use on, also for what is open already.
   * @param target a guest path or a variable's name. Default: all of the kind. A path takes back the mapping of that very
   * guest path.
   */
  revoke(kind: 'read' | 'write' | 'env' | 'clocks' | 'random', target?: string): void {
    switch (kind) {
      case 'env':
        this.#environment = target === undefined ? [] : this.#environment.filter((it) => it.name !== target);
        return;
      case 'clocks':
      case 'random':
        this[kind] = { kind: 'refused', rule: `${kind} was revoked` };
        return;
      default:
        for (const directory of this.directories) {
          if (target !== undefined && directory.guest !== target) continue;
          directory[kind === 'read' ? 'mayRead' : 'mayWrite'] = false;
        }
    }
  }

  /**
   * Takes back what `grants` does not name; a word that it is silent on stays as it is. Holds from the next use on. Directories
   * are kept or taken back as a whole.
   * @throws HatchwayError `grants` where it names what the instance does not have; nothing is taken back then.
   * @example permissions.narrow({ read: ['/config'], write: {}, env: [] })
   */
  narrow(grants: GrantsOption): void {
    const { directories, clocks, random } = this;
    const left = narrowInstance(
      { directories, environment: this.#environment, clocks, random },
      parseAppGrants(grants),
    );
    for (const directory of left.unreadable) directory.mayRead = false;
    for (const directory of left.unwritable) directory.mayWrite = false;
    this.#environment = left.environment;
    this.clocks = left.clocks;
    this.random = left.random;
  }

  /** Whether the instance started with what it is refused now. */
  #wasGranted(kind: GrantKind, target: string): boolean {
    const grants = this.#grants;
    switch (kind) {
      case 'read':
      case 'write':
        return deepestIncluding(new Map(grants.directories.map((it) => [it.guest, it])), target)?.[1][kind] ?? false;
      case 'env':
        return grants.environment.some(({ name }) => name === target);
      case 'clocks':
      case 'random':
        return grants[kind].kind !== 'refused';
      default:
        return false;
    }
  }

  /** The instance has ended: repeats are summed up. */
  end(): void {
    this.#audit.flush();
  }
}
