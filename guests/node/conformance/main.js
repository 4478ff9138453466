/** The conformance world as a program of Node: what each function must do is said in `wit/conformance.wit`. */
import { ComponentError, serve } from 'hatchway/plugin';
import { conformance } from './conformance.js';

const same = (value) => value;

serve(conformance, ({ host, tickets }) => {
  let alive = 0;

  class Counter {
    #value;
    constructor(start) {
      alive++;
      this.#value = start;
    }
    value() {
      return this.#value;
    }
    add(amount) {
      this.#value = (this.#value + amount) >>> 0;
      return this.#value;
    }
    copy() {
      return new Counter(this.#value);
    }
    static merge(left, right) {
      return new Counter(total([left, right]));
    }
    [Symbol.dispose]() {
      alive--;
    }
  }

  /** The sum of counters that were given away, which ends them. */
  function total(counters) {
    let sum = 0;
    for (const counter of counters) {
      sum = (sum + counter.value()) >>> 0;
      counter[Symbol.dispose]();
    }
    return sum;
  }

  /** What `use` makes of a ticket that does not outlive it. */
  async function using(making, use) {
    const ticket = await making;
    try {
      return await use(ticket);
    } finally {
      ticket[Symbol.dispose]();
    }
  }

  let kept;

  return {
    echo: {
      ...{ echoBool: same, echoU8: same, echoS8: same, echoU16: same, echoS16: same, echoU32: same, echoS32: same },
      ...{ echoU64: same, echoS64: same, echoF32: same, echoF64: same, echoChar: same, echoString: same },
      ...{ echoColour: same, echoPermission: same, echoPoint: same, echoMixed: same, echoShape: same, echoTuple: same },
      ...{ echoBytes: same, echoFloats: same, echoLongs: same, echoStrings: same, echoMixeds: same, echoGrid: same },
      ...{ echoOption: same, echoOptionU32: same, echoNestedOption: same, echoResult: same },
      echoMany: (...values) => values,
    },
    errors: {
      text(value) {
        if (value.tag === 'err') throw new ComponentError(value.val);
        return value.val;
      },
      bare(fail) {
        if (fail) throw new ComponentError(undefined);
        return 1;
      },
      structured(problem) {
        if (problem !== undefined) throw new ComponentError(problem);
      },
      empty(fail) {
        if (fail) throw new ComponentError(undefined);
      },
      trap() {
        throw new Error('as asked');
      },
    },
    callbacks: {
      mixedByHost: (value) => host.echoMixed(value),
      shapeByHost: (value) => host.echoShape(value),
      stringsByHost: (value) => host.echoStrings(value),
      optionByHost: (value) => host.echoOption(value),
      // The error of the app is one of the plugin as it is.
      evenByHost: (value) => host.even(value),
      descend: async (depth) => (depth === 0 ? 0 : (await host.descend(depth - 1)) + 1),
    },
    counters: {
      Counter,
      equal: (left, right) => left.value() === right.value(),
      make: (count) => Array.from({ length: count }, (_, start) => new Counter(start)),
      total,
      alive: () => alive,
    },
    desk: {
      nameOfNew: (name) => using(tickets.Ticket.create(name), (ticket) => ticket.name()),
      handInNew: async (name) => tickets.handIn(await tickets.Ticket.create(name)),
      inspectNew: (name) => using(tickets.Ticket.create(name), tickets.inspect),
      pass: same,
      look: (ticket) => ticket.name(),
      find: (name) => tickets.Ticket.find(name),
      keep(ticket) {
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
});
