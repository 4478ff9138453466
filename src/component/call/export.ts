import { ComponentError } from '../../errors/index.js';
import { abiTrap, type Context, type CoreValue, type Scalar, type Tagged } from '../abi/index.js';
import { BorrowScope, BUSY, type ComponentInstance, IDLE, leave, POISONED } from '../instance/index.js';
import { promising } from './promise-integration.js';
import { isInRange, type Signature, type Truncation, truncate } from './signature.js';
import { argumentFailure, type CoreFunction, checkArguments, invoke, liftResult, lowerArguments } from './values.js';

/** A function a component exports, as the app calls it. Synchronous; throws what the call failed with. */
export type HostCallable = (...args: any[]) => any;

/** A lifted function of one instance: what `canon lift` made. */
export interface Lifted {
  readonly signature: Signature;
  readonly instance: ComponentInstance;
  readonly cx: Context;
  readonly core: CoreFunction;
  readonly postReturn: CoreFunction | undefined;
}

/** Builds the callable for the app, as special as the function's type allows. */
export function exportCallable(lifted: Lifted): HostCallable {
  const { signature, instance, postReturn } = lifted;
  if (instance.parent === undefined && postReturn === undefined) {
    const { integers, scalars } = signature;
    if (integers?.result !== undefined && integers.params.length === 1)
      return unaryCallable(lifted, integers.params[0]!, integers.result);
    if (integers?.result !== undefined && integers.params.length === 2) {
      return binaryCallable(lifted, integers.params[0]!, integers.params[1]!, integers.result);
    }
    if (scalars !== undefined) return scalarCallable(lifted, scalars.params, scalars.result);
  }
  return generalCallable(lifted);
}

/** Integers in and out, in the root instance: nothing but the state, the ranges and the call. */
function unaryCallable(
  { signature, instance: root, core }: Lifted,
  first: Truncation,
  result: Truncation,
): HostCallable {
  const { limits } = root;
  const { deadlines } = limits;
  return (a: number) => {
    if (root.state !== IDLE) throw root.refuse();
    if (!isInRange(a, first)) throw wrongInteger(signature, 0, a);
    deadlines.enter(limits.timeout);
    root.calls++;
    root.state = BUSY;
    let raw: number;
    try {
      raw = core(a) as number;
    } catch (error) {
      root.state = POISONED;
      throw root.failCall(error);
    }
    deadlines.leave();
    if (root.state !== BUSY) throw root.fail(undefined);
    root.state = IDLE;
    return truncate(raw, result);
  };
}

function binaryCallable(
  { signature, instance: root, core }: Lifted,
  first: Truncation,
  second: Truncation,
  result: Truncation,
): HostCallable {
  const { limits } = root;
  const { deadlines } = limits;
  return (a: number, b: number) => {
    if (root.state !== IDLE) throw root.refuse();
    if (!isInRange(a, first)) throw wrongInteger(signature, 0, a);
    if (!isInRange(b, second)) throw wrongInteger(signature, 1, b);
    deadlines.enter(limits.timeout);
    root.calls++;
    root.state = BUSY;
    let raw: number;
    try {
      raw = core(a, b) as number;
    } catch (error) {
      root.state = POISONED;
      throw root.failCall(error);
    }
    deadlines.leave();
    if (root.state !== BUSY) throw root.fail(undefined);
    root.state = IDLE;
    return truncate(raw, result);
  };
}

function wrongInteger(signature: Signature, index: number, value: unknown): unknown {
  try {
    signature.params[index]!.scalar!.check(value);
  } catch (error) {
    return argumentFailure(signature.names[index]!, error);
  }
  return undefined;
}

/** Up to four scalars in, a scalar or nothing out: no memory is touched. */
function scalarCallable(
  { signature, instance: root, core }: Lifted,
  params: readonly Scalar[],
  result: Scalar | undefined,
): HostCallable {
  const { names } = signature;
  const { limits } = root;
  const { deadlines } = limits;
  return (...args: unknown[]) => {
    if (root.state !== IDLE) throw root.refuse();
    for (let i = 0; i < params.length; i++) {
      try {
        params[i]!.check(args[i]);
      } catch (error) {
        throw argumentFailure(names[i]!, error);
      }
    }
    deadlines.enter(limits.timeout);
    root.calls++;
    root.state = BUSY;
    let value: unknown;
    try {
      const flat = params.map((it, i) => it.toCore(args[i]));
      const raw = invoke(core, flat);
      value = result === undefined ? undefined : result.fromCore(raw!);
      if (root.state !== BUSY) throw root.fail(undefined);
    } catch (error) {
      root.state = POISONED;
      throw root.failCall(error);
    }
    deadlines.leave();
    root.state = IDLE;
    return value;
  };
}

