/** What the app offers to a plugin of the conformance world, and what it sees of it. */
import { ComponentError } from '../../src/index.js';

export class App {
  /** Calls of the `host` interface, with their arguments. */
  calls: [name: string, ...args: unknown[]][] = [];
  /** Tickets in the order in which they were made, dropped, handed in and inspected. */
  made: unknown[] = [];
  dropped: unknown[] = [];
  handedIn: unknown[] = [];
  inspected: unknown[] = [];
  /** What `find` finds. */
  readonly found = new Map<string, unknown>();
  /** Who answers `host.descend`. */
  descend: (depth: number) => number | Promise<number> = () => 0;
  readonly Ticket = ticketClass(this);

  /** Forgets what it saw. */
  clear(): void {
    this.calls = [];
    this.made = [];
    this.dropped = [];
    this.handedIn = [];
    this.inspected = [];
  }

  readonly imports = {
    'hatchway:conformance/host': {
      echoMixed: (value: unknown) => this.#echo('echoMixed', value),
      echoShape: (value: unknown) => this.#echo('echoShape', value),
      echoStrings: (value: unknown) => this.#echo('echoStrings', value),
      echoOption: (value: unknown) => this.#echo('echoOption', value),
      even: (value: number) => {
        this.calls.push(['even', value]);
        return even(value);
      },
      descend: (depth: number) => this.descend(depth),
    },
    'hatchway:conformance/tickets': {
      Ticket: this.Ticket,
      handIn: (ticket: { name(): string }) => {
        this.handedIn.push(ticket);
        return `in: ${ticket.name()}`;
      },
      inspect: (ticket: { name(): string }) => {
        this.inspected.push(ticket);
        return `seen: ${ticket.name()}`;
      },
    },
  };

  #echo(name: string, value: unknown): unknown {
    this.calls.push([name, value]);
    return value;
  }
}

/** Numbers that `even` answers with each kind of problem; and one with which it fails. */
export const NOT_FOUND = 13;
export const UNKNOWN = 7;
export const FAILING = 99;

function even(value: number): number {
  if (value === FAILING) throw new Error('the app is broken');
  if (value === NOT_FOUND) throw new ComponentError({ tag: 'not-found', val: 'thirteen' });
  if (value === UNKNOWN) throw new ComponentError({ tag: 'unknown' });
  if (value % 2 !== 0) throw new ComponentError({ tag: 'out-of-range', val: value });
  return value;
}

function ticketClass(app: App) {
  return class Ticket {
    readonly #name: string;
    constructor(name: string) {
      this.#name = name;
      app.made.push(this);
    }
    static find(name: string): unknown {
      return app.found.get(name);
    }
    name(): string {
      return this.#name;
    }
    [Symbol.dispose](): void {
      app.dropped.push(this);
    }
  };
}
