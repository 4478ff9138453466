/** Where the check of functions with calls goes: no call is made before it, and ways that make none need not come by it. */
import { describe, expect, it } from 'vitest';
import { FLAG, FLAG_ADDRESS, RESERVED_MODULE, rewriteModule } from '../../src/limits/rewrite/index.js';
import { assemble } from './support.js';

/** A generator of numbers that are the same in each run (xorshift32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A function of nested blocks, branches, loops and calls, which takes its ways by the bits of its parameter. */
function someFunction(random: (below: number) => number, name: string): string {
  let labels = 0;
  const bit = () => `(i32.and (i32.shr_u (local.get $bits) (i32.const ${random(32)})) (i32.const 1))`;
  const some = (open: readonly string[], depth: number): string =>
    Array.from({ length: 1 + random(4) }, () => one(open, depth)).join(' ');
  const one = (open: readonly string[], depth: number): string => {
    const label = `$l${labels++}`;
    switch (random(depth > 4 ? 6 : 10)) {
      case 0:
        return '(call $mark)';
      case 1:
        return open.length > 0 ? `(br_if ${open[random(open.length)]} ${bit()})` : '(nop)';
      case 2:
        return open.length > 0 && random(3) === 0 ? `(br ${open[random(open.length)]})` : '(nop)';
      case 3:
        return random(4) === 0 ? `(if ${bit()} (then (return)))` : '(nop)';
      case 4:
        return open.length > 0
          ? `(block ${label} (br_table ${open[random(open.length)]} ${label} ${bit()}))`
          : '(local.set $x (i32.add (local.get $x) (i32.const 1)))';
      case 5:
        return '(nop)';
      case 6:
        return `(if ${bit()} (then ${some(open, depth + 1)}))`;
      case 7:
        return `(if ${label} ${bit()} (then ${some([...open, label], depth + 1)}) (else ${some([...open, label], depth + 1)}))`;
      case 8: {
        // Branches inside lead out of it: its label is taken by the counter alone.
        const again = `(br_if ${label} (i32.gt_s (local.tee $turns (i32.sub (local.get $turns) (i32.const 1))) (i32.const 0)))`;
        return `(loop ${label} ${some(open, depth + 1)} ${again})`;
      }
      default:
        return `(block ${label} ${some([...open, label], depth + 1)})`;
    }
  };
  return `(func (export "${name}") (param $bits i32) (local $x i32) (local $turns i32) (local.set $turns (i32.const 3)) ${some([], 0)})`;
}

const SEED = 7919;
const FUNCTIONS = 600;

describe('no call is made before the first check', () => {
  it('in functions made at random', async () => {
    const random = numbers(SEED);
    const functions = Array.from({ length: FUNCTIONS }, (_, i) => someFunction(random, `f${i}`));
    const bytes = await assemble(`(module (import "" "mark" (func $mark)) ${functions.join('\n')})`);
    let marks = 0;
    const imports = { '': { mark: () => void marks++ } };
    // Without a memory of its own the flag's is the only one: every engine can do that.
    const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const rewritten = rewriteModule(bytes, { interruption: 'epoch' });
    const instance = (source: Uint8Array, more: WebAssembly.Imports) =>
      new WebAssembly.Instance(new WebAssembly.Module(source as Uint8Array<ArrayBuffer>), { ...imports, ...more })
        .exports as Record<string, (bits: number) => void>;
    const original = instance(bytes, {});
    const checked = instance(rewritten.bytes, { [RESERVED_MODULE]: { [FLAG]: flag } });
    const set = (value: number) => new Int32Array(flag.buffer).fill(value, FLAG_ADDRESS >> 2, (FLAG_ADDRESS >> 2) + 1);
    const marksOf = (run: () => void) => {
      marks = 0;
      run();
      return marks;
    };
    let easy = 0;
    for (let i = 0; i < functions.length; i++) {
      for (let round = 0; round < 16; round++) {
        const bits = random(0x7fffffff);
        const expected = marksOf(() => original[`f${i}`]!(bits));
        set(0);
        expect(marksOf(() => checked[`f${i}`]!(bits))).toBe(expected);
        set(1);
        let trapped = false;
        const early = marksOf(() => {
          try {
            checked[`f${i}`]!(bits);
          } catch {
            trapped = true;
          }
        });
        expect({ function: functions[i], early }).toEqual({ function: functions[i], early: 0 });
        if (expected > 0) expect(trapped).toBe(true);
        else if (!trapped && functions[i]!.includes('$mark')) easy++;
      }
    }
    // Otherwise it was always at the entry.
    expect(easy).toBeGreaterThan(FUNCTIONS / 10);
  });
});
