/** The conformance world as an object of the app: what each function must do is said in `wit/conformance.wit`. */
import { ComponentError, type PlainPlugin } from '../../src/index.js';

const same = (value: unknown) => value;

/** What `use` makes of something that does not outlive it. */
function using<T extends Disposable, R>(it: T, use: (it: T) => R): R {
  try {
    return use(it);
  } finally {
    it[Symbol.dispose]();
  }
}

/** A new one for each instance. */
export function plainConformance(imports: any): PlainPlugin {
  const { host, tickets } = imports;
  let alive = 0;

  class Counter {
    #value: number;
    constructor(start: number) {
      alive++;
      this.#value = start;
    }
    value(): number {
      return this.#value;
    }
    add(amount: number): number {
      this.#value = (this.#value + amount) >>> 0;
      return this.#value;
    }
    copy(): Counter {
      return new Counter(this.#value);
    }
    static merge(left: Counter, right: Counter): Counter {
      return new Counter(total([left, right]));
    }
    [Symbol.dispose](): void {
      alive--;
    }
  }

  /** The sum of counters that were given away, which ends them. */
  const total = (all: Counter[]) => all.reduce((sum, it) => using(it, () => sum + it.value()) >>> 0, 0);

  let kept: Disposable | undefined;

  return {
    echo: {
      ...{ echoBool: same, echoU8: same, echoS8: same, echoU16: same, echoS16: same, echoU32: same, echoS32: same },
      ...{ echoU64: same, echoS64: same, echoF32: same, echoF64: same, echoChar: same, echoString: same },
      ...{ echoColour: same, echoPermission: same, echoPoint: same, echoMixed: same, echoShape: same, echoTuple: same },
      ...{ echoBytes: same, echoFloats: same, echoLongs: same, echoStrings: same, echoMixeds: same, echoGrid: same },
      ...{ echoOption: same, echoOptionU32: same, echoNestedOption: same, echoResult: same },
      echoMany: (...values: unknown[]) => values,
    },
    errors: {
      text(value: { tag: 'ok' | 'err'; val: unknown }) {
        if (value.tag === 'err') throw new ComponentError(value.val);
        return value.val;
      },
      bare(fail: boolean) {
        if (fail) throw new ComponentError(undefined);
        return 1;
      },
      structured(problem: unknown) {
        if (problem !== undefined) throw new ComponentError(problem);
      },
      empty(fail: boolean) {
        if (fail) throw new ComponentError(undefined);
      },
      trap() {
        throw new Error('as asked');
      },
    },
    callbacks: {
      mixedByHost: (value: unknown) => host.echoMixed(value),
      shapeByHost: (value: unknown) => host.echoShape(value),
      stringsByHost: (value: unknown) => host.echoStrings(value),
      optionByHost: (value: unknown) => host.echoOption(value),
      // The error of the app is one of the plugin as it is.
      evenByHost: (value: number) => host.even(value),
      descend: (depth: number) => (depth === 0 ? 0 : host.descend(depth - 1) + 1),
    },
    counters: {
      Counter,
      equal: (left: Counter, right: Counter) => left.value() === right.value(),
      make: (count: number) => Array.from({ length: count }, (_, start) => new Counter(start)),
      total,
      alive: () => alive,
    },
    desk: {
      nameOfNew: (name: string) => using(new tickets.Ticket(name), (ticket: any) => ticket.name()),
      handInNew: (name: string) => tickets.handIn(new tickets.Ticket(name)),
      inspectNew: (name: string) => using(new tickets.Ticket(name), tickets.inspect),
      pass: same,
      look: (ticket: any) => ticket.name(),
      find: (name: string) => tickets.Ticket.find(name),
      keep(ticket: Disposable) {
        kept?.[Symbol.dispose]();
        kept = ticket;
      },
      giveBack() {
        const ticket = kept;
        kept = undefined;
        return ticket;
      },
    },
  };
}
