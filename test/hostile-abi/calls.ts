/** Guests that do what they may not while a call ends, while they are instantiated, and from inside of a call. */
import { component, OUT, within } from './guests.js';
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

const LOOP = '(loop $more (br $more))';
const CHANGED = broke('a resource was changed while realloc or post-return was running');

/** `fault` answers 7, or what `result` and `body` say; `post` is what runs after it. */
function afterReturn(post: string, result: string, body: string): string {
  return component({
    before: `${OUT} (type $r (resource (rep i32)))`,
    lowered: {
      out: '(canon lower (func $out))',
      new: '(canon resource.new $r)',
      rep: '(canon resource.rep $r)',
      drop: '(canon resource.drop $r)',
    },
    main: `(import "" "memory" (memory 1))
      (import "" "out" (func $out))
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "rep" (func $rep (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (data (i32.const 64) "hello")
      (func (export "fault") (result i32) ${body})
      (func $post (export "post") (param i32) ${post})`,
    exports: `(func (export "fault") (result ${result})
      (canon lift (core func $m "fault") (memory $memory) (post-return (core func $m "post"))))`,
  });
}

/** What `out` is to those that must not call it. */
const refused = () => ({
  out: () => {
    throw new Error('the guest has called out');
  },
});

function post(what: string, body: string, outcome: Outcome): Row {
  const guest: Guest = {
    wat: afterReturn(body, 'u32', '(drop (call $new (i32.const 5))) (i32.const 7)'),
    imports: refused,
    outcome,
  };
  return { what, guests: { app: guest, guest: { ...guest, wat: within(guest.wat) } }, outcome };
}

const HELLO = '(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 5)) (i32.const 0)';
const postReturns: Topic = {
  name: 'Post-return',
  about: 'Runs when the result has been lifted, for a call of the app and for one of another guest.',
  rows: [
    post('traps', 'unreachable', trapped('unreachable')),
    post('loops', LOOP, TIMEOUT),
    post('recurses to the edge of the stack', '(call $post (local.get 0))', STACK),
    post('calls an import', '(call $out)', CALLS_OUT),
    post('calls an import and catches what it throws', 'try (call $out) catch_all end', CALLS_OUT),
    post('makes a resource', '(drop (call $new (i32.const 1)))', CHANGED),
    post(
      'makes a resource and catches what that throws',
      'try (drop (call $new (i32.const 1))) catch_all end',
      CHANGED,
    ),
    post('drops a resource', '(call $drop (i32.const 1))', CHANGED),
    post('looks behind a handle, which it may', '(drop (call $rep (i32.const 1)))', answers(7)),
    post('looks behind a handle that is none', '(drop (call $rep (i32.const 9)))', broke('there is no handle 9')),
    post('grows the memory', '(drop (memory.grow (i32.const 1)))', answers(7)),
    {
      what: 'overwrites the result that was just lifted',
      guests: {
        app: {
          wat: afterReturn('(memory.fill (i32.const 0) (i32.const 255) (i32.const 256))', 'string', HELLO),
          imports: refused,
          outcome: answers('hello'),
        },
      },
      outcome: answers('hello'),
    },
    {
      what: 'traps, where the result was ill-formed already: it does not run',
      guests: {
        app: {
          wat: afterReturn('unreachable', 'string', '(i32.const 65536)'),
          imports: refused,
          outcome: broke('a pointer reaches outside the memory'),
        },
      },
      outcome: broke('a pointer reaches outside the memory'),
    },
  ],
};

const ARMED = '(import "armed" (func $armed (result u32))) (import "out" (func $out (param "s" string)))';

