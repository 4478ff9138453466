/**
 * `tsx test/limits/fuzz.ts [SECONDS | --modules=N] [--seed=S]`: mutated modules through the rewriter. What the engine accepts must be rewritten
 * into what the engine accepts, or refused with an error of ours; what it does not accept must be refused.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HatchwayError } from '../../src/errors/index.js';
import { type Interruption, rewriteModule } from '../../src/limits/rewrite/index.js';
import { engineInterruption } from '../../src/limits/watchdog/index.js';
import { assemble } from './support.js';

export interface FuzzReport {
  readonly modules: number;
  /** That the engine accepted. */
  readonly accepted: number;
  readonly rewritten: number;
  /** What broke the rule: the seed's turn, and the module. */
  readonly broken: readonly { readonly turn: number; readonly what: string; readonly bytes: string }[];
}

/** Modules with something of everything; the stranger instructions are in the second. */
const SOURCES = [
  `(module (import "a" "b" (func $i (param i32) (result i32))) (import "a" "g" (global $c i32)) (memory (export "m") 1 9)
    (table (export "t") 2 8 funcref) (global $g (export "g") (mut i32) (i32.const 1)) (global i64 (i64.const -5))
    (elem (i32.const 0) $f $h) (elem declare func $f) (data (i32.const 3) "abc") (data (global.get $c) "d") (start $s)
    (func $s (global.set $g (i32.const 2)))
    (func $f (export "f") (param i32 i64) (result i32) (local f32 f64)
      (block $b (result i32) (loop $l (br_if $l (i32.eqz (local.get 0))) (br_table 0 1 0 (local.get 0)))
        (if (result i32) (local.get 0) (then (call $i (i32.const 1))) (else (i32.load offset=4 (local.get 0))))
        (br_if $b (i32.const 3) (local.get 0))))
    (func $h (local i32) (local.set 0 (call_indirect (param i32 i64) (result i32) (i32.const 1) (i64.const 7) (local.get 0)))
      (memory.fill (i32.const 1) (i32.const 2) (i32.const 3)) (drop (memory.grow (i32.const 1))) (return)))`,
  `(module (memory 1) (table $t 1 funcref) (table $x 2 externref) (data $d "passive") (elem $e func $f) (tag $tag (param i32))
    (elem $r (table $x) (i32.const 0) externref (ref.null extern))
    (func $f (param v128) (result v128 i64)
      (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (local.get 0) (v128.const i64x2 1 2))
      (i64x2.extract_lane 1 (v128.load64_lane offset=8 1 (i32.const 0) (local.get 0))))
    (func (param i32) try (throw $tag (i32.const 1)) catch $tag drop catch_all (rethrow 0) end
      try (call 1 (i32.const 1)) delegate 0
      (memory.init $d (i32.const 0) (i32.const 1) (i32.const 2)) (data.drop $d) (memory.copy (i32.const 0) (i32.const 1) (i32.const 9))
      (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $e) (table.copy $t $t (i32.const 0) (i32.const 0) (i32.const 1))
      (drop (table.grow $t (ref.null func) (i32.const 1))) (table.fill $x (i32.const 0) (ref.null extern) (i32.const 1))
      (drop (select (result funcref) (ref.func $f) (table.get $t (i32.const 0)) (table.size $t))) (i64.atomic.rmw.add (i32.const 8) (i64.const 1)) drop
      (return_call 1 (i32.trunc_sat_f64_s (f64.const 1.5)))))`,
];

/** A generator of numbers that the seed decides (xorshift). */
function randomness(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One to three changes of a byte, a stretch cut, doubled or moved. Most leave the sizes right. */
function mutate(source: Uint8Array, random: (below: number) => number): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(source);
  for (let n = 1 + random(3); n > 0; n--) {
    const at = 8 + random(bytes.length - 8);
    const length = 1 + random(6);
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = bytes[at]! + (random(2) === 0 ? 1 : -1);
        break;
      case 2:
        bytes[at] = bytes[at]! ^ (1 << random(8));
        break;
      case 3:
        bytes.copyWithin(at, 8 + random(bytes.length - 8), 8 + random(bytes.length - 8));
        break;
      case 4:
        bytes.copyWithin(at, at + length, at + length * 2);
        break;
      default: {
        const cut = new Uint8Array(bytes.length + length);
        cut.set(bytes.subarray(0, at));
        cut.set(bytes.subarray(at), at + length);
        bytes = cut;
      }
    }
  }
  return bytes;
}

/** Runs until there were so many modules, or so many seconds are over. */
export async function fuzz(modules: number, seconds: number, seed: number): Promise<FuzzReport> {
  const interruptions = [...new Set<Interruption>(['fuel', 'exact-fuel', engineInterruption()])];
  const sources = await Promise.all(SOURCES.map(assemble));
  const random = randomness(seed);
  // What was accepted is mutated further.
  const pool = [...sources];
  const broken: { turn: number; what: string; bytes: string }[] = [];
  let accepted = 0;
  let rewritten = 0;
  let turn = 0;
  for (const end = performance.now() + seconds * 1000; turn < modules && performance.now() < end; turn++) {
    const bytes = mutate(pool[random(pool.length)]!, random);
    const policy = {
      interruption: interruptions[turn % interruptions.length]!,
      ...(random(2) === 0 && { maxStretch: 2, chunkBytes: 3 }),
    };
    const fails = (what: string) => broken.push({ turn, what, bytes: Buffer.from(bytes).toString('hex') });
    const valid = WebAssembly.validate(bytes);
    if (valid) accepted++;
    try {
      const output = rewriteModule(bytes, policy);
      rewritten++;
      if (!valid) fails('rewritten though it is not valid');
      else if (!WebAssembly.validate(output.bytes)) fails(`not valid once rewritten: ${policy.interruption}`);
    } catch (error) {
      if (!(error instanceof HatchwayError)) fails(String(error));
      else if (valid && !['unsupported', 'exhausted'].includes(error.code)) fails(error.message);
    }
    if (valid && bytes.length < 5_000)
      pool[random(2) === 0 || pool.length < 500 ? pool.length % 500 : 2 + random(498)] = bytes;
    // The sources stay in it.
    sources.forEach((source, i) => {
      pool[i] = source;
    });
  }
  return { modules: turn, accepted, rewritten, broken };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { modules: { type: 'string' }, seed: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const seconds = Number(positionals[0] ?? (values.modules === undefined ? 60 : Number.POSITIVE_INFINITY));
  const report = await fuzz(Number(values.modules ?? Number.POSITIVE_INFINITY), seconds, seed);
  console.log(`seed ${seed}: ${report.modules} modules, ${report.accepted} accepted, ${report.rewritten} rewritten`);
  for (const { turn, what, bytes } of report.broken.slice(0, 10)) console.log(`turn ${turn}: ${what}\n${bytes}`);
  process.exitCode = report.broken.length > 0 ? 1 : 0;
}
