/**
 * Components made from the type model: for each of some random types a function that answers a value of it, which is whatever
 * the bytes of the memory say, and one that takes a value. Valid as a rule; what they answer often is not.
 */

import {
  type CoreType,
  layoutOf,
  MAX_FLAT_PARAMS,
  type PrimitiveKind,
  structLayout,
  type ValueType,
} from '../../src/wit/index.js';
import { leb, name, PREAMBLE, section, sleb, vector } from '../component/bytes.js';
import type { Random } from './random.js';

const PRIMITIVES: Readonly<Record<Exclude<PrimitiveKind, 'error-context'>, number>> = {
  bool: 0x7f,
  s8: 0x7e,
  u8: 0x7d,
  s16: 0x7c,
  u16: 0x7b,
  s32: 0x7a,
  u32: 0x79,
  s64: 0x78,
  u64: 0x77,
  f32: 0x76,
  f64: 0x75,
  char: 0x74,
  string: 0x73,
};
const CORE: Readonly<Record<CoreType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

/** A type of which values can be made. */
export function randomType(random: Random, depth: number): ValueType {
  const kind = random.below(depth === 0 ? 14 : 24);
  if (kind < 12) return { kind: random.pick(Object.keys(PRIMITIVES) as (keyof typeof PRIMITIVES)[]) };
  const inner = () => randomType(random, depth - 1);
  const some = (most: number) => Array.from({ length: 1 + random.below(most) }, (_, i) => `n${i}`);
  switch (kind) {
    case 12:
      return { kind: 'enum', cases: some(random.once(20) ? 300 : 5).map((it) => ({ name: it })) };
    case 13:
      return { kind: 'flags', flags: some(32).map((it) => ({ name: it })) };
    case 14:
    case 15:
      return { kind: 'record', fields: some(4).map((it) => ({ name: it, type: inner() })) };
    case 16:
    case 17:
      return {
        kind: 'variant',
        cases: some(4).map((it) => (random.once(3) ? { name: it } : { name: it, type: inner() })),
      };
    case 18:
      return { kind: 'tuple', items: some(random.once(10) ? 20 : 4).map(inner) };
    case 19:
      return { kind: 'option', some: inner() };
    case 20:
      return {
        kind: 'result',
        ...(random.once(3) ? {} : { ok: inner() }),
        ...(random.once(3) ? {} : { error: inner() }),
      };
    default:
      return { kind: 'list', element: inner() };
  }
}

/** The bytes of a component, part by part. */
class Writer {
  readonly sections: number[][] = [];
  #types = 0;

