/** What is known of a plugin's types and functions where it runs: the table that its bundle carries, as JSON. */

/** A type; numbers are indices into the table of types. */
export type GuestType =
  | readonly ['bool' | 'string' | 'char' | 'float']
  | readonly ['int', name: string, min: number, max: number]
  | readonly ['bigint', name: string, bits: number, signed: boolean]
  | readonly ['list', element: number, length: number | null, typedArray: string | null]
  | readonly ['tuple', items: readonly number[]]
  | readonly ['record', fields: readonly (readonly [string, number])[]]
  | readonly ['variant', cases: readonly (readonly [string, number | null])[]]
  | readonly ['enum', cases: readonly string[]]
  | readonly ['flags', names: readonly string[]]
  | readonly ['option', some: number, nested: boolean]
  | readonly ['result', ok: number | null, error: number | null]
  | readonly ['resource', key: string, name: string];

/** What is known of a function: types are indices, `null` where there is none. */
export interface GuestFunction {
  /** As its author knows it: `filter.apply`. */
  readonly name: string;
  readonly params: readonly (readonly [string, number])[];
  readonly result: number | null;
  /** Whether it returns a `result`, and the type of its error. */
  readonly fails: boolean;
  readonly error: number | null;
  /** The whole of it in WIT. */
  readonly text: string;
}

/** A function of a resource. */
export type ClassMember = readonly [kind: 'constructor' | 'method' | 'static', name: string, fn: GuestFunction];

export type Callable = (this: unknown, ...args: unknown[]) => unknown;
export type Class = new (...args: unknown[]) => object;
