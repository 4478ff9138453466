import { expect, it } from 'vitest';
import { printValue } from '../../src/wave/index.js';
import type { PrimitiveKind, ValueType } from '../../src/wit/index.js';
import { describeWithWasmtime } from '../setup/wasmtime.js';
import { useComponents } from './components.js';

const listOf = (kind: PrimitiveKind): ValueType => ({ kind: 'list', element: { kind } });

describeWithWasmtime('hatchway and wasmtime print alike', (wasmtime) => {
  const components = useComponents(wasmtime);

  function expectAlike(call: string, values: unknown, kind: PrimitiveKind, counts = (_index: number) => true): void {
    const { stdout, code } = components.wasmtime('generate', call);
    expect(code).toBe(0);
    const theirs = stdout.trimEnd().split(', ');
    const ours = printValue(values, listOf(kind)).split(', ');
    expect(ours.length).toBe(theirs.length);
    // Not toEqual: a million items take it half a minute.
    const index = ours.findIndex((text, at) => text !== theirs[at] && counts(at));
    expect({ index, text: ours[index] }).toEqual({ index, text: theirs[index] });
    expect(index).toBe(-1);
  }

  it.each([
    ['below the surrogates', 0, 0xd800],
    ['above the surrogates', 0xe000, 0x110000],
  ])('every character %s', (_, from, to) => {
    const characters = Array.from({ length: to - from }, (_, index) => String.fromCodePoint(from + index));
    // What this wasmtime knows is Unicode 17; an older Node cannot know which of the unassigned were assigned since.
    const known = process.versions.unicode === '17.0' ? /./su : /\P{Cn}/u;
    expectAlike(`chars(${from}, ${to})`, characters, 'char', (index) => known.test(characters[index]!));
  });

  it.each([
    ['every power of two', 1 << 23, 1 << 23, 510],
    ['the number below every power of two', (1 << 23) - 1, 1 << 23, 510],
    ['the number above every power of two', (1 << 23) + 1, 1 << 23, 510],
    ['the smallest', 1, 83, 20_000],
    ['from all over', 12_345, 0x9e3779b1, 50_000],
  ])('32-bit floats: %s', (_, first, step, count) => {
    const bits = Uint32Array.from({ length: count }, (_, index) => first + Math.imul(step, index));
    expectAlike(`floats(${first}, ${step}, ${count})`, new Float32Array(bits.buffer), 'f32');
  });

  it.each([
    ['every power of two', 1n << 52n, 1n << 52n, 4094],
    ['the number below every power of two', (1n << 52n) - 1n, 1n << 52n, 4094],
    ['the smallest', 1n, 83n, 1000],
    ['from all over', 12_345n, 0x9e3779b97f4a7c15n, 50_000],
  ])('64-bit floats: %s', (_, first, step, count) => {
    const bits = BigUint64Array.from({ length: count }, (_, index) => BigInt.asUintN(64, first + step * BigInt(index)));
    expectAlike(`doubles(${first}, ${step}, ${count})`, new Float64Array(bits.buffer), 'f64');
  });
});
