import { HatchwayError, hatchwayError, timeUp } from '../../errors/index.js';
import { abiTrap, type HandleScope } from '../abi/index.js';
import { fail, type InstanceName } from './failure.js';
import { type BorrowScope, Handle, HandleTable } from './handle-table.js';
import { type InstanceLimits, UNLIMITED } from './limits.js';
import type { RuntimeResource } from './runtime-resource.js';
import { BUSY, DISPOSED, IDLE, POISONED, type Status } from './status.js';
import { readTrapReport } from './trap-report.js';

/**
 * One component instance. The outermost of a plugin, its `root`, carries the state for all: a failure anywhere inside
 * poisons the whole. Those inside use only idle and busy (`may_enter` of the specification).
 */
export class ComponentInstance implements HandleScope {
  state: Status = IDLE;
  mayLeave = true;
  readonly root: ComponentInstance;
  readonly resources: RuntimeResource[] = [];
  #handles: HandleTable | undefined;

  // Of the root only.
  /** The first failure; what a poisoned instance answers with. */
  failure: HatchwayError | undefined;
  /** Told of the first failure, while guests may still be on the stack. Must not throw. */
  onFailure: (() => void) | undefined;
  /** Handles lent by the calls under way, innermost last. */
  #lenders: Handle[] | undefined;
  /** What the innermost call that takes borrows must give back. */
  scope: BorrowScope | undefined;
  /** Whether the guest's frames on the stack can be suspended: only those of a call that the app waits for. */
  maySuspend = false;
  /** Where a guest leaves the text of a trap. */
  reportAddress: number | undefined;
  /** Resources that were collected without having been disposed. */
  collected = 0;
  /** Calls from outside that have begun. */
  calls = 0;
  /** Its memories, as long as it can be used, and where values are lifted from. */
  readonly #memories: WebAssembly.Memory[] = [];
  readonly #lifting: Lifting[] = [];
  #peakMemory = 0;
  #waiting: { dispose(): void }[] | undefined;

  constructor(
    readonly parent: ComponentInstance | undefined,
    readonly name: InstanceName,
    /** Of the root; those inside it have the same. */
    readonly limits: InstanceLimits = parent?.limits ?? UNLIMITED,
  ) {
    this.root = parent?.root ?? this;
  }

  // Most instances never hold a handle: the tables are made when one does.
  get handles(): HandleTable {
    this.#handles ??= new HandleTable();
    return this.#handles;
  }

  get lenders(): Handle[] {
    this.#lenders ??= [];
    return this.#lenders;
  }

  /** Why a call cannot start. */
  refuse(): HatchwayError {
    switch (this.root.state) {
      case POISONED:
        return hatchwayError('poisoned', 'the instance failed before and cannot be used again', {
          ...this.name,
          cause: this.root.failure,
          mend: 'Instantiate the plugin anew; the cause is the first failure.',
        });
      case DISPOSED:
        return hatchwayError('disposed', 'the instance was disposed', this.name);
      default:
        return hatchwayError('reentrant', 'the instance is running and cannot be entered again', {
          ...this.name,
          mend: 'Call it after the call under way has returned, or use another instance.',
        });
    }
  }

  /** Poisons the instance for what happened while the guest ran, and gives the error to throw. */
  fail(cause: unknown): HatchwayError {
    const { root } = this;
    if (root.state !== DISPOSED) root.state = POISONED;
    if (root.failure === undefined) {
      root.failure = fail(root.name, cause, (engine) => root.#trapReport(engine));
      root.letGo();
      root.onFailure?.();
    }
    return root.failure;
  }

  #trapReport(engine: string): string {
    const address = this.reportAddress;
    if (address === undefined) return engine;
    for (const memory of this.#memories) {
      const report = readTrapReport(memory, address, engine);
      if (report !== undefined) return report;
    }
    return engine;
  }

  /** As `fail`, for what a guest called: if it was stopped, then so is the guest, and the call from outside says why. */
  failInside(cause: unknown): unknown {
    const { deadlines, fuel } = this.limits;
    return isStop(cause) && (deadlines.expired() || fuel?.exhausted) ? cause : this.fail(cause);
  }

  /** As `fail`, for a call from outside: ends its deadline, which may be why it failed. */
  failCall(cause: unknown): HatchwayError {
    const { deadlines, timeout, fuel } = this.limits;
    const late = deadlines.leave();
    // Who is called from inside of a guest can be stopped by the deadline of the call around it.
    if (isStop(cause) && (late || deadlines.expired())) {
      return this.fail(timeUp(this.root.name, late ? timeout : Number.POSITIVE_INFINITY, cause));
    }
    if (fuel?.exhausted && cause instanceof WebAssembly.RuntimeError) {
      const what = `the call took more than its limit of ${fuel.budget} instructions`;
      const mend = 'Raise `limits: { fuel }` if it may take that many; the instance is at its end.';
      return this.fail(hatchwayError('exhausted', what, { ...this.root.name, mend, cause }));
    }
    return this.fail(cause);
  }

