/** Codecs at work on a memory of their own, without a guest: what a realloc would answer, and what was asked of it. */
import { expect } from 'vitest';
import {
  Codecs,
  Context,
  type CoreValue,
  type Face,
  type HandleScope,
  LIFT_BUDGET,
  Mismatch,
  type ResourceFace,
  type StringEncoding,
  Trap,
} from '../../../src/component/abi/index.js';
import type { PrimitiveKind, TypeDefinition, ValueType } from '../../../src/wit/index.js';

/** Where the first room is that is asked for; the next follow, aligned. */
export const HEAP = 64;
/** What the memory is full of where nothing was written. */
export const BLANK = 0xaa;

/** Notes what is asked of the instance: `take 3 of 0` and so on. */
export class RecordingScope implements HandleScope {
  mayLeave = true;
  readonly asked: string[] = [];

  constructor(readonly resources: readonly ResourceFace[] = []) {}

  #note(what: string, answer: number): number {
    this.asked.push(what);
    return answer;
  }

  liftOwn = (slot: number, handle: number) => this.#note(`liftOwn ${slot} ${handle}`, 100 + handle);
  liftBorrow = (slot: number, handle: number) => this.#note(`liftBorrow ${slot} ${handle}`, 200 + handle);
  lowerOwn = (slot: number, rep: number) => this.#note(`lowerOwn ${slot} ${rep}`, rep - 100);
  lowerBorrow = (slot: number, rep: number) => this.#note(`lowerBorrow ${slot} ${rep}`, rep - 200);
}

export class Bench {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  readonly scope: RecordingScope;
  readonly cx: Context;
  /** Alignment and size of each room that was asked for. */
  readonly rooms: [align: number, size: number][] = [];
  #next = HEAP;

  constructor(realloc?: (align: number, size: number) => number, resources: readonly ResourceFace[] = []) {
    this.scope = new RecordingScope(resources);
    this.cx = new Context(this.scope, this.memory, (old, oldSize, align, size) => {
      expect([old, oldSize, this.scope.mayLeave]).toEqual([0, 0, false]);
      this.rooms.push([align, size]);
      return realloc === undefined ? this.#bump(align, size) : realloc(align, size);
    });
    this.bytes.fill(BLANK);
    this.cx.refresh();
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  #bump(align: number, size: number): number {
    const at = Math.ceil(this.#next / align) * align;
    this.#next = at + size;
    return at;
  }

  /** Bytes as hexadecimal digits, in groups of four. */
  shown(at: number, size: number): string {
    const digits = [...this.bytes.subarray(at, at + size)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return (digits.match(/.{1,8}/g) ?? []).join(' ');
  }

  put(at: number, shown: string): void {
    this.bytes.set(unshown(shown), at);
  }
}

export const unshown = (shown: string) =>
  Uint8Array.from(shown.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** What a lift cost of the budget. */
export function costOf(cx: Context, lift: () => unknown): number {
  cx.startLift();
  lift();
  return LIFT_BUDGET - cx.budget;
}

const NO_RESOURCES: ReadonlyMap<TypeDefinition, number> = new Map();

export const codecOf = (
  type: ValueType,
  encoding: StringEncoding = 'utf8',
  face: Face = 'sync',
  slots: Pick<ReadonlyMap<TypeDefinition, number>, 'get'> = NO_RESOURCES,
) => new Codecs(encoding, face, slots).of(type);

/** The text of a trap, and its code where that is not `trap`. */
export function trapOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Trap) return error.code === 'trap' ? error.message : `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The path and expectation of a mismatch. */
export function mismatchOf(action: () => unknown): [path: string, expected: string] {
  try {
    action();
  } catch (error) {
    if (error instanceof Mismatch) return [error.path, error.expected];
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Values without prototypes, and typed arrays, as what `toEqual` compares: their own members, and of which kind. */
export function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return { [value.constructor.name]: [...(value as Uint8Array)] };
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map([...value].map(([key, it]) => [plain(key), plain(it)]));
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, plain(it)]));
}

// Types, briefly.
export const is = (kind: PrimitiveKind): ValueType => ({ kind });
export const list = (element: ValueType, length?: number): ValueType =>
  length === undefined ? { kind: 'list', element } : { kind: 'list', element, length };
export const tuple = (...items: ValueType[]): ValueType => ({ kind: 'tuple', items });
export const record = (fields: Record<string, ValueType>): ValueType => ({
  kind: 'record',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});
export const variant = (cases: Record<string, ValueType | undefined>): ValueType => ({
  kind: 'variant',
  cases: Object.entries(cases).map(([name, type]) => (type ? { name, type } : { name })),
});
export const enumeration = (...names: string[]): ValueType => ({
  kind: 'enum',
  cases: names.map((name) => ({ name })),
});
export const flags = (...names: string[]): ValueType => ({ kind: 'flags', flags: names.map((name) => ({ name })) });
export const option = (some: ValueType): ValueType => ({ kind: 'option', some });
export const result = (ok?: ValueType, error?: ValueType): ValueType => ({
  kind: 'result',
  ...(ok && { ok }),
  ...(error && { error }),
});
export const map = (key: ValueType, value: ValueType): ValueType => ({ kind: 'map', key, value }) as ValueType;
/** `count` names: `a0`, `a1`, … */
export const names = (count: number) => Array.from({ length: count }, (_, i) => `a${i}`);

export type { CoreValue };
