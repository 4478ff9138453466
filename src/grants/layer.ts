import type { GrantKind } from './model.js';
import type { Secret } from './secret.js';

/** Who says what is granted, from the least to the most privileged: whose host paths and values count. */
export type LayerKind = 'manifest' | 'app' | 'flags' | 'policy';

/** Everything of a word, or what is named. Nothing is the empty map. */
export type Scope<T> = 'all' | ReadonlyMap<string, T>;

/** A directory that a layer names. */
export interface PathEntry {
  /** Absolute and real. Absent where the layer leaves it to another which directory of the host this is. */
  readonly host?: string;
  /** The host path as it was written, to repeat it where a line is suggested. */
  readonly written?: string;
  /** Where it is said: `grants.read["/config"]`, `--allow-read`, a file with line and column. */
  readonly rule: string;
  /** A request only: nothing fails without it. */
  readonly optional?: boolean;
  /** A request only. */
  readonly reason?: string;
}

/** A variable that a layer names. */
export interface VariableEntry {
  /** Absent where the layer leaves it to another. */
  readonly value?: Secret;
  /** With no value in any layer: the one that hatchway itself was started with. */
  readonly inherit?: boolean;
  readonly rule: string;
  readonly optional?: boolean;
  readonly reason?: string;
}

/** What a layer says of clocks. `at` is absent for a clock that stops when the instance is made. */
export type ClocksChoice =
  | { readonly kind: 'real'; readonly resolution: number }
  | { readonly kind: 'frozen'; readonly at?: number }
  | { readonly kind: 'refused' };

export type RandomChoice =
  | { readonly kind: 'secure' }
  | { readonly kind: 'seeded'; readonly seed: bigint }
  | { readonly kind: 'refused' };

/** One choice and where it was made. */
export interface Said<T> {
  readonly value: T;
  readonly rule: string;
}

/** A path that is denied, with what is below it: as the guest calls it, as the host calls it, or both. */
export interface PathDenial {
  readonly guest: string;
  readonly host?: string;
  readonly rule: string;
}

/** What a layer denies, whoever else grants it. */
export interface Denials {
  readonly read: readonly PathDenial[];
  readonly write: readonly PathDenial[];
  /** By name; `*` is all of them. */
  readonly env: ReadonlyMap<string, string>;
  /** The rule, for each word that is denied as a whole. */
  readonly words: ReadonlyMap<'clocks' | 'random' | 'run', string>;
}

/**
 * What one party says: the one form that a manifest, a policy, flags and the app's `grants` become. A word that is absent is
 * one that the layer is silent on: that gives nothing, but for `clocks` and `random`, which stay on.
 */
export interface Layer {
  readonly kind: LayerKind;
  /** How it is called in sentences: `grants`, `the command line`, `plugin.json`, a policy with its line. */
  readonly name: string;
  readonly read?: Scope<PathEntry>;
  readonly write?: Scope<PathEntry>;
  readonly env?: Scope<VariableEntry>;
  readonly clocks?: Said<ClocksChoice>;
  readonly random?: Said<RandomChoice>;
  readonly run?: Said<boolean>;
  readonly deny: Denials;
  /** Whether it says nothing but denials, if that: such a layer takes away what it denies, and nothing by its silence. */
  readonly onlyDenies: boolean;
  /** What this layer is narrowed from: the entry of a policy, for what the policy says of one instance. */
  readonly wider?: Layer;
  /** A policy without an entry for the plugin: what would make one. */
  readonly unnamed?: { readonly key: string; readonly sha256: string };
  /** What a reader should know, though it is no error. */
  readonly warnings: readonly string[];
}

export const NO_DENIALS: Denials = { read: [], write: [], env: new Map(), words: new Map() };

/** What is built: the two others are words that no layer may use yet. */
export const RESERVED: readonly GrantKind[] = ['http', 'net'];
