import { argumentError, ComponentError, hatchwayError } from '../../errors/index.js';
import { abiTrap, type Context, type CoreValue, Mismatch, type Tagged } from '../abi/index.js';
import { BorrowScope, BUSY, type ComponentInstance, importFailure, leave } from '../instance/index.js';
import { endScope, type HostCallable, type Lifted, runPostReturn } from './export.js';
import { stackGuard } from './guard.js';
import type { Signature } from './signature.js';
import { type CoreFunction, invoke, liftArguments, liftResult, lowerArguments, lowerResult } from './values.js';

/** The caller's side of `canon lower`. */
export interface Lowering {
  readonly signature: Signature;
  readonly instance: ComponentInstance;
  readonly cx: Context;
}

/** The core function through which a guest calls a function of the app. `name` is for errors. */
export function importCallable(lowering: Lowering, name: string, implementation: HostCallable): CoreFunction {
  return integerImport(lowering, name, implementation) ?? generalImport(lowering, name, implementation);
}

/** Integers of up to 32 bits in; one, or nothing, out. */
function integerImport(
  { signature, instance }: Lowering,
  name: string,
  implementation: HostCallable,
): CoreFunction | undefined {
  const params = signature.params.map((codec) => codec.scalar);
  const result = signature.result?.scalar;
  if (params.length > 2 || params.some((it) => it?.range === undefined)) return undefined;
  if (signature.result !== undefined && result?.range === undefined) return undefined;
  const { root } = instance;
  const guard = stackGuard();
  const truncations = params.map((it) => truncation(it!.range!));
  const [min, max] = result?.range ?? [0, 0];
  const answer = (value: unknown): number => {
    if (result === undefined) return 0;
    if (typeof value === 'number' && value >= min && value <= max && Math.trunc(value) === value) return value;
    throw wrongAnswer(signature, undefined, value);
  };
  const fail = (error: unknown) => instance.fail(importFailure(root.name, name, error));
  if (params.length === 0) {
    return () => {
      if (root.state !== BUSY || !instance.mayLeave) throw refuse(instance);
      try {
        guard();
        return answer(implementation());
      } catch (error) {
        throw fail(error);
      }
    };
  }
  const first = truncations[0]!;
  if (params.length === 1) {
    return (a) => {
      if (root.state !== BUSY || !instance.mayLeave) throw refuse(instance);
      try {
        guard();
        return answer(implementation(truncate(a as number, first)));
      } catch (error) {
        throw fail(error);
      }
    };
  }
  const second = truncations[1]!;
  return (a, b) => {
    if (root.state !== BUSY || !instance.mayLeave) throw refuse(instance);
    try {
      guard();
      return answer(implementation(truncate(a as number, first), truncate(b as number, second)));
    } catch (error) {
      throw fail(error);
    }
  };
}

/** How an i32 becomes a narrower integer: by shifting up and down, then read as signed or not. */
interface Truncation {
  readonly signed: boolean;
  readonly shift: number;
}

function truncation([min, max]: readonly [number, number]): Truncation {
  return { signed: min < 0, shift: 32 - Math.round(Math.log2(max - min + 1)) };
}

function truncate(value: number, { signed, shift }: Truncation): number {
  return signed ? (value << shift) >> shift : (value << shift) >>> shift;
}

function generalImport(
  { signature, instance, cx }: Lowering,
  name: string,
  implementation: HostCallable,
): CoreFunction {
  const { root } = instance;
  const { throws, borrows } = signature;
  const guard = stackGuard();
  return (...flat: CoreValue[]) => {
    if (root.state !== BUSY || !instance.mayLeave) throw refuse(instance);
    let value: unknown;
    const mark = root.lenders.length;
    const outer = root.scope;
    const scope = borrows ? new BorrowScope() : undefined;
    try {
      guard();
      if (scope !== undefined) root.scope = scope;
      const args = liftArguments(signature, cx, flat);
      try {
        value = implementation(...args);
        if (throws) value = { tag: 'ok', val: value };
      } catch (error) {
        if (!throws || !(error instanceof ComponentError)) throw importFailure(root.name, name, error);
        value = { tag: 'err', val: error.payload };
      }
      checkAnswer(signature, cx, name, root, value);
      const raw = lowerResult(signature, cx, flat, value);
      if (scope !== undefined) {
        endScope(root, scope, outer);
        instance.endLoans(mark);
      }
      return raw;
    } catch (error) {
      throw instance.fail(error);
    }
  };
}

/** What a call through an import cannot do now: the guest was told by a trap, and may have caught it, that it failed. */
function refuse(instance: ComponentInstance): unknown {
  if (instance.root.state !== BUSY) return instance.root.failure ?? instance.root.refuse();
  try {
    abiTrap('an import was called while realloc or post-return was running');
  } catch (error) {
    return instance.fail(error);
  }
}

function checkAnswer(signature: Signature, cx: Context, name: string, root: ComponentInstance, value: unknown): void {
  if (signature.result === undefined) return;
  if (signature.handles) cx.startCheck();
  try {
    signature.result.check(cx, value);
  } catch (error) {
    const answer = signature.throws ? (value as Tagged).val : value;
    throw importFailure(root.name, name, error instanceof Mismatch ? wrongAnswer(signature, error, answer) : error);
  }
}

/** The error for an answer of the app that is not of the type. */
function wrongAnswer(signature: Signature, mismatch: Mismatch | undefined, value: unknown): unknown {
  if (isThenable(value)) {
    return hatchwayError('import-failed', 'it returned a promise', {
      mend: 'Declare the import in `async` when instantiating, or make it synchronous.',
    });
  }
  if (mismatch === undefined) {
    try {
      signature.result!.scalar!.check(value);
    } catch (error) {
      if (error instanceof Mismatch) return wrongAnswer(signature, error, value);
    }
  }
  const path = signature.throws ? (mismatch?.path ?? '').replace(/^\.val/, '') : (mismatch?.path ?? '');
  return argumentError(`the result${path}`, mismatch?.expected ?? 'another type', mismatch?.got);
}

function isThenable(value: unknown): boolean {
  return value instanceof Promise;
}

/** The core function through which one component instance calls another of the same plugin. */
export function bridgeCallable(lowering: Lowering, callee: Lifted): CoreFunction {
  const { signature, instance: caller, cx } = lowering;
  const { root } = caller;
  const borrows = signature.borrows;
  return (...flat: CoreValue[]) => {
    if (root.state !== BUSY || !caller.mayLeave) throw refuse(caller);
    const mark = root.lenders.length;
    const outer = root.scope;
    try {
      const entered = callee.instance.enter(caller);
      const args = liftArguments(signature, cx, flat);
      const scope = borrows ? new BorrowScope() : undefined;
      if (scope !== undefined) root.scope = scope;
      const raw = invoke(callee.core, lowerArguments(callee.signature, callee.cx, args));
      const value = liftResult(callee.signature, callee.cx, raw);
      const result = lowerResult(signature, cx, flat, value);
      if (scope !== undefined) {
        endScope(root, scope, outer);
        caller.endLoans(mark);
      }
      if (callee.postReturn !== undefined) runPostReturn(callee.instance, callee.postReturn, raw);
      leave(entered);
      return result;
    } catch (error) {
      throw caller.fail(error);
    }
  };
}
