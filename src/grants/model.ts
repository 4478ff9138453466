/** The words of a grant. */
export type GrantKind = 'read' | 'write' | 'env' | 'clocks' | 'random' | 'run' | 'http' | 'net';

/** A directory of the host that an instance finds under a path of its own. What lies below it is included. */
export interface DirectoryGrant {
  /** Absolute and normal: starts with `/`, no `.`, `..`, empty part or slash at the end (but for `/` itself). */
  readonly guest: string;
  /** Absolute. Never shown to a guest. */
  readonly host: string;
  readonly read: boolean;
  readonly write: boolean;
  /** Who said so: `grants.read`, `--allow-read`, a policy's file and line. For the audit. */
  readonly rule: string;
}

/** A variable of the environment. Its value is a secret. */
export interface VariableGrant {
  readonly name: string;
  readonly value: string;
  readonly rule: string;
}

/** What the clocks say. `refused`: asking for the time ends the instance. */
export type ClocksGrant =
  | { readonly kind: 'real' /** Nanoseconds, at least 1. Default: 1. */; readonly resolution: number }
  | { readonly kind: 'frozen' /** Milliseconds since 1970. */; readonly at: number }
  | { readonly kind: 'refused'; readonly rule: string };

/** Where random bytes come from. `seeded`: the same for the same seed. `refused`: asking for some ends the instance. */
export type RandomGrant =
  | { readonly kind: 'secure' }
  | { readonly kind: 'seeded'; readonly seed: bigint }
  | { readonly kind: 'refused'; readonly rule: string };

/** What one instance may do: the one form that manifests, policies, flags and options of the app become. */
export interface Grants {
  readonly directories: readonly DirectoryGrant[];
  readonly environment: readonly VariableGrant[];
  readonly clocks: ClocksGrant;
  readonly random: RandomGrant;
  /** Whether a native program may run. */
  readonly run: boolean;
  /** The line or flag that would allow a target, said where this instance's grants come from. */
  grantWith(kind: GrantKind, target: string): string;
  /** Which rule refuses a target that nothing here allows. */
  refusedBy(kind: GrantKind, target: string): string;
}
