/**
 * Sees to it that each resource of jco's code is disposed of as itself.
 *
 * What jco 1.35 writes for a list of resources gives all of them one disposer, that of the last: its closures share a variable.
 * The registry for those that nobody disposes of is told the right handle of each, and what to do with it. So that code gets a
 * registry of ours, and once a call has answered, its resources get a disposer that does for their own handle what the registry
 * would do. Until then nobody has asked for it: what the app disposes of during a call is kept for its end.
 */
export class Disposal {
  readonly #fresh = new Map<WeakKey, () => void>();

  /** Runs the code that makes an instance: the registries it makes meanwhile are ours. Nothing else runs in between. */
  during<T>(instantiate: () => T): T {
    const original = globalThis.FinalizationRegistry;
    globalThis.FinalizationRegistry = this.#registry();
    try {
      return instantiate();
    } finally {
      globalThis.FinalizationRegistry = original;
    }
  }

  /** Gives the resources that the code has made since the last time, and not taken back, disposers of their own. */
  settle(): void {
    for (const [resource, end] of this.#fresh) {
      const handle = Object.getOwnPropertySymbols(resource).find(({ description }) => description === 'handle');
      if (handle === undefined) continue;
      const members = resource as Record<symbol, unknown>;
      members[Symbol.dispose] = () => {
        members[Symbol.dispose] = () => {};
        members[handle] = undefined;
        end();
      };
    }
    this.#fresh.clear();
  }

  #registry(): typeof FinalizationRegistry {
    const fresh = this.#fresh;
    return class<T> extends FinalizationRegistry<T> {
      readonly #collected: (held: T) => void;

      constructor(collected: (held: T) => void) {
        super(collected);
        this.#collected = collected;
      }

      override register(resource: WeakKey, held: T, token?: WeakKey): void {
        super.register(resource, held, token);
        if (token !== resource) return;
        fresh.set(resource, () => {
          super.unregister(resource);
          this.#collected(held);
        });
      }

      override unregister(token: WeakKey): boolean {
        fresh.delete(token);
        return super.unregister(token);
      }
    };
  }
}
