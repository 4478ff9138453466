/** Handles that were forged, dropped, lent, given away or mixed up, by the guest or by the app. */
import { COUNT } from './guests.js';
import {
  type Attempt,
  answers,
  broke,
  exhausted,
  type Guest,
  type Outcome,
  type Row,
  STACK,
  TIMEOUT,
  type Topic,
  trapped,
} from './row.js';

interface Handling {
  /** The body of `fault`, which answers an i32; its parameter, if any, is `$it`. */
  readonly body: string;
  /** What `fault` takes, and answers, in WIT. */
  readonly takes?: string;
  readonly gives?: string;
  /** The body of the destructor of `$r`, whose parameter is `$rep`. */
  readonly destructor?: string;
  readonly fields?: string;
}

/** What the app implements. */
class Thing {
  constructor(readonly n: number) {}
}

const things = (refuse: boolean) => ({
  Thing,
  make: () => new Thing(1),
  look: ({ n }: Thing) => n,
  take: ({ n }: Thing) => n,
  both: () => {
    if (refuse) throw new Error('the app was called');
    return 0;
  },
});

/** Two resources of the guest, `$r` and `$q`, and one of the app, `$thing`; `fault` uses them by their core functions. */
function guest({ body, takes, gives = 'u32', destructor = '', fields = '' }: Handling): string {
  const param = takes ? '(param $it i32)' : '';
  return `(component
    (import "demo:a/things" (instance $things
      (export "thing" (type $t (sub resource)))
      (export "make" (func (result (own $t))))
      (export "look" (func (param "it" (borrow $t)) (result u32)))
      (export "take" (func (param "it" (own $t)) (result u32)))
      (export "both" (func (param "a" (borrow $t)) (param "b" (own $t)) (result u32)))
      (export "two" (func (param "a" (own $t)) (param "b" (own $t)) (result u32)))))
    (alias export $things "thing" (type $thing))
    ;; The destructor is there before what it calls.
    (core module $Early
      (table (export "table") 1 funcref)
      (func (export "destructor") (param i32) (call_indirect (param i32) (local.get 0) (i32.const 0))))
    (core instance $early (instantiate $Early))
    (type $r' (resource (rep i32) (dtor (core func $early "destructor"))))
    (type $q' (resource (rep i32)))
    (core func $new (canon resource.new $r')) (core func $rep (canon resource.rep $r')) (core func $drop (canon resource.drop $r'))
    (core func $new-q (canon resource.new $q')) (core func $rep-q (canon resource.rep $q')) (core func $drop-q (canon resource.drop $q'))
    (core func $drop-thing (canon resource.drop $thing))
    (core func $make (canon lower (func $things "make")))
    (core func $look (canon lower (func $things "look")))
    (core func $take (canon lower (func $things "take")))
    (core func $both (canon lower (func $things "both")))
    (core func $two (canon lower (func $things "two")))
    (core module $Main
      (import "" "table" (table 1 funcref))
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "rep" (func $rep (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (import "" "new-q" (func $new-q (param i32) (result i32)))
      (import "" "rep-q" (func $rep-q (param i32) (result i32)))
      (import "" "drop-q" (func $drop-q (param i32)))
      (import "" "drop-thing" (func $drop-thing (param i32)))
      (import "" "make" (func $make (result i32)))
      (import "" "look" (func $look (param i32) (result i32)))
      (import "" "take" (func $take (param i32) (result i32)))
      (import "" "both" (func $both (param i32 i32) (result i32)))
      (import "" "two" (func $two (param i32 i32) (result i32)))
      (elem (i32.const 0) $destructor)
      ${fields}
      (func $destructor (param $rep i32) ${destructor})
      (func (export "fault") ${param} (result i32) (local $h i32) ${body})
      (func (export "make-r") (result i32) (call $new (i32.const 5)))
      (func (export "make-q") (result i32) (call $new-q (i32.const 5)))
      (func (export "look-r") (param i32) (result i32) (local.get 0))
      (func (export "take-r") (param i32) (result i32) (call $rep (local.get 0)) (call $drop (local.get 0)))
      (func (export "take-two") (param i32 i32) (result i32) (call $rep (local.get 1)))
      ${COUNT})
    (core instance $m (instantiate $Main (with "" (instance
      (export "table" (table $early "table"))
      ${['new', 'rep', 'drop', 'new-q', 'rep-q', 'drop-q', 'drop-thing', 'make', 'look', 'take', 'both', 'two'].map((name) => `(export "${name}" (func $${name}))`).join(' ')}))))
    (export $r "r" (type $r'))
    (export $q "q" (type $q'))
    (func (export "fault") ${takes ? `(param "it" ${takes})` : ''} (result ${gives}) (canon lift (core func $m "fault")))
    (func (export "make-r") (result (own $r)) (canon lift (core func $m "make-r")))
    (func (export "make-q") (result (own $q)) (canon lift (core func $m "make-q")))
    (func (export "look-r") (param "it" (borrow $r)) (result u32) (canon lift (core func $m "look-r")))
    (func (export "take-r") (param "it" (own $r)) (result u32) (canon lift (core func $m "take-r")))
    (func (export "take-two") (param "a" (own $r)) (param "b" (own $r)) (result u32) (canon lift (core func $m "take-two")))
    (func (export "count") (result u32) (canon lift (core func $m "count"))))`;
}

