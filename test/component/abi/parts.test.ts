/** What codecs are built of: handles and what they are on each face, the memory they see, and which codec a type has. */
import { describe, expect, it } from 'vitest';
import {
  Codecs,
  Context,
  type CoreValue,
  type Face,
  FlatSource,
  mismatch,
  type ResourceFace,
} from '../../../src/component/abi/index.js';
import { HatchwayError } from '../../../src/errors/index.js';
import type { TypeDefinition, ValueType } from '../../../src/wit/index.js';
import {
  Bench,
  codecOf,
  flags,
  is,
  list,
  map,
  mismatchOf,
  option,
  RecordingScope,
  record,
  trapOf,
  tuple,
  variant,
} from './support.js';

const resource: TypeDefinition = { name: 'thing', type: { kind: 'resource' } };
const handle = (kind: 'own' | 'borrow'): ValueType => ({ kind, resource });
const SLOTS = new Map([[resource, 3]]);

/** Shows representations as text, and notes what it was asked to check. */
class Resource implements ResourceFace {
  readonly checked: unknown[] = [];
  wrapOwn = (rep: number, face: string) => `own ${rep} ${face}`;
  wrapBorrow = (rep: number, face: string) => `borrow ${rep} ${face}`;
  unwrapOwn = (value: unknown) => Number(String(value).split(' ')[1]) + 1000;
  unwrapBorrow = (value: unknown) => Number(String(value).split(' ')[1]) + 2000;
  check(value: unknown, own: boolean): object | undefined {
    this.checked.push([value, own]);
    if (value === 'none') mismatch('a thing', value);
    return typeof value === 'object' ? (value ?? undefined) : undefined;
  }
}

const wrong = new Resource();
/** The resource is at slot 3. */
const bench = (it: ResourceFace) => new Bench(undefined, [wrong, wrong, wrong, it]);

describe.each(['own', 'borrow'] as const)('%s', (kind) => {
  const lift = kind === 'own' ? 'liftOwn' : 'liftBorrow';
  const lower = kind === 'own' ? 'lowerOwn' : 'lowerBorrow';
  const [lifted, shift, unwrapped] = kind === 'own' ? [107, 100, 1000] : [207, 200, 2000];

  it.each(['sync', 'async'] as const)('is an object on the %s face', (face) => {
    const { cx, scope, rooms } = bench(new Resource());
    const codec = codecOf(handle(kind), 'utf8', face, SLOTS);
    expect(codec.layout).toMatchObject({ size: 4, align: 4, flat: ['i32'] });
    cx.view.setUint32(8, 7, true);
    expect([codec.load(cx, 8), codec.lift(cx, new FlatSource([7]))]).toEqual(
      Array(2).fill(`${kind} ${lifted} ${face}`),
    );
    const out: CoreValue[] = [];
    codec.lower(cx, 'x 5', out);
    codec.store(cx, 'x 6', 12);
    expect([...out, cx.view.getUint32(12, true)]).toEqual([unwrapped + 5 - shift, unwrapped + 6 - shift]);
    expect(scope.asked).toEqual([
      `${lift} 3 7`,
      `${lift} 3 7`,
      `${lower} 3 ${unwrapped + 5}`,
      `${lower} 3 ${unwrapped + 6}`,
    ]);
    expect(rooms).toEqual([]);
  });

  it('is a representation between guests', () => {
    const { cx, scope } = bench(wrong);
    const codec = codecOf(handle(kind), 'utf8', 'bridge', SLOTS);
    cx.view.setUint32(8, 7, true);
    expect([codec.load(cx, 8), codec.lift(cx, new FlatSource([7]))]).toEqual([lifted, lifted]);
    const out: CoreValue[] = [];
    codec.lower(cx, 305, out);
    codec.store(cx, 306, 12);
    expect([...out, cx.view.getUint32(12, true)]).toEqual([305 - shift, 306 - shift]);
    expect(scope.asked).toEqual([`${lift} 3 7`, `${lift} 3 7`, `${lower} 3 305`, `${lower} 3 306`]);
    // What one guest lifted is not checked again.
    expect(() => codec.check(cx, 'none')).not.toThrow();
  });

  it('with the highest bit set is a large index', () => {
    const { cx, scope } = bench(wrong);
    codecOf(handle(kind), 'utf8', 'bridge', SLOTS).lift(cx, new FlatSource([-1]));
    expect(scope.asked).toEqual([`${lift} 3 4294967295`]);
  });

  it('is checked by its resource', () => {
    const it = new Resource();
    const { cx } = bench(it);
    const codec = codecOf(handle(kind), 'utf8', 'sync', SLOTS);
    expect(mismatchOf(() => codec.check(cx, 'none'))).toEqual(['', 'a thing']);
    codec.check(cx, 'x 1');
    codec.check(cx, 'x 1');
    expect(it.checked).toEqual([
      ['none', kind === 'own'],
      ['x 1', kind === 'own'],
      ['x 1', kind === 'own'],
    ]);
  });
});

