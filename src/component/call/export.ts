import { ComponentError } from '../../errors/index.js';
import { abiTrap, type Context, type CoreValue, type Scalar, type Tagged } from '../abi/index.js';
import { BorrowScope, BUSY, type ComponentInstance, IDLE, leave } from '../instance/index.js';
import { promising } from './promise-integration.js';
import type { Signature } from './signature.js';
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
  return integerCallable(lifted) ?? scalarCallable(lifted) ?? generalCallable(lifted);
}

/**
 * Integers of up to 32 bits in and out, in the root instance: nothing but the state, the ranges and the call. Ranges are
 * data, so that all functions of one arity share code that the engine optimises well.
 */
function integerCallable({ signature, instance, core, postReturn }: Lifted): HostCallable | undefined {
  const ranges = signature.params.map((codec) => codec.scalar?.range);
  const out = signature.result?.scalar;
  if (ranges.some((range) => range === undefined) || out?.range === undefined) return undefined;
  if (instance.parent !== undefined || postReturn !== undefined) return undefined;
  const fromCore = integerResult(out);
  const wrong = (i: number, value: unknown): unknown => {
    try {
      signature.params[i]!.scalar!.check(value);
    } catch (error) {
      return argumentFailure(signature.names[i]!, error);
    }
    return undefined;
  };
  const [first, second] = ranges as (readonly [number, number])[];
  const root = instance;
  if (ranges.length === 1) {
    const [min, max] = first!;
    return (a: number) => {
      if (root.state !== IDLE) throw root.refuse();
      if (typeof a !== 'number' || !(a >= min && a <= max) || Math.trunc(a) !== a) throw wrong(0, a);
      root.state = BUSY;
      let raw: number;
      try {
        raw = core(a) as number;
      } catch (error) {
        throw root.fail(error);
      }
      if (root.state !== BUSY) throw root.fail(undefined);
      root.state = IDLE;
      return fromCore(raw);
    };
  }
  if (ranges.length === 2) {
    const [min, max] = first!;
    const [min2, max2] = second!;
    return (a: number, b: number) => {
      if (root.state !== IDLE) throw root.refuse();
      if (typeof a !== 'number' || !(a >= min && a <= max) || Math.trunc(a) !== a) throw wrong(0, a);
      if (typeof b !== 'number' || !(b >= min2 && b <= max2) || Math.trunc(b) !== b) throw wrong(1, b);
      root.state = BUSY;
      let raw: number;
      try {
        raw = core(a, b) as number;
      } catch (error) {
        throw root.fail(error);
      }
      if (root.state !== BUSY) throw root.fail(undefined);
      root.state = IDLE;
      return fromCore(raw);
    };
  }
  return undefined;
}

/** Truncation by data: a shift up and down for signed integers, a mask for unsigned ones. */
function integerResult(scalar: Scalar): (raw: number) => number {
  const [min, max] = scalar.range!;
  if (min < 0) {
    const shift = 32 - Math.round(Math.log2(max + 1) + 1);
    return (raw) => (raw << shift) >> shift;
  }
  const mask = max | 0;
  return (raw) => (raw & mask) >>> 0;
}

/** Up to four scalars in, a scalar or nothing out: no memory is touched. */
function scalarCallable({ signature, instance, core, postReturn }: Lifted): HostCallable | undefined {
  const params = signature.params.map((codec) => codec.scalar);
  const result = signature.result?.scalar;
  if (params.length > 4 || params.some((it) => it === undefined) || (signature.result && !result)) return undefined;
  if (instance.parent !== undefined || postReturn !== undefined) return undefined;
  const root = instance;
  const scalars = params as Scalar[];
  const { names } = signature;
  return (...args: unknown[]) => {
    if (root.state !== IDLE) throw root.refuse();
    for (let i = 0; i < scalars.length; i++) {
      try {
        scalars[i]!.check(args[i]);
      } catch (error) {
        throw argumentFailure(names[i]!, error);
      }
    }
    root.state = BUSY;
    try {
      const flat = scalars.map((it, i) => it.toCore(args[i]));
      const raw = invoke(core, flat);
      const value = result === undefined ? undefined : result.fromCore(raw!);
      if (root.state !== BUSY) throw root.fail(undefined);
      root.state = IDLE;
      return value;
    } catch (error) {
      throw root.fail(error);
    }
  };
}

/** Any function. */
function generalCallable(lifted: Lifted): HostCallable {
  const { signature, instance, cx, core } = lifted;
  const { root } = instance;
  return (...args: unknown[]) => {
    if (root.state !== IDLE) throw root.refuse();
    checkArguments(signature, cx, args);
    root.state = BUSY;
    let value: unknown;
    try {
      const entered = instance === root ? NONE : instance.enter(undefined);
      const scope = signature.borrows ? startScope(root) : undefined;
      const raw = invoke(core, lowerArguments(signature, cx, args));
      value = finishCall(lifted, raw, scope, entered);
    } catch (error) {
      throw root.fail(error);
    }
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
    root.state = BUSY;
    let value: unknown;
    try {
      const entered = instance === root ? NONE : instance.enter(undefined);
      const scope = signature.borrows ? startScope(root) : undefined;
      const raw = await core(...lowerArguments(signature, cx, args));
      value = finishCall(lifted, raw, scope, entered);
      root.disposeWaiting();
    } catch (error) {
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