function row(
  what: string,
  handling: Handling,
  outcome: Outcome,
  act?: (attempt: Attempt) => unknown,
  takesMemory?: true,
): Row {
  const component: Guest = {
    wat: guest(handling),
    imports: (armed) => ({ 'demo:a/things': { ...things(armed), two: () => 0 } }),
    ...(act && { act }),
    outcome,
  };
  return { what, guests: { component }, outcome, ...(takesMemory && { takesMemory }) };
}

const none = (index: number) => broke(`there is no handle ${index}`);
const other = (index: number) => broke(`handle ${index} is of another resource`);
const LENT = broke('handle 1 is lent');
const BORROW = broke('handle 1 is a borrow and cannot be given away');
const guestDoes = (what: string, body: string, outcome: Outcome, more: Partial<Handling> = {}) =>
  row(what, { body, ...more }, outcome);
/** `fault` is lent a thing of the app, at handle 1. */
const lent = (what: string, body: string, outcome: Outcome, gives = 'u32') =>
  row(what, { body, takes: '(borrow $thing)', gives }, outcome, ({ instance }) => instance.sync.fault(new Thing(7)));
/** `fault` is given one. */
const given = (what: string, body: string, outcome: Outcome) =>
  row(what, { body, takes: '(own $thing)' }, outcome, ({ instance }) => instance.sync.fault(new Thing(7)));
const then0 = (body: string) => `${body} (i32.const 0)`;
const OWN = '(drop (call $new (i32.const 5)))';

