import {
  argumentError,
  HatchwayError,
  hatchwayError,
  InstanceEnd,
  isComponentError,
  timeUp,
} from '../../errors/index.js';
import { abiTrap, type Context, type CoreValue, Mismatch, type Tagged } from '../abi/index.js';
import {
  type BorrowScope,
  BUSY,
  type ComponentInstance,
  cannotWait,
  importFailure,
  leave,
  POISONED,
} from '../instance/index.js';
import { endScope, type HostCallable, type Lifted, runPostReturn, startScope } from './export.js';
import { stackGuard } from './guard.js';
import { promising, suspending } from './promise-integration.js';
import { type IntegerSignature, isInRange, type Signature, truncate } from './signature.js';
import { type CoreFunction, invoke, liftArguments, liftResult, lowerArguments, lowerResult } from './values.js';

/** The caller's side of `canon lower`. */
export interface Lowering {
  readonly signature: Signature;
  readonly instance: ComponentInstance;
  readonly cx: Context;
}

/** The core function through which a guest calls a function of the app. `name` is for errors. */
export function importCallable(lowering: Lowering, name: string, implementation: HostCallable): CoreFunction {
  const { integers } = lowering.signature;
  if (integers === undefined) return generalImport(lowering, name, implementation);
  return integerImport(lowering, name, implementation, integers);
}

/** Integers in; one, or nothing, out. */
function integerImport(
  { signature, instance }: Lowering,
  name: string,
  implementation: HostCallable,
  { params: [first, second], result }: IntegerSignature,
): CoreFunction {
  const { root } = instance;
  const guard = stackGuard();
  const { deadlines } = instance.limits;
  const integer = (value: unknown): number => {
    if (deadlines.poll()) throw timeIsUp(instance);
    if (result === undefined) {
      if (isThenable(value)) throw promiseAnswer(value);
      return 0;
    }
    if (!isInRange(value, result)) throw wrongInteger(signature, value);
    return value as number;
  };
  const fail = (error: unknown) => instance.failInside(failureOf(instance, name, error));
  if (first === undefined) {
    return () => {
      if (root.state !== BUSY || !instance.mayLeave) throw refuse(instance);
      try {
        guard();
        return integer(implementation());
      } catch (error) {
        root.state = POISONED;
        throw fail(error);
      }
    };
  }
  if (second === undefined) {
    return (a) => {
      if (root.state !== BUSY || !instance.mayLeave) throw refuse(instance);
      try {
        guard();
        return integer(implementation(truncate(a as number, first)));
      } catch (error) {
        root.state = POISONED;
        throw fail(error);
      }
    };
  }
  return (a, b) => {
    if (root.state !== BUSY || !instance.mayLeave) throw refuse(instance);
    try {
      guard();
      return integer(implementation(truncate(a as number, first), truncate(b as number, second)));
    } catch (error) {
      root.state = POISONED;
      throw fail(error);
    }
  };
}

function generalImport(lowering: Lowering, name: string, implementation: HostCallable): CoreFunction {
  const { signature, instance, cx } = lowering;
  const { root } = instance;
  const guard = stackGuard();
  const { deadlines } = instance.limits;
  return (...flat: CoreValue[]) => {
    if (root.state !== BUSY || !instance.mayLeave) throw refuse(instance);
    try {
      guard();
      const loan = startLoan(lowering);
      const value = answer(signature, instance, name, implementation, liftArguments(signature, cx, flat));
      if (deadlines.poll()) throw timeIsUp(instance);
      return finishImport(lowering, name, flat, loan, value);
    } catch (error) {
      root.state = POISONED;
      throw instance.failInside(error);
    }
  };
}

function timeIsUp({ root, limits }: ComponentInstance): InstanceEnd {
  return new InstanceEnd(timeUp(root.name, limits.timeout));
}

/** An import whose answer the guest waits for: the guest's stack is set aside until the promise is settled. */
export function asynchronousImport(lowering: Lowering, name: string, implementation: HostCallable): CoreFunction {
  const { signature, instance, cx } = lowering;
  const { root } = instance;
  const guard = stackGuard();
  return suspendingGuest(instance, async (...flat) => {
    try {
      guard();
      const loan = startLoan(lowering);
      const args = liftArguments(signature, cx, flat);
      let value: unknown;
      try {
        value = await implementation(...args);
        if (signature.throws) value = { tag: 'ok', val: value };
      } catch (error) {
        value = errorAnswer(signature, instance, name, error);
      }
      return finishImport(lowering, name, flat, loan, value);
    } catch (error) {
      root.state = POISONED;
      throw instance.failInside(error);
    }
  });
}

/**
 * A function whose answer the guest waits for. What refuses the call is thrown, not a rejection: where it cannot suspend,
 * the engine of Node 24 calls us and drops the promise, and one that is rejected would end the process.
 */
function suspendingGuest(
  instance: ComponentInstance,
  implementation: (...flat: CoreValue[]) => Promise<CoreValue | undefined>,
): CoreFunction {
  const { root } = instance;
  return suspending((...flat: CoreValue[]) => {
    if (root.state !== BUSY || !instance.mayLeave) throw refuse(instance);
    if (!root.maySuspend) throw instance.fail(cannotWait(root.name));
    return implementation(...flat);
  });
}