/** Any function. */
function generalCallable(lifted: Lifted): HostCallable {
  const { signature, instance, cx, core } = lifted;
  const { root, limits } = instance;
  const { deadlines } = limits;
  return (...args: unknown[]) => {
    if (root.state !== IDLE) throw root.refuse();
    checkArguments(signature, cx, args);
    // Checking reads the app's objects, whose getters may have used the instance.
    if (root.state !== IDLE) throw root.refuse();
    deadlines.enter(limits.timeout);
    root.calls++;
    root.state = BUSY;
    let value: unknown;
    try {
      const entered = instance === root ? NONE : instance.enter(undefined);
      const scope = signature.borrows ? startScope(root) : undefined;
      const raw = invoke(core, lowerArguments(signature, cx, args));
      value = finishCall(lifted, raw, scope, entered);
    } catch (error) {
      root.state = POISONED;
      throw root.failCall(error);
    }
    deadlines.leave();
    return signature.throws ? unwrapResult(value as Tagged, root) : value;
  };
}

/** As `generalCallable`, for an instance that may wait in its imports: the guest runs on a stack of its own. */
export function asynchronousCallable(lifted: Lifted): HostCallable {
  const { signature, instance, cx } = lifted;
  const { root } = instance;
  const core = promising(lifted.core);
  return async (...args: unknown[]) => {
    if (root.state !== IDLE) throw root.refuse();
    checkArguments(signature, cx, args);
    // Checking reads the app's objects, whose getters may have used the instance.
    if (root.state !== IDLE) throw root.refuse();
    root.calls++;
    root.state = BUSY;
    let value: unknown;
    try {
      const entered = instance === root ? NONE : instance.enter(undefined);
      const scope = signature.borrows ? startScope(root) : undefined;
      const flat = lowerArguments(signature, cx, args);
      root.maySuspend = true;
      const raw = await core(...flat);
      root.maySuspend = false;
      value = finishCall(lifted, raw, scope, entered);
      root.disposeWaiting();
    } catch (error) {
      root.state = POISONED;
      throw root.fail(error);
    }
    return signature.throws ? unwrapResult(value as Tagged, root) : value;
  };
}

const NONE: readonly ComponentInstance[] = [];

export function startScope(root: ComponentInstance): BorrowScope {
  root.scope = new BorrowScope();
  return root.scope;
}

/** Everything between the guest's return and the instance being idle again. */
function finishCall(
  { signature, instance, cx, postReturn }: Lifted,
  raw: CoreValue | undefined,
  scope: BorrowScope | undefined,
  entered: readonly ComponentInstance[],
): unknown {
  const { root } = instance;
  const value = liftResult(signature, cx, raw);
  if (scope !== undefined) endScope(root, scope);
  if (postReturn !== undefined) runPostReturn(instance, postReturn, raw);
  if (entered !== NONE) leave(entered);
  // The guest may have caught the exception of an import that failed: that does not undo the failure.
  if (root.state !== BUSY) throw root.fail(undefined);
  root.state = IDLE;
  return value;
}

/** The value of a `result`, or its error, thrown. */
function unwrapResult({ tag, val }: Tagged, root: ComponentInstance): unknown {
  if (tag === 'err') throw new ComponentError(val, root.name);
  return val;
}

export function endScope(root: ComponentInstance, scope: BorrowScope, outer?: BorrowScope): void {
  if (scope.held !== 0) abiTrap(`the guest kept ${scope.held} borrowed handles after the call`);
  scope.end();
  root.scope = outer;
}

export function runPostReturn(instance: ComponentInstance, postReturn: CoreFunction, raw: unknown): void {
  instance.mayLeave = false;
  if (raw === undefined) postReturn();
  else postReturn(raw as number);
  instance.mayLeave = true;
}
