import { type Denial, InstanceEnd, PermissionDeniedError } from '../errors/index.js';
import { Audit, type AuditSink } from './audit.js';
import type { ClocksGrant, DirectoryGrant, GrantKind, Grants, RandomGrant, VariableGrant } from './model.js';

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
  #environment: readonly VariableGrant[];

  constructor(
    name: { readonly plugin: string; readonly instance: string },
    private readonly grants: Grants,
    sink?: AuditSink,
  ) {
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

  /** Records that a check refused something. The guest then gets the error code of its interface. */
  denied(kind: GrantKind, target: string): Denial {
    return this.#audit.denied(kind, target, () => ({
      rule: this.grants.refusedBy(kind, target),
      grantWith: this.grants.grantWith(kind, target),
    }));
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

  /** The instance has ended: repeats are summed up. */
  end(): void {
    this.#audit.flush();
  }
}
