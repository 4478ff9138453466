import { type ComponentInstance, leave } from './component-instance.js';
import { BUSY, IDLE } from './status.js';

/** The resource type of a wrapper. */
interface WrappedResource {
  readonly definedBy: ComponentInstance;
  drop(representation: number): void;
}

/** What a wrapper object stands for. Both faces' wrappers of one handle share it. */
export class WrapperState {
  live = true;
  /** Wrappers that stand for it, of either face. */
  wrappers = 0;
  /** Calls under way that were lent the resource. */
  lends = 0;

  constructor(
    readonly resource: WrappedResource,
    readonly representation: number,
    readonly own: boolean,
  ) {}

  /**
   * Runs the guest's destructor, once. While the instance is busy that waits until it is idle; in a poisoned or disposed one
   * there is nothing left to destroy.
   */
  dispose(): void {
    if (!this.live || !this.own) {
      this.live = false;
      return;
    }
    const { root } = this.resource.definedBy;
    if (this.lends !== 0 || root.state === BUSY) {
      root.disposeLater(this);
      return;
    }
    releaseWrapper(this);
    if (root.state !== IDLE) return;
    const { deadlines, timeout } = root.limits;
    deadlines.enter(timeout);
    root.state = BUSY;
    try {
      const entered = this.resource.definedBy.enter(undefined);
      this.resource.drop(this.representation);
      leave(entered);
    } catch (error) {
      throw root.failCall(error);
    }
    deadlines.leave();
    root.state = IDLE;
  }
}

/** A resource whose wrapper nobody can reach any more is disposed here. It is a backstop, so it is counted. */
const backstop = new FinalizationRegistry<WrapperState>((state) => {
  if (!state.live || --state.wrappers > 0) return;
  state.resource.definedBy.root.collected++;
  try {
    state.dispose();
  } catch {
    // The instance is poisoned and says so at its next use; nobody waits for this disposal.
  }
});

/** Ends what a wrapper stands for without destroying it: given away, or about to be destroyed. */
export function releaseWrapper(state: WrapperState): void {
  state.live = false;
  backstop.unregister(state);
}

/** The base of every class of resources a guest defines. Its private state is the brand: nothing else passes for one. */
export class Wrapper {
  readonly #state: WrapperState;

  constructor(state: WrapperState) {
    this.#state = state;
    if (!state.own) return;
    state.wrappers++;
    backstop.register(this, state, state);
  }

  [Symbol.dispose](): void {
    this.#state.dispose();
  }

  static has(value: unknown): value is Wrapper {
    return typeof value === 'object' && value !== null && #state in value;
  }

  static stateOf(wrapper: Wrapper): WrapperState {
    return wrapper.#state;
  }
}

export const isWrapper = Wrapper.has;
export const wrapperState = Wrapper.stateOf;
