/** Resources through jco's code and through ours: the same calls come to the same. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Exports, type Instantiate, translateWithJco } from './jco.js';
import { loadWithHatchway } from './ours.js';
import { outcomeOf } from './outcome.js';
import { consumerComponent, providerComponent, THINGS, USER } from './resources.js';

const RUNTIMES = [
  ['jco', translateWithJco],
  ['ours', loadWithHatchway],
] as const;

/** A row: what is done, and what each step comes to; with jco, where that is known to differ. */
type Row = readonly [name: string, steps: (api: Exports) => (() => unknown)[], outcomes: Outcomes, jco?: Outcomes];
type Outcomes = readonly string[];

describe('a resource of the guest', () => {
  const rows: readonly Row[] = [
    [
      'is constructed, has methods, and keeps its state',
      ({ Counter }) => {
        const c = new Counter(5);
        return [() => c.add(2), () => c.add(3), () => c instanceof Counter];
      },
      ['returns 7', 'returns 10', 'returns true'],
    ],
    [
      'is lent, and stays the caller’s',
      ({ Counter, look }) => {
        const c = new Counter(5);
        return [() => look(c), () => look(c), () => c.add(1)];
      },
      ['returns 5', 'returns 5', 'returns 6'],
    ],
    [
      'is given away, and cannot be used after',
      ({ Counter, take, dropped }) => {
        const c = new Counter(5);
        return [() => take(c), dropped, () => c.add(1)];
      },
      ['returns 5', 'returns 1', 'throws'],
    ],
    [
      'cannot be given away twice',
      ({ Counter, take }) => {
        const c = new Counter(5);
        return [() => take(c), () => take(c)];
      },
      ['returns 5', 'throws'],
    ],
    [
      'comes back as itself from where it went',
      ({ Counter, pass }) => {
        const c = pass(new Counter(5));
        return [() => c instanceof Counter, () => c.add(1)];
      },
      ['returns true', 'returns 6'],
    ],
    [
      'is made by a static function of an owned and a lent one',
      ({ Counter, dropped }) => {
        const b = new Counter(2);
        const sum = Counter.merge(new Counter(1), b);
        return [() => sum.add(0), () => b.add(0), dropped];
      },
      ['returns 3', 'returns 2', 'returns 1'],
    ],
    [
      'travels in an option',
      ({ Counter, maybe }) => [() => maybe(undefined), () => maybe(new Counter(5)).add(1)],
      ['returns undefined', 'returns 6'],
    ],
    [
      'travels in a list',
      ({ Counter, all }) => [
        () => all([new Counter(1), new Counter(2)]).map((c: Exports) => c.add(1)),
        () => all([]).length,
      ],
      ['returns [2, 3]', 'returns 0'],
    ],
    [
      'travels in a result',
      (api) => [() => api.try({ tag: 'ok', val: new api.Counter(9) }).add(0), () => api.try({ tag: 'err', val: 4 })],
      ['returns 9', 'error 4'],
    ],
    [
      'is dropped when it is disposed of, and cannot be used after',
      ({ Counter, dropped }) => {
        const c = new Counter(5);
        return [dropped, () => c[Symbol.dispose](), dropped, () => c.add(1)];
      },
      ['returns 0', 'returns undefined', 'returns 1', 'throws'],
    ],
    ...[{}, null, undefined, 1].map(
      (value): Row => [`is not ${String(value)}`, ({ look }) => [() => look(value)], ['throws']],
    ),
  ];
  describe.each(RUNTIMES)('with %s', (runtime, load) => {
    let instantiate: Instantiate;
    beforeAll(async () => {
      instantiate = await load(await providerComponent());
    });
    for (const [name, steps, outcomes, jco = outcomes] of rows) {
      it(name, async () => {
        const api = (await instantiate({}))[THINGS];
        expect(steps(api).map(outcomeOf)).toEqual(runtime === 'jco' ? jco : outcomes);
      });
    }
  });
});

describe('a resource of the host', () => {
  /** The host's side: a class as any, and what became of its objects. */
  function hostSide() {
    const log: string[] = [];
    class Counter {
      constructor(public n: number) {}
      add(n: number) {
        this.n += n;
        return this.n;
      }
      static merge(a: Counter, b: Counter) {
        return new Counter(a.n + b.n);
      }
      [Symbol.dispose]() {
        log.push(`disposed ${this.n}`);
      }
    }
    const look = (c: Counter) => c.n;
    return { Counter, log, imports: { [THINGS]: { Counter, look, take: look, pass: (c: Counter) => c } } };
  }
  type Host = ReturnType<typeof hostSide>;
  type HostRow = readonly [
    name: string,
    steps: (user: Exports, host: Host) => (() => unknown)[],
    outcomes: Outcomes,
    jco?: Outcomes,
  ];
  const rows: readonly HostRow[] = [
    [
      'is constructed by the guest, and is the host’s own object here',
      (user, { Counter }) => [() => user.make(3) instanceof Counter, () => user.make(3).n],
      ['returns true', 'returns 3'],
    ],
    [
      'is lent to the guest, which calls its methods',
      (user, { Counter, log }) => {
        const c = new Counter(1);
        return [() => user.add(c, 2), () => user.addTwice(c, 1), () => user.look(c), () => c.n, () => log];
      },
      ['returns 3', 'returns 5', 'returns 5', 'returns 5', 'returns []'],
    ],
    [
      'is given to the guest, which gives it on',
      (user, { Counter, log }) => [() => user.take(new Counter(7)), () => log],
      ['returns 7', 'returns []'],
    ],
    [
      'comes back as the same object',
      (user, { Counter }) => {
        const c = new Counter(1);
        return [() => user.pass(c) === c];
      },
      ['returns true'],
    ],
    [
      'is made by a static function',
      (user, { Counter, log }) => {
        const b = new Counter(2);
        return [() => user.merge(new Counter(1), b).n, () => log];
      },
      ['returns 3', 'returns []'],
    ],
    [
      'is disposed of when the guest drops it',
      (user, { Counter, log }) => [() => user.drop(new Counter(4)), () => log],
      ['returns undefined', 'returns ["disposed 4"]'],
    ],
    // CanonicalABI.md, "Handle Tables": an index without a handle traps. In jco's code it is a handle of 0.
    [
      'cannot be used once dropped',
      (user, { Counter }) => [() => user.useAfterDrop(new Counter(8))],
      ['throws'],
      ['returns 0'],
    ],
    ...[{}, null, undefined, 1].map(
      (value): HostRow => [`is not ${String(value)}`, (user) => [() => user.add(value, 1)], ['throws']],
    ),
  ];
  describe.each(RUNTIMES)('with %s', (runtime, load) => {
    let instantiate: Instantiate;
    beforeAll(async () => {
      instantiate = await load(await consumerComponent());
    });
    for (const [name, steps, outcomes, jco = outcomes] of rows) {
      it(name, async () => {
        const host = hostSide();
        const user = (await instantiate(host.imports))[USER];
        expect(steps(user, host).map(outcomeOf)).toEqual(runtime === 'jco' ? jco : outcomes);
      });
    }
  });
});
