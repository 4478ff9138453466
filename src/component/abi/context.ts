import { abiTrap, exhausted, mismatch } from './trap.js';

/** Host memory that lifting the values of one call may take, in bytes, estimated before anything is built. */
export const LIFT_BUDGET = 64 * 1024 * 1024;

/** The largest string or list, in bytes (`MAX_STRING_BYTE_LENGTH`, `MAX_LIST_BYTE_LENGTH`). */
export const MAX_BYTES = 2 ** 28 - 1;

/** What lifting and lowering ask of the component instance they work for. Indices are handles, `slot` names the resource. */
export interface HandleScope {
  /** Off while realloc and post-return run: the guest may not call out then. */
  mayLeave: boolean;
  /** Takes an own handle out of the table and gives its representation. */
  liftOwn(slot: number, handle: number): number;
  /** The representation behind a handle, which stays lent until the call ends. */
  liftBorrow(slot: number, handle: number): number;
  lowerOwn(slot: number, representation: number): number;
  /** A handle that ends with the call; the representation itself in the instance that defines the resource. */
  lowerBorrow(slot: number, representation: number): number;
  /** How the app sees handles of the resource. */
  readonly resources: readonly ResourceFace[];
}

/** How a resource appears in JavaScript. */
export interface ResourceFace {
  wrapOwn(representation: number, face: HostFace): unknown;
  wrapBorrow(representation: number, face: HostFace): unknown;
  unwrapOwn(value: unknown): number;
  unwrapBorrow(value: unknown): number;
  /**
   * What the value stands for, if that can be in one call but once where it is given away.
   * @throws Mismatch if the value is no live handle of this resource that can be lent (or given away, if `own`).
   */
  check(value: unknown, own: boolean): object | undefined;
}

export type HostFace = 'sync' | 'async';

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/**
 * The memory, realloc and instance that the values of a canonical definition live in. Views of the memory are renewed when
 * the guest grew it: growing detaches the old buffer, which empties the old view.
 */
export class Context {
  u8: Uint8Array = NO_BYTES;
  view: DataView = NO_VIEW;
  /** Bytes left of the call's lift budget. */
  budget = LIFT_BUDGET;
  /** Bytes that the calls before took of theirs. */
  #lifted = 0;
  /** The second half of a pointer pair that was just stored (a length, or tagged code units). */
  length = 0;
  /** The resources of the call that is being checked, and whether they are given away. */
  #claimed: Map<object, boolean> | undefined;

  constructor(
    readonly instance: HandleScope,
    private readonly memory: WebAssembly.Memory | undefined,
    private readonly realloc: ((old: number, oldSize: number, align: number, size: number) => number) | undefined,
  ) {}

  /** Call after anything of the guest ran and before `u8` or `view` is used. */
  refresh(): void {
    if (this.u8.length !== 0 || this.memory === undefined) return;
    this.u8 = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
  }

  /** Starts the check of a call's values. */
  startCheck(): void {
    this.#claimed = undefined;
  }

  /** Notes that a resource is given away or lent by this call: what is given away cannot be in it twice. */
  claim(value: unknown, identity: object, own: boolean): void {
    this.#claimed ??= new Map();
    const before = this.#claimed.get(identity);
    if (before !== undefined && (before || own))
      mismatch('a resource that this call does not give away elsewhere', value);
    this.#claimed.set(identity, own);
  }

  /** Renews the lift budget: call before the values of a call are lifted. */
  startLift(): void {
    this.#lifted += LIFT_BUDGET - this.budget;
    this.budget = LIFT_BUDGET;
  }

  /** Bytes of host memory that lifting has taken so far, by estimate. */
  get lifted(): number {
    return this.#lifted + LIFT_BUDGET - this.budget;
  }

  charge(bytes: number): void {
    this.budget -= bytes;
    if (this.budget < 0) exhausted(`the values of one call take more than ${LIFT_BUDGET} bytes of host memory`);
  }

  /** Room in the guest's memory, from its own realloc, which may neither lie nor call out. */
  allocate(align: number, size: number): number {
    const { instance, realloc } = this;
    if (realloc === undefined) abiTrap('there is no realloc to allocate with');
    instance.mayLeave = false;
    const pointer = realloc(0, 0, align, size) >>> 0;
    instance.mayLeave = true;
    this.refresh();
    if (pointer % align !== 0) abiTrap(`realloc returned the pointer ${pointer}, which is not aligned to ${align}`);
    if (pointer + size > this.u8.length) abiTrap('realloc returned a pointer outside the memory');
    return pointer;
  }

  /** Checks a pointer to `size` bytes that the guest handed over. */
  check(pointer: number, size: number, align: number): void {
    if (pointer % align !== 0) abiTrap(`the pointer ${pointer} is not aligned to ${align}`);
    if (pointer + size > this.u8.length) abiTrap('a pointer reaches outside the memory');
  }
}
