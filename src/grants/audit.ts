import type { Denial } from '../errors/index.js';
import type { GrantKind } from './model.js';

/** One check of a grant. Repeats of the same check are one event more, with their count, when the instance ends. */
export interface AuditEvent {
  /** ISO 8601, in UTC. */
  readonly time: string;
  /** A denial's id is that of its error. */
  readonly id: string;
  readonly plugin: string;
  readonly instance: string;
  readonly outcome: 'allowed' | 'denied';
  readonly kind: GrantKind;
  /** In the guest's terms: a guest path, a variable's name; never a value. At most 4 096 characters. */
  readonly target: string;
  readonly rule: string;
  readonly grantWith?: string;
  /** How often the check was made, for the event that sums up repeats. */
  readonly count: number;
}

/** Takes events as they happen. Must not throw. */
export type AuditSink = (event: AuditEvent) => void;

/** Distinct checks that are told apart before the oldest is summed up and forgotten. */
const MAX_ENTRIES = 1_000;
/** Denials that an instance keeps for its app. */
const MAX_DENIALS = 100;
const MAX_TARGET = 4_096;

interface Entry {
  readonly event: AuditEvent;
  readonly denial: Denial | undefined;
  count: number;
}

/** Records the checks of one instance. */
export class Audit {
  readonly #entries = new Map<string, Entry>();
  readonly #denials: Denial[] = [];
  #sequence = 0;

  /** @param sink where events go. Without one only denials are kept. */
  constructor(
    private readonly name: { readonly plugin: string; readonly instance: string },
    private readonly sink?: AuditSink,
  ) {}

  /** The first denials of the instance, each once; at most 100. */
  get denials(): readonly Denial[] {
    return this.#denials;
  }

  allowed(kind: GrantKind, target: string, rule: string): void {
    if (this.sink === undefined) return;
    this.#record('allowed', kind, target, rule, undefined);
  }

  /** `decide` is asked only the first time. */
  denied(kind: GrantKind, target: string, decide: () => { rule: string; grantWith: string }): Denial {
    const entry = this.#entries.get(keyOf('denied', kind, target));
    if (entry?.denial !== undefined) {
      entry.count++;
      return entry.denial;
    }
    if (this.sink === undefined && this.#denials.length >= MAX_DENIALS) return this.#unread(kind, target, decide);
    const { rule, grantWith } = decide();
    return this.#record('denied', kind, target, rule, grantWith).denial!;
  }

  /** Tells the sink how often each check was repeated. */
  flush(): void {
    for (const entry of this.#entries.values()) this.#sumUp(entry);
    this.#entries.clear();
  }

  #record(
    outcome: AuditEvent['outcome'],
    kind: GrantKind,
    target: string,
    rule: string,
    grantWith: string | undefined,
  ): Entry {
    const key = keyOf(outcome, kind, target);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.count++;
      return known;
    }
    if (this.#entries.size >= MAX_ENTRIES) {
      const [oldest, entry] = this.#entries.entries().next().value!;
      this.#entries.delete(oldest);
      this.#sumUp(entry);
    }
    const { plugin, instance } = this.name;
    const id = `${instance}#${++this.#sequence}`;
    const shown = target.slice(0, MAX_TARGET);
    const event: AuditEvent = {
      time: new Date().toISOString(),
      id,
      plugin,
      instance,
      outcome,
      kind,
      target: shown,
      rule,
      ...(grantWith === undefined ? {} : { grantWith }),
      count: 1,
    };
    const denial = grantWith === undefined ? undefined : { id, plugin, instance, kind, target: shown, rule, grantWith };
    if (denial !== undefined && this.#denials.length < MAX_DENIALS) this.#denials.push(denial);
    const entry: Entry = { event, denial, count: 1 };
    this.#entries.set(key, entry);
    this.sink?.(event);
    return entry;
  }

  /** A denial that nobody keeps: it is explained if somebody asks, so that a flood of them costs little. */
  #unread(kind: GrantKind, target: string, decide: () => { rule: string; grantWith: string }): Denial {
    let decision: ReturnType<typeof decide> | undefined;
    return {
      id: `${this.name.instance}#${++this.#sequence}`,
      ...this.name,
      kind,
      target: target.slice(0, MAX_TARGET),
      get rule() {
        decision ??= decide();
        return decision.rule;
      },
      get grantWith() {
        decision ??= decide();
        return decision.grantWith;
      },
    };
  }

  #sumUp({ event, count }: Entry): void {
    if (count > 1) this.sink?.({ ...event, time: new Date().toISOString(), count });
  }
}

function keyOf(outcome: string, kind: GrantKind, target: string): string {
  return `${outcome} ${kind} ${target.length > MAX_TARGET ? target.slice(0, MAX_TARGET) : target}`;
}
