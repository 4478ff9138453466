import { abiTrap, exhausted } from '../abi/index.js';
import type { RuntimeResource } from './runtime-resource.js';

/** Handles that an instance may hold at once. */
const MAX_HANDLES = 1_000_000;

/** What a call must give back before it returns, and what the app lent it. */
export class BorrowScope {
  /** Borrow handles the guest still holds. */
  held = 0;
  readonly #ends: (() => void)[] = [];

  /** Runs when the call ends. */
  onEnd(action: () => void): void {
    this.#ends.push(action);
  }

  end(): void {
    for (const action of this.#ends) action();
  }
}

export class Handle {
  /** Calls under way that were lent this handle. */
  lends = 0;

  constructor(
    readonly resource: RuntimeResource,
    readonly representation: number,
    /** Of a borrow: the call it ends with. An own handle has none. */
    readonly scope: BorrowScope | undefined,
  ) {}
}

/** The handles of a component instance: indices from 1, the last freed is the first reused (CanonicalABI.md, "Table State"). */
export class HandleTable {
  readonly #entries: (Handle | undefined)[] = [undefined];
  readonly #free: number[] = [];

  /** Handles in use. */
  get size(): number {
    return this.#entries.length - 1 - this.#free.length;
  }

  add(handle: Handle): number {
    const free = this.#free.pop();
    if (free !== undefined) {
      this.#entries[free] = handle;
      return free;
    }
    if (this.#entries.length > MAX_HANDLES) exhausted(`the guest holds more than ${MAX_HANDLES} handles`);
    return this.#entries.push(handle) - 1;
  }

  get(index: number, resource: RuntimeResource): Handle {
    const handle = this.#entries[index];
    if (handle === undefined) abiTrap(`there is no handle ${index}`);
    if (handle.resource !== resource) abiTrap(`handle ${index} is of another resource`);
    return handle;
  }

  remove(index: number, resource: RuntimeResource): Handle {
    const handle = this.get(index, resource);
    if (handle.lends !== 0) abiTrap(`handle ${index} is lent`);
    this.#entries[index] = undefined;
    this.#free.push(index);
    return handle;
  }

  takeOwn(index: number, resource: RuntimeResource): number {
    const handle = this.get(index, resource);
    if (handle.scope !== undefined) abiTrap(`handle ${index} is a borrow and cannot be given away`);
    return this.remove(index, resource).representation;
  }
}