/** A start function that asks whether it is to fail, and then does what `body` says. */
function starting(what: string, body: string, outcome: Outcome): Row {
  const guest: Guest = {
    wat: component({
      before: ARMED,
      lowered: { armed: '(canon lower (func $armed))', out: '(canon lower (func $out) (memory $memory))' },
      main: `(import "" "memory" (memory 1))
        (import "" "armed" (func $armed (result i32)))
        (import "" "out" (func $out (param i32 i32)))
        (func $start (if (call $armed) (then ${body})))
        (start $start)
        (func (export "fault"))`,
      exports: '(func (export "fault") (canon lift (core func $m "fault")))',
    }),
    imports: (armed) => ({
      armed: () => (armed ? 1 : 0),
      out: (text: string) => {
        if (text !== '') throw new Error('the app refuses it');
      },
    }),
    outcome,
  };
  const nested = within(guest.wat, { imports: ['armed', 'out'], types: ARMED, result: false });
  return { what, guests: { component: guest, nested: { ...guest, wat: nested } }, outcome, starts: true };
}

const start: Topic = {
  name: 'Start functions',
  about:
    'Of a component, and of one nested in it: they run while it is instantiated, which fails. The plugin can be tried again.',
  rows: [
    starting('calls an import, which it may', '(call $out (i32.const 0) (i32.const 0))', answers(1)),
    starting('calls an import that throws', '(call $out (i32.const 0) (i32.const 1))', {
      code: 'import-failed',
      says: 'the import out failed: the app refuses it',
    }),
    starting(
      'calls an import that throws, and catches it',
      'try (call $out (i32.const 0) (i32.const 1)) catch_all end (call $out (i32.const 0) (i32.const 0))',
      { code: 'import-failed', says: 'the import out failed: the app refuses it' },
    ),
    starting(
      'hands an import a string out of its memory',
      '(call $out (i32.const 65535) (i32.const 2))',
      broke('a string reaches outside the memory'),
    ),
    starting('traps', 'unreachable', trapped('unreachable')),
    starting('loops', LOOP, TIMEOUT),
    starting('loops around an import', '(loop $more (call $out (i32.const 0) (i32.const 0)) (br $more))', TIMEOUT),
    starting('recurses to the edge of the stack', '(call $start)', STACK),
    starting(
      'grows the memory without end',
      '(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable',
      trapped('unreachable'),
    ),
  ],
};

/** A guest that calls `out` once; the app answers by doing something to the guest's own instance. */
function reentering(what: string, out: (instance: any) => void, outcome: Outcome): Row {
  const wat = component({
    before: OUT,
    lowered: { out: '(canon lower (func $out))' },
    main: '(import "" "out" (func $out)) (func (export "fault") (result i32) (call $out) (i32.const 7))',
    exports: '(func (export "fault") (result u32) (canon lift (core func $m "fault")))',
  });
  let attacked: unknown;
  const guest: Guest = {
    wat,
    imports: () => ({ out: () => out(attacked) }),
    act: ({ instance }) => {
      attacked = instance;
      return instance.sync.fault();
    },
    outcome,
  };
  return { what, guests: { component: guest, nested: { ...guest, wat: within(wat) } }, outcome };
}

const REFUSED: Outcome = {
  code: 'import-failed',
  says: 'the import out failed: plugin "guest": the instance is running and cannot be entered again',
};
const ignored = (action: () => unknown) => {
  try {
    action();
  } catch {
    // The app goes on.
  }
};
const reentry: Topic = {
  name: 'Calls from inside of a call',
  about: 'The guest calls the app, which turns to the same instance.',
  rows: [
    reentering('has its own export called', ({ sync }) => sync.count(), REFUSED),
    reentering(
      'has its own export called, and the app ignores the refusal',
      ({ sync }) => ignored(() => sync.count()),
      answers(7),
    ),
    reentering('has itself called again, without end', ({ sync }) => sync.fault(), REFUSED),
    reentering('has its instance disposed of', (instance) => instance.dispose(), REFUSED),
    reentering(
      'has its instance disposed of, and the app ignores the refusal',
      (instance) => ignored(() => instance.dispose()),
      answers(7),
    ),
  ],
};

export const CALLS: readonly Topic[] = [postReturns, start, reentry];