  liftOwn(slot: number, index: number): number {
    return this.handles.takeOwn(index, this.resources[slot]!);
  }

  liftBorrow(slot: number, index: number): number {
    const handle = this.handles.get(index, this.resources[slot]!);
    handle.lends++;
    this.root.lenders.push(handle);
    return handle.representation;
  }

  lowerOwn(slot: number, representation: number): number {
    return this.handles.add(new Handle(this.resources[slot]!, representation, undefined));
  }

  lowerBorrow(slot: number, representation: number): number {
    const resource = this.resources[slot]!;
    if (resource.definedBy === this) return representation;
    const scope = this.root.scope!;
    scope.held++;
    return this.handles.add(new Handle(resource, representation, scope));
  }

  /**
   * Marks this instance and those around it, up to the first that the caller is in as well, as entered; the root is the
   * business of whoever called from outside (CanonicalABI.md, `entering_set`).
   */
  enter(caller: ComponentInstance | undefined): readonly ComponentInstance[] {
    const entered: ComponentInstance[] = [];
    for (let it: ComponentInstance = this; it.parent !== undefined; it = it.parent) {
      if (caller?.isWithin(it)) break;
      if (it.state !== IDLE) abiTrap('a component instance cannot be entered while it is running');
      entered.push(it);
    }
    for (const it of entered) it.state = BUSY;
    return entered;
  }

  isWithin(other: ComponentInstance): boolean {
    for (let it: ComponentInstance | undefined = this; it !== undefined; it = it.parent) if (it === other) return true;
    return false;
  }

  /** Counts a memory that is about to be used. */
  addMemory(memory: WebAssembly.Memory): void {
    this.root.#memories.push(memory);
  }

  addLifting(lifting: Lifting): void {
    this.root.#lifting.push(lifting);
  }

  /** What was taken so far, in all. */
  get usage(): InstanceUsage {
    const memory = this.#memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    return {
      calls: this.calls,
      memory,
      // No memory shrinks.
      peakMemory: Math.max(memory, this.#peakMemory),
      hostBytes: this.#lifting.reduce((sum, { lifted }) => sum + lifted, 0),
      ...(this.limits.fuel === undefined ? {} : { fuel: this.limits.fuel.spent }),
    };
  }

  /** Nothing of it runs again: what it has taken counts as given back. */
  letGo(): void {
    this.#peakMemory = this.usage.peakMemory;
    this.#memories.length = 0;
  }

  /** Disposes of a resource once the call under way has ended. */
  disposeLater(resource: { dispose(): void }): void {
    this.#waiting ??= [];
    if (this.#waiting.push(resource) === 1) queueMicrotask(() => this.disposeWaiting());
  }

  /** Disposes of what had to wait, unless the instance is still busy: then the end of its asynchronous call does it. */
  disposeWaiting(): void {
    if (this.state === BUSY || this.#waiting === undefined) return;
    for (const resource of this.#waiting.splice(0)) {
      try {
        resource.dispose();
      } catch {
        // Nobody waits for this disposal, and in a microtask the error would end the process: the guest's destructor failed,
        // the instance is poisoned and says so at its next use.
      }
    }
  }

  /** Ends the loans made since `lenders` was `mark` long. */
  endLoans(mark: number): void {
    const { lenders } = this.root;
    while (lenders.length > mark) lenders.pop()!.lends--;
  }
}

/** What one instance has taken so far. */
export interface InstanceUsage {
  /** Calls of exports from outside. */
  readonly calls: number;
  /** Bytes that its memories have now; 0 once it has ended. */
  readonly memory: number;
  /** Bytes that they had at most. */
  readonly peakMemory: number;
  /** Bytes of host memory that the values it handed over took, by estimate. */
  readonly hostBytes: number;
  /** Instructions that its calls took, where they are counted: with `limits: { fuel }`. */
  readonly fuel?: number;
}

/** Where values of guests are lifted from. */
interface Lifting {
  /** Bytes of host memory, by estimate. */
  readonly lifted: number;
}

/** What a guest that was stopped looks like, or a guest of another instance that this one brought about. */
function isStop(cause: unknown): boolean {
  return cause instanceof WebAssembly.RuntimeError || (cause instanceof HatchwayError && cause.code === 'timeout');
}

/** Undoes `enter`, after success only. */
export function leave(entered: readonly ComponentInstance[]): void {
  for (const it of entered) it.state = IDLE;
}
