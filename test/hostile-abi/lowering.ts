/** Guests whose realloc lies, moves, grows, calls out or never answers, while a value is put into their memory. */
import { BUMP, component, OUT } from './guests.js';
import {
  answers,
  broke,
  CALLS_OUT,
  type Guest,
  type Outcome,
  type Row,
  STACK,
  TIMEOUT,
  type Topic,
  trapped,
} from './row.js';

interface Lowered {
  readonly type: string;
  readonly value: unknown;
  /** The body of realloc: `$align` and `$size` are what is asked for, `$calls` how often it was before. */
  readonly realloc: string;
  /** What the guest answers after that, an i32; `$pointer` and `$length` are where the value is. */
  readonly look?: string;
  /** Of the module with the memory. */
  readonly fields?: string;
}

const memoryOf = ({ realloc, fields = '' }: Lowered) => `
  (import "" "out" (func $out))
  ${BUMP} ${fields}
  (global $calls (mut i32) (i32.const -1))
  (func $realloc (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    ${realloc})`;
/** Its core function, which realloc can call. */
const OUT_LOWERED = `${OUT} (core func $out' (canon lower (func $out)))`;
const OUT_ARGUMENT = '(export "out" (func $out\'))';

/** What `out` does: it would be host code that runs while the value is half there. */
const outward = (armed: boolean) => ({
  out: () => {
    if (armed) throw new Error('realloc has called out');
  },
});

/** `fault` takes the value. */
function asArgument(lowered: Lowered, outcome: Outcome): Guest {
  const { type, value, look = '(i32.const 7)' } = lowered;
  return {
    wat: component({
      before: OUT_LOWERED,
      memory: memoryOf(lowered),
      memoryImports: OUT_ARGUMENT,
      main: `(import "" "memory" (memory 1))
        (func (export "fault") (param $pointer i32) (param $length i32) (result i32) ${look})`,
      exports: `(func (export "fault") (param "v" ${type}) (result u32)
        (canon lift (core func $m "fault") (memory $memory) (realloc $realloc)))`,
    }),
    imports: outward,
    act: ({ instance }) => instance.sync.fault(value),
    outcome,
  };
}

/** `fault` asks `give` for the value: a function of the app, or of a guest, which has it as `literal`. */
function asAnswer(lowered: Lowered, give: string): string {
  const { look = '(i32.const 7)' } = lowered;
  return component({
    before: `${OUT_LOWERED} ${give}`,
    memory: memoryOf(lowered),
    memoryImports: OUT_ARGUMENT,
    lowered: { give: '(canon lower (func $give) (memory $memory) (realloc $realloc))' },
    main: `(import "" "memory" (memory 1)) (import "" "give" (func $give (param i32)))
      (func $look (param $pointer i32) (param $length i32) (result i32) ${look})
      (func (export "fault") (result i32)
        (call $give (i32.const 8))
        (call $look (i32.load (i32.const 8)) (i32.load (i32.const 12))))`,
    exports: '(func (export "fault") (result u32) (canon lift (core func $m "fault")))',
  });
}

function fromApp(lowered: Lowered, outcome: Outcome): Guest {
  const { type, value } = lowered;
  return {
    wat: asAnswer(lowered, `(import "give" (func $give (result ${type})))`),
    imports: (armed) => ({ ...outward(armed), give: () => value }),
    outcome,
  };
}

