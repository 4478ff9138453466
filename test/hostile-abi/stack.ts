/** Guests that recurse to the edge of the stack and do there what makes the host work: it is done whole, or not at all. */
import { expect } from 'vitest';
import { component, REALLOC } from './guests.js';
import { type Guest, type Row, STACK, type Topic } from './row.js';

/** State of the app that is whole only if each change ran to its end. */
export class Ledger {
  begun = 0;
  ended = 0;

  change(): number {
    this.begun++;
    work(60);
    this.ended++;
    return 0;
  }
}

/** What code of the app does: calls of its own. */
function work(depth: number): number {
  return depth === 0 ? 0 : work(depth - 1) + 1;
}

/** Runs `action` with `depth` more frames below it, so that the edge comes elsewhere each time. */
function at(depth: number, action: () => unknown): unknown {
  return depth === 0 ? action() : at(depth - 1, action);
}

const PARAMS = Array.from({ length: 17 }, (_, i) => `(param "p${i}" u32)`).join(' ');

/** What the guest imports, as core functions. `edge` calls one of them on every level, so that the last is at the very edge. */
export const IMPORTS = `
  (import "number" (func $number (param "n" u32) (result u32)))
  (import "nothing" (func $nothing))
  (import "text" (func $text (param "s" string) (result u32)))
  (import "many" (func $many ${PARAMS}))
  (import "answer" (func $answer (result (list string))))
  (import "fails" (func $fails (result (result (error string)))))
  (import "demo:a/things" (instance $things
    (export "thing" (type $t (sub resource)))
    (export "[constructor]thing" (func (param "n" u32) (result (own $t))))
    (export "[method]thing.look" (func (param "self" (borrow $t)) (result u32)))
    (export "[static]thing.made" (func (result u32)))
    (export "take" (func (param "it" (own $t))))))
  (alias export $things "thing" (type $thing))
  (component $Other
    (import "number" (func $number (param "n" u32) (result u32)))
    (core func $number' (canon lower (func $number)))
    (core module $M
      (import "" "number" (func $number (param i32) (result i32)))
      (memory (export "memory") 1) ${REALLOC}
      (func (export "text") (param i32 i32) (result i32) (call $number (local.get 1))))
    (core instance $m (instantiate $M (with "" (instance (export "number" (func $number'))))))
    (func (export "text") (param "s" string) (result u32)
      (canon lift (core func $m "text") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (instance $other (instantiate $Other (with "number" (func $number))))
  (core func $number-early (canon lower (func $number)))
  (core module $Early
    (import "" "number" (func $number (param i32) (result i32)))
    (func (export "destructor") (param i32) (drop (call $number (local.get 0)))))
  (core instance $early (instantiate $Early (with "" (instance (export "number" (func $number-early))))))
  (type $own (resource (rep i32) (dtor (core func $early "destructor"))))`;

const LOWERED = {
  number: '(canon lower (func $number))',
  nothing: '(canon lower (func $nothing))',
  text: '(canon lower (func $text) (memory $memory))',
  many: '(canon lower (func $many) (memory $memory))',
  answer: '(canon lower (func $answer) (memory $memory) (realloc $realloc))',
  fails: '(canon lower (func $fails) (memory $memory) (realloc $realloc))',
  make: '(canon lower (func $things "[constructor]thing"))',
  look: '(canon lower (func $things "[method]thing.look"))',
  made: '(canon lower (func $things "[static]thing.made"))',
  take: '(canon lower (func $things "take"))',
  drop: '(canon resource.drop $thing)',
  bridge: '(canon lower (func $other "text") (memory $memory))',
  new: '(canon resource.new $own)',
  rep: '(canon resource.rep $own)',
  'drop-own': '(canon resource.drop $own)',
};

const CORE: Readonly<Record<keyof typeof LOWERED, string>> = {
  number: '(param i32) (result i32)',
  nothing: '',
  text: '(param i32 i32) (result i32)',
  many: '(param i32)',
  answer: '(param i32)',
  fails: '(param i32)',
  make: '(param i32) (result i32)',
  look: '(param i32) (result i32)',
  made: '(result i32)',
  take: '(param i32)',
  drop: '(param i32)',
  bridge: '(param i32 i32) (result i32)',
  new: '(param i32) (result i32)',
  rep: '(param i32) (result i32)',
  'drop-own': '(param i32)',
};