const forged: Topic = {
  name: 'Handles that are none',
  about: 'A guest has no handle unless the row says so; the first it gets is 1.',
  rows: [
    guestDoes('handle 0', '(call $rep (i32.const 0))', none(0)),
    guestDoes('handle 1', '(call $rep (i32.const 1))', none(1)),
    guestDoes('a handle far off', '(call $rep (i32.const 1000000000))', none(1_000_000_000)),
    guestDoes('handle -1', '(call $rep (i32.const -1))', none(4_294_967_295)),
    guestDoes('handle 2 where there is one', `${OWN} (call $rep (i32.const 2))`, none(2)),
    guestDoes('dropping handle 0', then0('(call $drop (i32.const 0))'), none(0)),
    guestDoes('dropping handle -1', then0('(call $drop (i32.const -1))'), none(4_294_967_295)),
    guestDoes(
      'dropping a handle twice',
      then0(`${OWN} (call $drop (i32.const 1)) (call $drop (i32.const 1))`),
      none(1),
    ),
    guestDoes(
      'looking behind a dropped handle',
      `${OWN} (call $drop (i32.const 1)) (call $rep (i32.const 1))`,
      none(1),
    ),
    guestDoes('lending the app handle 0', '(call $look (i32.const 0))', none(0)),
    guestDoes('lending the app handle -1', '(call $look (i32.const -1))', none(4_294_967_295)),
    guestDoes('giving the app handle 0', '(call $take (i32.const 0))', none(0)),
    guestDoes(
      'giving the app what it has given already',
      '(local.set $h (call $make)) (drop (call $take (local.get $h))) (call $take (local.get $h))',
      none(1),
    ),
    guestDoes(
      'lending the app what it has given',
      '(local.set $h (call $make)) (drop (call $take (local.get $h))) (call $look (local.get $h))',
      none(1),
    ),
    guestDoes(
      'giving the app one handle twice in a call',
      '(local.set $h (call $make)) (call $two (local.get $h) (local.get $h))',
      none(1),
    ),
    guestDoes('answering handle 0', '(i32.const 0)', none(0), { gives: '(own $r)' }),
    guestDoes('answering a dropped handle', `${OWN} (call $drop (i32.const 1)) (i32.const 1)`, none(1), {
      gives: '(own $r)',
    }),
    row(
      'all handles there can be',
      { body: '(loop $more (drop (call $new (i32.const 1))) (br $more)) unreachable' },
      exhausted('the guest holds more than 1000000 handles'),
      undefined,
      true,
    ),
    row(
      'all objects of the app there can be',
      { body: '(loop $more (drop (call $make)) (br $more)) unreachable' },
      exhausted('the guest holds more than 1000000 objects of Thing'),
    ),
  ],
};

const mixed: Topic = {
  name: 'Handles of another kind',
  about: 'Of two resources of the guest and one of the app.',
  rows: [
    guestDoes(
      'its own for another of its own',
      '(drop (call $new-q (i32.const 5))) (call $rep (i32.const 1))',
      other(1),
    ),
    guestDoes('its own for one of the app', `${OWN} (call $look (i32.const 1))`, other(1)),
    guestDoes('one of the app for its own', '(drop (call $make)) (call $rep (i32.const 1))', other(1)),
    guestDoes('giving the app its own for one of the app', `${OWN} (call $take (i32.const 1))`, other(1)),
    guestDoes('dropping its own as another of its own', then0(`${OWN} (call $drop-q (i32.const 1))`), other(1)),
    guestDoes('dropping one of the app as its own', then0('(drop (call $make)) (call $drop (i32.const 1))'), other(1)),
    guestDoes(
      'an index that was used again for another',
      `${OWN} (call $drop (i32.const 1)) (drop (call $new-q (i32.const 5))) (call $rep (i32.const 1))`,
      other(1),
    ),
    guestDoes('answering one of the app as its own', '(call $make)', other(1), { gives: '(own $r)' }),
    guestDoes('answering its own as another of its own', '(call $new-q (i32.const 5))', other(1), {
      gives: '(own $r)',
    }),
    guestDoes(
      'a representation where a handle is expected',
      '(drop (call $new (i32.const 77))) (call $rep (i32.const 77))',
      none(77),
    ),
  ],
};

const lending: Topic = {
  name: 'Handles that are lent',
  about: 'By the guest to the app, or by the app to the guest.',
  rows: [
    guestDoes(
      'lending and giving away the same in one call',
      '(local.set $h (call $make)) (call $both (local.get $h) (local.get $h))',
      LENT,
    ),
    lent('keeping what it was lent', '(i32.const 0)', broke('the guest kept 1 borrowed handles after the call')),
    lent(
      'dropping what it was lent twice',
      then0('(call $drop-thing (local.get $it)) (call $drop-thing (local.get $it))'),
      none(1),
    ),
    lent(
      'using what it was lent and has dropped',
      '(call $drop-thing (local.get $it)) (call $look (local.get $it))',
      none(1),
    ),
    lent('giving away what it was lent', '(call $take (local.get $it))', BORROW),
    lent('answering what it was lent', '(local.get $it)', BORROW, '(own $thing)'),
    lent('dropping what it was lent as its own', then0('(call $drop (local.get $it))'), other(1)),
    lent(
      'lending on what it was lent, which it may',
      '(call $look (local.get $it)) (call $drop-thing (local.get $it))',
      answers(7),
    ),
    lent('lending and giving away what it was lent', '(call $both (local.get $it) (local.get $it))', BORROW),
    given(
      'using what it was given after it dropped it',
      '(call $drop-thing (local.get $it)) (call $look (local.get $it))',
      none(1),
    ),
    given('keeping what it was given, which it may', '(call $look (local.get $it))', answers(7)),
  ],
};