/** The guest that gives is told the value first, by the app. */
function fromGuest(lowered: Lowered, outcome: Outcome): Guest {
  const { type, value } = lowered;
  const giver = `(component $Giver
      (import "give" (func $give (result ${type})))
      (core module $Memory (memory (export "memory") 1)
        ${BUMP} (func (export "realloc") (param i32 i32 i32 i32) (result i32) (call $bump (local.get 2) (local.get 3))))
      (core instance $mem (instantiate $Memory))
      (alias core export $mem "memory" (core memory $memory))
      (alias core export $mem "realloc" (core func $realloc))
      (core func $give' (canon lower (func $give) (memory $memory) (realloc $realloc)))
      (core module $G (import "" "give" (func $give (param i32)))
        (func (export "give") (result i32) (call $give (i32.const 8)) (i32.const 8)))
      (core instance $g (instantiate $G (with "" (instance (export "give" (func $give'))))))
      (func (export "give") (result ${type}) (canon lift (core func $g "give") (memory $memory))))
    (import "give" (func $given (result ${type})))
    (instance $giver (instantiate $Giver (with "give" (func $given))))
    (alias export $giver "give" (func $give))`;
  return {
    wat: asAnswer(lowered, giver),
    imports: (armed) => ({ ...outward(armed), give: () => value }),
    outcome,
  };
}

function lower(what: string, realloc: string, outcome: Outcome, more: Partial<Lowered> = {}, takesMemory?: true): Row {
  const lowered: Lowered = { type: 'string', value: 'hello', realloc, ...more };
  return {
    what,
    guests: {
      argument: asArgument(lowered, outcome),
      result: fromApp(lowered, outcome),
      guest: fromGuest(lowered, outcome),
    },
    outcome,
    ...(takesMemory && { takesMemory }),
  };
}

const OUTSIDE = broke('realloc returned a pointer outside the memory');
const strings = { type: '(list string)', value: ['one', 'two', 'three'] };
const bump = '(call $bump (local.get $align) (local.get $size))';
/** As `bump`, but at one call something else. */
const once = (call: number, instead: string) =>
  `(if (result i32) (i32.eq (global.get $calls) (i32.const ${call})) (then ${instead}) (else ${bump}))`;
const MISALIGNED = (pointer: number, align: number) =>
  broke(`realloc returned the pointer ${pointer}, which is not aligned to ${align}`);
const numbers = { type: '(list u32)', value: Uint32Array.of(1, 2, 3) };

/** The sum of the first bytes of the strings of a list. */
const initials = `(local $sum i32)
  (loop $next
    (if (local.get $length) (then
      (local.set $sum (i32.add (local.get $sum) (i32.load8_u (i32.load (local.get $pointer)))))
      (local.set $pointer (i32.add (local.get $pointer) (i32.const 8)))
      (local.set $length (i32.sub (local.get $length) (i32.const 1)))
      (br $next))))
  (local.get $sum)`;
const INITIALS = 'one'.charCodeAt(0) + 2 * 't'.charCodeAt(0);

const answersWrong: Topic = {
  name: 'A realloc that answers wrongly',
  about: 'Asked for room for a string of five bytes, unless the row says otherwise.',
  rows: [
    lower('one byte too far', '(i32.const 65532)', OUTSIDE),
    lower('the end of the memory', '(i32.const 65536)', OUTSIDE),
    lower('the last address there is', '(i32.const -1)', OUTSIDE),
    lower('an address from which it wraps around', '(i32.const -4)', OUTSIDE),
    lower('the middle of the address space', '(i32.const 0x7fffffff)', OUTSIDE),
    lower('room that ends with the memory', '(i32.const 65531)', answers(104), {
      look: '(i32.load8_u (local.get $pointer))',
    }),
    lower('the null pointer', '(i32.const 0)', answers(104), { look: '(i32.load8_u (local.get $pointer))' }),
    lower('outside, for nothing at all', '(i32.const 65537)', OUTSIDE, { value: '' }),
    lower('the end of the memory, for nothing at all', '(i32.const 65536)', answers(7), { value: '' }),
    lower('an odd address for u32', '(i32.const 1025)', MISALIGNED(1025, 4), numbers),
    lower('an address aligned to 4 for u64', '(i32.const 1028)', MISALIGNED(1028, 8), {
      type: '(list u64)',
      value: BigUint64Array.of(1n),
    }),
    lower('an odd address for no u32 at all', '(i32.const 3)', MISALIGNED(3, 4), { type: '(list u32)', value: [] }),
    lower('an address that is not aligned, and outside', '(i32.const -1)', MISALIGNED(4_294_967_295, 4), numbers),
    lower('outside, at the third call', once(2, '(i32.const -1)'), OUTSIDE, strings),
    lower('misaligned, at the first of four calls', once(0, '(i32.const 1026)'), MISALIGNED(1026, 4), strings),
  ],
};