/** A component whose `fault` recurses and does `body` on every level. */
export const atTheEdge = (body: string, results = '') =>
  component({
    before: IMPORTS,
    lowered: LOWERED,
    main: `(import "" "memory" (memory 1))
      ${Object.entries(CORE)
        .map(([name, type]) => `(import "" "${name}" (func $${name} ${type}))`)
        .join('\n')}
      (data (i32.const 64) "hello")
      (func $edge (export "edge") (param $level i32) (result i32)
        ${body}
        (i32.add (call $edge (i32.add (local.get $level) (i32.const 1))) (i32.const 1)))
      (func (export "fault") (result i32) (call $edge (i32.const 0)))
      (func (export "post") (param i32) (drop (call $edge (i32.const 0))))
      (func (export "seven") (result i32) (i32.const 7))`,
    exports: `(func (export "fault") (result u32) (canon lift (core func $m "fault") ${results}))`,
  });

/** What the app implements: each notes that it was begun, and that it ended. */
export function app(ledger: Ledger) {
  return {
    number: () => ledger.change(),
    nothing: () => void ledger.change(),
    text: () => ledger.change(),
    many: () => void ledger.change(),
    answer: () => {
      ledger.change();
      return ['one', 'two'];
    },
    fails: () => void ledger.change(),
    'demo:a/things': {
      Thing: class {
        constructor() {
          ledger.change();
        }
        look() {
          return ledger.change();
        }
        static made() {
          return ledger.change();
        }
        [Symbol.dispose]() {
          ledger.change();
        }
      },
      take: () => void ledger.change(),
    },
  };
}

/** How often each is tried, with the edge in another place. */
const ATTEMPTS = 6;

function edge(what: string, body: string): Row {
  const wat = atTheEdge(body);
  const ledgers: Ledger[] = [];
  const guest: Guest = {
    wat,
    imports: (armed) => {
      const ledger = new Ledger();
      if (armed) ledgers.push(ledger);
      return app(ledger);
    },
    attempts: ATTEMPTS,
    act: ({ instance, attempt }) => {
      try {
        return at(attempt * 7, () => instance.sync.fault());
      } finally {
        const { begun, ended } = ledgers.at(-1)!;
        expect({ begun }).toEqual({ begun: ended });
      }
    },
    outcome: STACK,
  };
  return { what, guests: { component: guest }, outcome: STACK };
}

const LEVEL = '(local.get $level)';
const TEXT = '(i32.const 64) (i32.const 5)';
export const EDGES: readonly (readonly [what: string, body: string])[] = [
  ['a function of the app, of numbers', `(drop (call $number ${LEVEL}))`],
  ['a function of the app, of nothing', '(call $nothing)'],
  ['a function of the app that takes a string', `(drop (call $text ${TEXT}))`],
  ['a function of the app that takes more than 16 values', '(call $many (i32.const 128))'],
  ['a function of the app that answers strings, for which realloc is called', '(call $answer (i32.const 128))'],
  ['a function of the app that answers a result', '(call $fails (i32.const 128))'],
  ['a constructor of the app', '(drop (call $make (i32.const 1)))'],
  ['a method of the app', '(drop (call $look (call $make (i32.const 1))))'],
  ['a static function of the app', '(drop (call $made))'],
  ['a function of the app to which a resource is given', '(call $take (call $make (i32.const 1)))'],
  ['what ends a resource of the app', '(call $drop (call $make (i32.const 1)))'],
  ['a function of another guest, which calls the app', `(drop (call $bridge ${TEXT}))`],
  ['its own resources: making them', '(drop (call $new (i32.const 1)))'],
  ['its own resources: looking behind them', '(drop (call $rep (call $new (i32.const 1))))'],
  [
    'its own resources: dropping them, with a destructor that calls the app',
    '(call $drop-own (call $new (i32.const 1)))',
  ],
];

export const STACKS: readonly Topic[] = [
  {
    name: 'The edge of the stack',
    about:
      'The guest recurses and calls on every level, until there is no room. Whatever of the app was begun came to its end, each time, with the edge in six places.',
    rows: EDGES.map(([what, body]) => edge(what, body)),
  },
];