const destructor = (what: string, body: string, outcome: Outcome, fields = '') =>
  row(what, { body: `${OWN} (call $drop (i32.const 1)) (i32.const 7)`, destructor: body, fields }, outcome);
/** The app disposes of a resource, whose destructor then runs. */
const disposed = (what: string, body: string, outcome: Outcome) =>
  row(`${what}, when the app disposes`, { body: '(i32.const 7)', destructor: body }, outcome, ({ instance }) => {
    instance.sync.makeR()[Symbol.dispose]();
    return 7;
  });
const bad: readonly [what: string, body: string, outcome: Outcome][] = [
  ['traps', 'unreachable', trapped('unreachable')],
  ['loops', '(loop $more (br $more))', TIMEOUT],
  ['drops handle 9', '(call $drop (i32.const 9))', none(9)],
  ['makes another and drops it, without end', '(call $drop (call $new (i32.const 6)))', STACK],
  ['calls the app, which it may', '(drop (call $look (call $make)))', answers(7)],
];
const destructors: Topic = {
  name: 'Destructors',
  about: 'Run when the guest drops its last handle, or the app disposes.',
  rows: [
    ...bad.map(([what, body, outcome]) => destructor(what, body, outcome)),
    destructor('drops what is being dropped', '(call $drop (i32.const 1))', none(1)),
    destructor('looks behind what is being dropped', '(drop (call $rep (i32.const 1)))', none(1)),
    destructor('makes another, which takes the same index', '(drop (call $new (i32.const 6)))', answers(7)),
    ...bad.map(([what, body, outcome]) => disposed(what, body, outcome)),
  ],
};

/** The app hands over something that is not what the type says: that is its own mistake, and nothing is called. */
const mistaken = (what: string, says: string, act: (attempt: Attempt) => unknown) =>
  row(what, { body: '(i32.const 0)' }, { code: 'argument', says: `it: expected ${says}` }, act);
const LIVE = 'a resource that was neither disposed nor given away';
const apps: Topic = {
  name: 'Handles that the app mixes up',
  about: 'Guests get the app to do so by what they answer: the app is told, and the guest is not called.',
  rows: [
    mistaken(
      'one of another instance of the same plugin',
      'a resource of this type and plugin instance',
      ({ instance, twin }) => instance.sync.lookR(twin.sync.makeR()),
    ),
    mistaken(
      'giving away one of another instance',
      'a resource of this type and plugin instance',
      ({ instance, twin }) => instance.sync.takeR(twin.sync.makeR()),
    ),
    mistaken('one of another resource', 'a resource of this type and plugin instance', ({ instance }) =>
      instance.sync.lookR(instance.sync.makeQ()),
    ),
    mistaken('one that was given away', LIVE, ({ instance: { sync } }) => {
      const it = sync.makeR();
      sync.takeR(it);
      return sync.lookR(it);
    }),
    mistaken('one that was disposed of', LIVE, ({ instance: { sync } }) => {
      const it = sync.makeR();
      it[Symbol.dispose]();
      return sync.takeR(it);
    }),
    mistaken('a number', 'a resource of this plugin instance', ({ instance }) => instance.sync.lookR(1)),
    mistaken('an object that only looks like one', 'a resource of this plugin instance', ({ instance: { sync } }) =>
      sync.lookR(Object.create(Object.getPrototypeOf(sync.makeR()))),
    ),
    row(
      'one that is given away twice in a call',
      { body: '(i32.const 0)' },
      { code: 'argument', says: 'b: expected a resource that this call does not give away elsewhere' },
      ({ instance: { sync } }) => {
        const it = sync.makeR();
        return sync.takeTwo(it, it);
      },
    ),
  ],
};

export const HANDLES: readonly Topic[] = [forged, mixed, lending, destructors, apps];