/** The handles a call lends to the app, which get back when it ends. */
interface Loan {
  readonly mark: number;
  readonly scope: BorrowScope;
  readonly outer: BorrowScope | undefined;
}

function startLoan({ signature, instance }: Lowering): Loan | undefined {
  if (!signature.borrows) return undefined;
  const { root } = instance;
  const { scope: outer } = root;
  return { mark: root.lenders.length, outer, scope: startScope(root) };
}

/** What the app answers; a `result` as the object that its codec takes. */
function answer(
  signature: Signature,
  instance: ComponentInstance,
  name: string,
  implementation: HostCallable,
  args: readonly unknown[],
): unknown {
  let value: unknown;
  try {
    value = implementation(...args);
  } catch (error) {
    return errorAnswer(signature, instance, name, error);
  }
  if (isThenable(value)) throw importFailure(instance.root.name, name, promiseAnswer(value));
  return signature.throws ? { tag: 'ok', val: value } : value;
}

function errorAnswer(signature: Signature, instance: ComponentInstance, name: string, error: unknown): Tagged {
  if (!signature.throws || !isComponentError(error)) throw failureOf(instance, name, error);
  return { tag: 'err', val: error.payload };
}

/** What an import that threw makes of the call: its failure, unless another guest was stopped in it because this one's time is up. */
function failureOf({ root, limits }: ComponentInstance, name: string, error: unknown): unknown {
  const stopped = error instanceof HatchwayError && error.code === 'timeout' && limits.deadlines.expired();
  return stopped ? error : importFailure(root.name, name, error);
}

function finishImport(
  { signature, instance, cx }: Lowering,
  name: string,
  flat: readonly CoreValue[],
  loan: Loan | undefined,
  value: unknown,
): CoreValue | undefined {
  checkAnswer(signature, cx, name, instance.root, value);
  const raw = lowerResult(signature, cx, flat, value);
  if (loan !== undefined) {
    endScope(instance.root, loan.scope, loan.outer);
    instance.endLoans(loan.mark);
  }
  return raw;
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
    throw importFailure(root.name, name, error instanceof Mismatch ? wrongAnswer(signature, error) : error);
  }
}

/** The error for an answer of the app that is not of the type. */
function wrongAnswer(signature: Signature, mismatch: Mismatch): unknown {
  const path = signature.throws ? mismatch.path.replace(/^\.val/, '') : mismatch.path;
  return argumentError(`the result${path}`, mismatch.expected, mismatch.got);
}

/** The error for an integer that is none, or not in its range. */
function wrongInteger(signature: Signature, value: unknown): unknown {
  if (isThenable(value)) return promiseAnswer(value);
  try {
    signature.result?.scalar?.check(value);
  } catch (error) {
    if (error instanceof Mismatch) return wrongAnswer(signature, error);
  }
  return undefined;
}

function promiseAnswer(promise: PromiseLike<unknown>): unknown {
  // Nobody will wait for it: should it be rejected as well, that must not end the process.
  Promise.resolve(promise).catch(() => {});
  return hatchwayError('import-failed', 'it returned a promise', {
    mend: 'Declare the import in `async` when instantiating, or make it synchronous.',
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/**
 * The core function through which one component instance calls another of the same plugin. In an instance that may wait the
 * adapter must not be a JavaScript frame on the guest's stack, so it suspends and resumes itself.
 */
export function bridgeCallable(lowering: Lowering, callee: Lifted, asynchronous: boolean): CoreFunction {
  const { signature, instance: caller, cx } = lowering;
  const { root } = caller;
  const guard = stackGuard();
  const start = (flat: readonly CoreValue[]) => {
    if (root.state !== BUSY || !caller.mayLeave) throw refuse(caller);
    guard();
    const loan = { mark: root.lenders.length, outer: root.scope };
    const entered = callee.instance.enter(caller);
    const args = liftArguments(signature, cx, flat);
    const scope = signature.borrows ? startScope(root) : undefined;
    return { loan, entered, scope, flat: lowerArguments(callee.signature, callee.cx, args) };
  };
  const finish = (call: ReturnType<typeof start>, flat: readonly CoreValue[], raw: CoreValue | undefined) => {
    const value = liftResult(callee.signature, callee.cx, raw);
    const result = lowerResult(signature, cx, flat, value);
    if (call.scope !== undefined) {
      endScope(root, call.scope, call.loan.outer);
      caller.endLoans(call.loan.mark);
    }
    if (callee.postReturn !== undefined) runPostReturn(callee.instance, callee.postReturn, raw);
    leave(call.entered);
    return result;
  };
  if (asynchronous) {
    const core = promising(callee.core);
    return suspendingGuest(caller, async (...flat) => {
      try {
        const call = start(flat);
        return finish(call, flat, await core(...call.flat));
      } catch (error) {
        root.state = POISONED;
        throw caller.failInside(error);
      }
    });
  }
  return (...flat: CoreValue[]) => {
    try {
      const call = start(flat);
      return finish(call, flat, invoke(callee.core, call.flat));
    } catch (error) {
      root.state = POISONED;
      throw caller.failInside(error);
    }
  };
}