describe('one resource in one call', () => {
  const TWICE = 'a resource that this call does not give away elsewhere';
  const identity = {};
  it.each([
    ['borrow', 'borrow', undefined],
    ['own', 'own', TWICE],
    ['own', 'borrow', TWICE],
    ['borrow', 'own', TWICE],
  ] as const)('as %s and as %s', (first, second, says) => {
    const { cx } = bench(new Resource());
    const codec = codecOf(tuple(handle(first), handle(second)), 'utf8', 'sync', SLOTS);
    cx.startCheck();
    const check = () => codec.check(cx, [identity, identity]);
    if (says === undefined) expect(check).not.toThrow();
    else expect(mismatchOf(check)).toEqual(['[1]', says]);
    // Another call begins anew, and other resources do not matter.
    cx.startCheck();
    expect(() => codec.check(cx, [identity, {}])).not.toThrow();
  });
});

describe('the memory of a context', () => {
  it('is seen anew after it has grown, and only then', () => {
    const { cx, memory } = new Bench();
    const { u8, view } = cx;
    cx.refresh();
    expect([cx.u8 === u8, cx.view === view]).toEqual([true, true]);
    memory.grow(1);
    cx.refresh();
    expect([cx.u8.length, cx.view.byteLength]).toEqual([2 * 65_536, 2 * 65_536]);
  });

  it('may be missing: then nothing is in it', () => {
    const cx = new Context(new RecordingScope(), undefined, undefined);
    cx.refresh();
    expect([cx.u8.length, cx.view.byteLength]).toEqual([0, 0]);
    expect(trapOf(() => cx.check(0, 1, 1))).toBe('a pointer reaches outside the memory');
  });

  it.each([
    [65_528, 8, 8, undefined],
    [65_532, 8, 4, 'a pointer reaches outside the memory'],
    [65_532, 4, 8, 'the pointer 65532 is not aligned to 8'],
    [65_536, 0, 1, undefined],
    [65_537, 0, 1, 'a pointer reaches outside the memory'],
  ])('at %i, %i bytes aligned to %i', (pointer, size, align, says) => {
    const { cx } = new Bench();
    const check = () => cx.check(pointer, size, align);
    if (says === undefined) expect(check).not.toThrow();
    else expect(trapOf(check)).toBe(says);
  });
});

/** What building the codec of a type fails with. */
function refusalOf(type: ValueType, face: Face = 'sync'): { code: string; message: string } {
  try {
    codecOf(type, 'utf8', face);
  } catch (error) {
    if (error instanceof HatchwayError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the codec of a type', () => {
  it('is made once, also where the type is named', () => {
    const codecs = new Codecs('utf8', 'sync', SLOTS);
    const type = list(is('bool'));
    const named: ValueType = { kind: 'reference', definition: { name: 'bools', type } };
    expect(codecs.of(type)).toBe(codecs.of(type));
    expect(codecs.of(named)).toBe(codecs.of(type));
    expect(codecs.of(list(is('bool')))).not.toBe(codecs.of(type));
  });

  it('between guests keeps entries of a map that are there twice', () => {
    const { cx } = new Bench();
    cx.view.setUint32(8, 64, true);
    cx.view.setUint32(12, 2, true);
    for (const at of [64, 66]) cx.view.setUint16(at, 0x0501, true);
    const type = map(is('u8'), is('u8'));
    expect(codecOf(type, 'utf8', 'bridge').load(cx, 8)).toEqual([
      [1, 5],
      [1, 5],
    ]);
    expect(codecOf(type).load(cx, 8)).toEqual(new Map([[1, 5]]));
  });

  it.each(['stream', 'future', 'error-context'] as const)('is not there yet for %s', (kind) => {
    expect(refusalOf({ kind } as ValueType)).toEqual({
      code: 'unsupported',
      message: `the asynchronous type ${kind} does not run yet`,
    });
  });

  it('is not there for a resource nobody knows', () => {
    for (const kind of ['own', 'borrow'] as const) {
      expect(refusalOf(handle(kind))).toEqual({
        code: 'invalid',
        message: 'a handle names a resource that the component does not know',
      });
    }
  });

  it.each([
    ['fields', record({ 'a-1b': is('u8'), a1b: is('u8') })],
    ['flags', flags('x', 'a-1b', 'a1b')],
  ])('is not there where two %s have one name in JavaScript', (_what, type) => {
    expect(refusalOf(type)).toEqual({
      code: 'unsupported',
      message: 'two labels are both called "a1b" in JavaScript. Rename "a1b".',
    });
  });

  it('of an option says whether another option is in it, also by a name', () => {
    const inner: ValueType = { kind: 'reference', definition: { name: 'maybe', type: option(is('u8')) } };
    const { cx } = new Bench();
    expect(() => codecOf(option(inner)).check(cx, { tag: 'none' })).not.toThrow();
    expect(mismatchOf(() => codecOf(option(variant({ a: undefined }))).check(cx, { tag: 'none' }))).toEqual([
      '',
      "a variant ({ tag: 'a', val })",
    ]);
  });
});
