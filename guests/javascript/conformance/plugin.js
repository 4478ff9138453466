/** The conformance world in JavaScript: what each function must do is said in `wit/conformance.wit`. */
import * as host from 'hatchway:conformance/host@0.1.0';
import { handIn, inspect, Ticket } from 'hatchway:conformance/tickets@0.1.0';

const same = (value) => value;

export const echo = {
  echoBool: same,
  echoU8: same,
  echoS8: same,
  echoU16: same,
  echoS16: same,
  echoU32: same,
  echoS32: same,
  echoU64: same,
  echoS64: same,
  echoF32: same,
  echoF64: same,
  echoChar: same,
  echoString: same,
  echoColour: same,
  echoPermission: same,
  echoPoint: same,
  echoMixed: same,
  echoShape: same,
  echoTuple: same,
  echoBytes: same,
  echoFloats: same,
  echoLongs: same,
  echoStrings: same,
  echoMixeds: same,
  echoGrid: same,
  echoOption: same,
  echoOptionU32: same,
  echoNestedOption: same,
  echoResult: same,
  echoMany: (...values) => values,
};

// The error of a result is thrown as it is; an `Error` would be a trap.
export const errors = {
  text(value) {
    if (value.tag === 'err') throw value.val;
    return value.val;
  },
  bare(fail) {
    if (fail) throw undefined;
    return 1;
  },
  structured(problem) {
    if (problem !== undefined) throw problem;
  },
  empty(fail) {
    if (fail) throw undefined;
  },
  trap() {
    throw new Error('as asked');
  },
};

export const callbacks = {
  mixedByHost: (value) => host.echoMixed(value),
  shapeByHost: (value) => host.echoShape(value),
  stringsByHost: (value) => host.echoStrings(value),
  optionByHost: (value) => host.echoOption(value),
  evenByHost(value) {
    try {
      return host.even(value);
    } catch (error) {
      throw error.payload;
    }
  },
  descend: (depth) => (depth === 0 ? 0 : host.descend(depth - 1) + 1),
};

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
function total(all) {
  let sum = 0;
  for (const counter of all) {
    sum = (sum + counter.value()) >>> 0;
    counter[Symbol.dispose]();
  }
  return sum;
}

export const counters = {
  Counter,
  equal: (left, right) => left.value() === right.value(),
  make: (count) => Array.from({ length: count }, (_, start) => new Counter(start)),
  total,
  alive: () => alive,
};

let kept;

/** What `use` makes of a new ticket, which does not outlive it. */
function withNew(name, use) {
  const ticket = new Ticket(name);
  try {
    return use(ticket);
  } finally {
    ticket[Symbol.dispose]();
  }
}

export const desk = {
  nameOfNew: (name) => withNew(name, (ticket) => ticket.name()),
  handInNew: (name) => handIn(new Ticket(name)),
  inspectNew: (name) => withNew(name, inspect),
  pass: same,
  look: (ticket) => ticket.name(),
  find: (name) => Ticket.find(name),
  keep(ticket) {
    kept?.[Symbol.dispose]();
    kept = ticket;
  },
  giveBack() {
    const ticket = kept;
    kept = undefined;
    return ticket;
  },
};
