/** Slots for ids that are close together; a power of two. */
const SLOTS = 256;

/**
 * What is open, by its id. Ids come in increasing order and most are gone soon, so that a slot for each does; those that stay for
 * long make room in a map. A map alone would be made anew every few calls, and what it was before would be kept alive by it.
 */
export class IdTable<T extends { readonly id: number }> {
  readonly #slots = new Array<T | undefined>(SLOTS).fill(undefined);
  readonly #others = new Map<number, T>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): T | undefined {
    const found = this.#slots[(id >>> 1) & (SLOTS - 1)];
    if (found !== undefined && found.id === id) return found;
    return this.#others.size === 0 ? undefined : this.#others.get(id);
  }

  /** Adds one whose id is not there. */
  add(one: T): void {
    const at = (one.id >>> 1) & (SLOTS - 1);
    const before = this.#slots[at];
    if (before !== undefined) this.#others.set(before.id, before);
    this.#slots[at] = one;
    this.#size++;
  }

  /** Whether it was there. */
  delete(id: number): boolean {
    const at = (id >>> 1) & (SLOTS - 1);
    if (this.#slots[at]?.id === id) this.#slots[at] = undefined;
    else if (!this.#others.delete(id)) return false;
    this.#size--;
    return true;
  }

  /** All that are there now, the oldest first. */
  all(): T[] {
    const all = [...this.#others.values(), ...this.#slots.filter((one) => one !== undefined)];
    return all.sort((one, other) => one.id - other.id);
  }

  clear(): void {
    this.#slots.fill(undefined);
    this.#others.clear();
    this.#size = 0;
  }
}