  #define(type: readonly number[]): number {
    this.sections.push(section(7, vector([type])));
    return this.#types++;
  }

  /** Records and their like need a name that others can see. */
  #named(type: readonly number[]): number {
    const index = this.#define(type);
    this.sections.push(section(11, vector([[0x00, ...name(`t${index}`), 0x03, ...leb(index), 0x00]])));
    return this.#types++;
  }

  type(type: ValueType): number[] {
    const maybe = (it: ValueType | undefined) => (it ? [0x01, ...this.type(it)] : [0x00]);
    switch (type.kind) {
      case 'record': {
        const fields = type.fields.map((field) => [...name(field.name), ...this.type(field.type)]);
        return sleb(this.#named([0x72, ...vector(fields)]));
      }
      case 'variant': {
        const cases = type.cases.map((it) => [...name(it.name), ...maybe(it.type), 0x00]);
        return sleb(this.#named([0x71, ...vector(cases)]));
      }
      case 'enum':
        return sleb(this.#named([0x6d, ...vector(type.cases.map((it) => name(it.name)))]));
      case 'flags':
        return sleb(this.#named([0x6e, ...vector(type.flags.map((it) => name(it.name)))]));
      case 'tuple': {
        const items = type.items.map((it) => this.type(it));
        return sleb(this.#define([0x6f, ...vector(items)]));
      }
      case 'option': {
        const some = this.type(type.some);
        return sleb(this.#define([0x6b, ...some]));
      }
      case 'result': {
        const parts = [...maybe(type.ok), ...maybe(type.error)];
        return sleb(this.#define([0x6a, ...parts]));
      }
      case 'list': {
        const element = this.type(type.element);
        return sleb(this.#define([0x70, ...element]));
      }
      default:
        return [PRIMITIVES[type.kind as keyof typeof PRIMITIVES]];
    }
  }

  func(params: readonly (readonly number[])[], result: readonly number[]): number {
    return this.#define([0x40, ...vector(params.map((it, i) => [...name(`p${i}`), ...it])), ...result]);
  }
}

/** A realloc that only goes up, from 8192: `(realloc old old-size align size)`. */
const REALLOC = [
  0x01, 0x01, 0x7f, 0x23, 0x00, 0x20, 0x02, 0x6a, 0x41, 0x01, 0x6b, 0x41, 0x00, 0x20, 0x02, 0x6b, 0x71, 0x22, 0x04,
  0x20, 0x03, 0x6a, 0x24, 0x00, 0x20, 0x04, 0x0b,
];
const DATA_BYTES = 4096;

/** Bytes in which numbers, lengths and pointers are often what they should be. */
function memory(random: Random): number[] {
  const data: number[] = [];
  while (data.length < DATA_BYTES) {
    const kind = random.below(8);
    const word =
      kind < 3
        ? random.below(4)
        : kind < 5
          ? random.below(DATA_BYTES / 8) * 8
          : kind < 6
            ? 0x61 + random.below(26)
            : kind < 7
              ? random.below(0x80) * 0x01010101
              : random.below(2 ** 32);
    data.push(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24);
  }
  return data;
}

function constant(type: CoreType, random: Random): number[] {
  const bytes = (count: number) => Array.from({ length: count }, () => random.below(256));
  const small = [random.once(4) ? random.below(0x40) : random.below(4)];
  if (type === 'i32') return [0x41, ...small];
  if (type === 'i64') return [0x42, ...small];
  return type === 'f32' ? [0x43, ...bytes(4)] : [0x44, ...bytes(8)];
}

const ENCODINGS = [[], [0x00], [0x01], [0x02]];

/** A component with a few types; `f0`, `f1`, … answer values, `g0`, `g1`, … take them. */
export function generate(random: Random): { bytes: Uint8Array<ArrayBuffer>; types: readonly ValueType[] } {
  const types = Array.from({ length: 1 + random.below(4) }, () => randomType(random, 1 + random.below(3)));
  const writer = new Writer();
  const signatures: number[][] = [[0x60, 0x04, 0x7f, 0x7f, 0x7f, 0x7f, 0x01, 0x7f]];
  const bodies: number[][] = [REALLOC];
  const names = [
    [...name('realloc'), 0x00, 0x00],
    [...name('memory'), 0x02, 0x00],
  ];
  for (const [i, type] of types.entries()) {
    const { flat } = layoutOf(type);
    const answer = flat.length === 1 ? constant(flat[0]!, random) : [0x41, ...sleb(random.below(DATA_BYTES / 16) * 8)];
    const params = structLayout([type]).flat;
    const taken: readonly CoreType[] = params.length > MAX_FLAT_PARAMS ? ['i32'] : params;
    signatures.push(
      [0x60, 0x00, 0x01, flat.length === 1 ? CORE[flat[0]!] : 0x7f],
      [0x60, ...vector(taken.map((it) => [CORE[it]])), 0x01, 0x7f],
    );
    bodies.push([0x00, ...answer, 0x0b], [0x00, 0x41, 0x07, 0x0b]);
    names.push([...name(`f${i}`), 0x00, ...leb(1 + 2 * i)], [...name(`g${i}`), 0x00, ...leb(2 + 2 * i)]);
  }
  const module = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(signatures)),
    ...section(3, vector(signatures.map((_, i) => leb(i)))),
    ...section(5, [0x01, 0x00, 0x01]),
    ...section(6, [0x01, 0x7f, 0x01, 0x41, 0x80, 0xc0, 0x00, 0x0b]),
    ...section(7, vector(names)),
    ...section(10, vector(bodies.map((body) => [...leb(body.length), ...body]))),
    ...section(11, [0x01, 0x00, 0x41, 0x00, 0x0b, ...leb(DATA_BYTES), ...memory(random)]),
  ];
  const { sections } = writer;
  sections.push(section(1, module), section(2, [0x01, 0x00, 0x00, 0x00]));
  const alias = (sort: number, text: string) =>
    sections.push(section(6, [0x01, 0x00, sort, 0x01, 0x00, ...name(text)]));
  alias(0x02, 'memory');
  alias(0x00, 'realloc');
  let core = 1;
  let funcs = 0;
  for (const [i, type] of types.entries()) {
    const encoding = random.pick(ENCODINGS);
    const options = vector([[0x03, 0x00], [0x04, 0x00], ...(encoding.length ? [encoding] : [])]);
    const lift = (text: string, func: number) => {
      alias(0x00, text);
      sections.push(section(8, vector([[0x00, 0x00, ...leb(core++), ...options, ...leb(func)]])));
      sections.push(section(11, vector([[0x00, ...name(text), 0x01, ...leb(funcs++), 0x00]])));
      // What is exported is a function of its own.
      funcs++;
    };
    const written = writer.type(type);
    lift(`f${i}`, writer.func([], [0x00, ...written]));
    lift(`g${i}`, writer.func([written], [0x00, PRIMITIVES.u32]));
  }
  return { bytes: Uint8Array.from([...PREAMBLE, ...sections.flat()]), types };
}
