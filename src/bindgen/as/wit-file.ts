import { Source } from './source.js';

const texts: Readonly<Record<string, string>> = {
  Char: `
/** A WIT \`char\`: a Unicode code point that is no surrogate; see \`String.fromCodePoint\` and \`codePointAt\`. */
export type Char = i32;`,
  Unit: `
/** What a side of a \`Result\` without a value has: \`Result.ok<Unit, string>(unit)\`. */
export type Unit = bool;
export const unit: Unit = false;`,
  Option: `
/** A WIT \`option\` of what has no null of its own; any other is \`T | null\`. */
export class Option<T> {
  private constructor(readonly isSome: bool, private readonly some: T) {}
  static some<T>(value: T): Option<T> { return new Option<T>(true, value); }
  static none<T>(): Option<T> { return new Option<T>(false, nothing<T>()); }
  get isNone(): bool { return !this.isSome; }
  /** The value; a trap if there is none. */
  get value(): T { assert(this.isSome, "this option is none"); return this.some; }
}`,
  Result: `
/** A WIT \`result\`: \`Result.ok<T, E>(value)\` or \`Result.err<T, E>(error)\`. */
export class Result<T, E> {
  private constructor(readonly isOk: bool, private readonly ok: T, private readonly err: E) {}
  static ok<T, E>(value: T): Result<T, E> { return new Result<T, E>(true, value, nothing<E>()); }
  static err<T, E>(error: E): Result<T, E> { return new Result<T, E>(false, nothing<T>(), error); }
  get isErr(): bool { return !this.isOk; }
  /** The value; a trap if it is an error. */
  get value(): T { assert(this.isOk, "this result is an error"); return this.ok; }
  /** The error; a trap if it is none. */
  get error(): E { assert(!this.isOk, "this result is not an error"); return this.err; }
}`,
  nothing: `
function nothing<T>(): T {
  if (isReference<T>()) return changetype<T>(<usize>0);
  return <T>0;
}`,
};

/** `wit.ts`: the types of WIT that AssemblyScript has none of, as far as they are used. */
export function witFile(used: ReadonlySet<string>): string {
  const out = new Source();
  out.line('/** The types of WIT that AssemblyScript does not have. */');
  const needed = new Set(used);
  if (needed.has('Option') || needed.has('Result')) needed.add('nothing');
  for (const [name, text] of Object.entries(texts)) {
    if (!needed.has(name)) continue;
    out.gap();
    out.line(...text.trim().split('\n'));
  }
  const sizes = [...used].filter((name) => name.startsWith('Tuple')).map((name) => Number(name.slice(5)));
  for (const size of sizes.sort((a, b) => a - b)) {
    const types = Array.from({ length: size }, (_, i) => `T${i}`);
    out.gap();
    out.block(`export class Tuple${size}<${types.join(', ')}>`, () =>
      out.line(`constructor(${types.map((type, i) => `public _${i}: ${type}`).join(', ')}) {}`),
    );
  }
  return out.toString();
}
