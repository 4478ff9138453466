import { argumentError } from '../../errors/index.js';
import { type Context, type CoreValue, FlatSource, Mismatch } from '../abi/index.js';
import type { Signature } from './signature.js';

export type CoreFunction = (...args: CoreValue[]) => CoreValue | undefined;

/** Checks the app's arguments before anything of the guest runs.
 * @throws TypeError that names the path of the first wrong one. */
export function checkArguments(signature: Signature, cx: Context, args: readonly unknown[]): void {
  const { params, names } = signature;
  if (signature.handles) cx.startCheck();
  for (let i = 0; i < params.length; i++) {
    try {
      params[i]!.check(cx, args[i]);
    } catch (error) {
      throw argumentFailure(names[i]!, error);
    }
  }
}

/** The error for a value at `name` that `error` says is wrong. */
export function argumentFailure(name: string, error: unknown): unknown {
  return error instanceof Mismatch ? argumentError(name + error.path, error.expected, error.got) : error;
}

/** Values → the core values of a call into the guest. */
export function lowerArguments(signature: Signature, cx: Context, args: readonly unknown[]): CoreValue[] {
  const flat: CoreValue[] = [];
  const { params, spilled } = signature;
  if (spilled === undefined) {
    for (let i = 0; i < params.length; i++) params[i]!.lower(cx, args[i], flat);
    return flat;
  }
  const pointer = cx.allocate(spilled.align, spilled.size);
  for (let i = 0; i < params.length; i++) params[i]!.store(cx, args[i], pointer + spilled.offsets[i]!);
  flat.push(pointer);
  return flat;
}

/** What the guest's function answered → value. */
export function liftResult(signature: Signature, cx: Context, raw: CoreValue | undefined): unknown {
  const { result } = signature;
  if (result === undefined) return undefined;
  cx.refresh();
  cx.startLift();
  if (result.scalar !== undefined) return result.scalar.fromCore(raw!);
  if (!signature.resultInMemory) return result.lift(cx, new FlatSource([raw!]));
  const pointer = (raw as number) >>> 0;
  cx.check(pointer, result.layout.size, result.layout.align);
  return result.load(cx, pointer);
}

/** The core values of the guest's call of an import → values. The pointer for the result, if any, comes last. */
export function liftArguments(signature: Signature, cx: Context, flat: readonly CoreValue[]): unknown[] {
  const { params, spilled } = signature;
  cx.refresh();
  cx.startLift();
  const args = new Array<unknown>(params.length);
  if (spilled === undefined) {
    const source = new FlatSource(flat);
    for (let i = 0; i < params.length; i++) args[i] = params[i]!.lift(cx, source);
    return args;
  }
  const pointer = (flat[0] as number) >>> 0;
  cx.check(pointer, spilled.size, spilled.align);
  for (let i = 0; i < params.length; i++) args[i] = params[i]!.load(cx, pointer + spilled.offsets[i]!);
  return args;
}

/** The value an import answers with → core value, or memory at the pointer that came last. */
export function lowerResult(
  signature: Signature,
  cx: Context,
  flat: readonly CoreValue[],
  value: unknown,
): CoreValue | undefined {
  const { result } = signature;
  if (result === undefined) return undefined;
  cx.refresh();
  if (!signature.resultInMemory) {
    if (result.scalar !== undefined) return result.scalar.toCore(value);
    const out: CoreValue[] = [];
    result.lower(cx, value, out);
    return out[0];
  }
  const pointer = (flat[flat.length - 1] as number) >>> 0;
  cx.check(pointer, result.layout.size, result.layout.align);
  result.store(cx, value, pointer);
  return undefined;
}

/** Calls with the values of an array as arguments, which is several times faster than spreading them. */
export function invoke(core: CoreFunction, a: readonly CoreValue[]): CoreValue | undefined {
  switch (a.length) {
    case 0:
      return core();
    case 1:
      return core(a[0]!);
    case 2:
      return core(a[0]!, a[1]!);
    case 3:
      return core(a[0]!, a[1]!, a[2]!);
    case 4:
      return core(a[0]!, a[1]!, a[2]!, a[3]!);
    case 5:
      return core(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!);
    case 6:
      return core(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!, a[5]!);
    case 7:
      return core(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!, a[5]!, a[6]!);
    case 8:
      return core(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!, a[5]!, a[6]!, a[7]!);
    default:
      return core(...a);
  }
}
