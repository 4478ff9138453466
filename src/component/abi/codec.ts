import type { CoreType, Layout } from '../../wit/index.js';
import type { Context } from './context.js';

/** Core values on their way from the guest, read in order. */
export class FlatSource {
  at = 0;
  constructor(readonly values: readonly CoreValue[]) {}

  next(): CoreValue {
    return this.values[this.at++]!;
  }

  i32(): number {
    return this.values[this.at++] as number;
  }
}

export type CoreValue = number | bigint;

/**
 * How values of one type cross the boundary. Built once for a type; a call does no dispatch on types. `load` and `store`
 * work on memory that was checked to be there; `lift` and `lower` on core values.
 */
export interface Codec<T = any> {
  readonly layout: Layout;
  load(cx: Context, pointer: number): T;
  store(cx: Context, value: T, pointer: number): void;
  lift(cx: Context, source: FlatSource): T;
  lower(cx: Context, value: T, out: CoreValue[]): void;
  /** @throws Mismatch if the app's value is not of the type. */
  check(cx: Context, value: unknown): void;
  /** Present for types that are one core value and need no memory. */
  readonly scalar?: Scalar<T>;
}

export interface Scalar<T = any> {
  readonly core: CoreType;
  toCore(value: T): CoreValue;
  fromCore(value: CoreValue): T;
  check(value: unknown): void;
  /** Present for integers of up to 32 bits: their range, for calls that need nothing else. */
  readonly range?: readonly [min: number, max: number];
}