const overlapping: Topic = {
  name: 'A realloc that gives room it has given before',
  about: 'The guest spoils its own values, and nothing else: what it finds is what was written last.',
  rows: [
    lower('the same room for all', '(i32.const 1024)', answers(7), { ...strings, look: '(i32.const 7)' }),
    lower('the strings over the list of them', '(i32.const 1024)', answers(7), {
      ...strings,
      value: Array(100).fill('aaaaaaaaaaaaaaaa'),
    }),
    lower('a list over the pair that says where it is', '(i32.const 8)', answers(7), numbers),
    lower('the list over the pair of the result', '(i32.const 8)', answers(7), strings),
    lower(
      'each string over the end of the one before',
      '(i32.add (i32.const 1024) (i32.mul (global.get $calls) (i32.const 4)))',
      answers(7),
      strings,
    ),
  ],
};

const moves: Topic = {
  name: 'A realloc that does more than to answer',
  about: 'It runs while the value is half written.',
  rows: [
    lower(
      'grows the memory at each call',
      `(drop (memory.grow (i32.const 1))) ${bump}`,
      answers(INITIALS),
      { ...strings, look: initials },
      true,
    ),
    lower(
      'grows the memory by nothing, which detaches it all the same',
      `(drop (memory.grow (i32.const 0))) ${bump}`,
      answers(INITIALS),
      { ...strings, look: initials },
    ),
    lower(
      'grows the memory and answers in the new part',
      '(i32.mul (memory.grow (i32.const 1)) (i32.const 65536))',
      answers(INITIALS),
      { ...strings, look: initials },
      true,
    ),
    lower(
      'grows the memory and answers past the new part',
      '(i32.mul (i32.add (memory.grow (i32.const 1)) (i32.const 1)) (i32.const 65536))',
      OUTSIDE,
      strings,
      true,
    ),
    lower(
      'grows as far as it can at once, and answers at the end',
      '(loop $more (br_if $more (i32.ne (memory.grow (i32.const 64)) (i32.const -1)))) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 8))',
      answers(7),
      {},
      true,
    ),
    lower(
      'overwrites all of the memory',
      `(memory.fill (i32.const 0) (i32.const 255) (i32.const 65536)) ${bump}`,
      answers(7),
      strings,
    ),
    lower('traps', 'unreachable', trapped('unreachable')),
    lower('traps at the third call', once(2, 'unreachable'), trapped('unreachable'), strings),
    lower(
      'recurses to the edge of the stack',
      '(call $realloc (local.get 0) (local.get 1) (local.get 2) (local.get 3))',
      STACK,
    ),
    lower('loops', '(loop $more (br $more)) unreachable', TIMEOUT),
    lower('loops at the third call', once(2, '(loop $more (br $more)) unreachable'), TIMEOUT, strings),
    lower('calls an import', '(call $out) (i32.const 1024)', CALLS_OUT),
    lower('calls an import at the third call', once(2, '(call $out) (i32.const 1024)'), CALLS_OUT, strings),
    lower('calls an import and catches what it throws', 'try (call $out) catch_all end (i32.const 1024)', CALLS_OUT),
    lower('calls an import at the edge of the stack', '(call $deep) (i32.const 1024)', CALLS_OUT, {
      fields: '(func $deep (call $out) (call $deep))',
    }),
  ],
};

export const LOWERING: readonly Topic[] = [answersWrong, overlapping, moves];
