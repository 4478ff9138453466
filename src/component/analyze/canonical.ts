import { type CoreType, type FunctionType, layoutOf, MAX_FLAT_PARAMS, structLayout } from '../../wit/index.js';
import type { CanonicalOptions, CoreFunctionType, CoreValueType } from '../binary/index.js';
import { sameSignature, signatureOf } from './core-subtyping.js';
import type { CoreItem } from './entities.js';
import { at, type Reporter, type Scope } from './scope.js';
import { measure } from './values.js';

type Context = 'lift' | 'lower';

/** How many core values the parameters of an asynchronous lowered function may become (`MAX_FLAT_ASYNC_PARAMS`). */
const MAX_FLAT_ASYNC_PARAMS = 4;

/** Each option is of the right type, and has the options beside it that it goes with. */
export function checkOptions(scope: Scope, options: CanonicalOptions, context: Context, report: Reporter): void {
  if (options.memory !== undefined) checkMemory(scope, options.memory, report);
  for (const func of [options.realloc, options.postReturn, options.callback]) {
    if (func !== undefined) at(scope.coreFuncs, func, 'core func', report);
  }
  if (options.realloc !== undefined) {
    if (options.memory === undefined) report('the canonical option realloc needs a memory');
    const realloc = signatureOf(scope.coreFuncs[options.realloc]!);
    if (realloc && !sameSignature(realloc, signature(['i32', 'i32', 'i32', 'i32'], ['i32'])))
      report('realloc takes four i32 and returns one');
  }
  if (options.callback !== undefined && !options.async) report('the canonical option callback needs async');
  if (options.postReturn !== undefined && options.async) report('post-return does not go with async');
  if (context === 'lift') return;
  if (options.postReturn !== undefined) report('post-return belongs to canon lift');
  if (options.callback !== undefined) report('callback belongs to canon lift');
}

/** The canonical ABI works on memories that are one instance's own, and on addresses of 32 bits so far. */
export function checkMemory(scope: Scope, index: number, report: Reporter): void {
  const memory = at(scope.coreMemories, index, 'core memory', report);
  const limits = memory.sort === 'memory' ? memory.type?.limits : undefined;
  if (limits?.wide) report('a memory with 64-bit addresses cannot be used in canonical options yet');
  if (limits?.shared) report('a shared memory cannot be used in canonical options');
}

/** The options are enough for the function. */
export function checkFunction(options: CanonicalOptions, type: FunctionType, context: Context, report: Reporter): void {
  if (options.async && !type.async) report('the canonical option async needs a function of an asynchronous type');
  const types = type.params.map((param) => param.type);
  const pointers = types.some((it) => measure(it).pointers);
  const resultPointers = type.result !== undefined && measure(type.result).pointers;
  const spilled = structLayout(types).flat.length > flatParams(options, context);
  const result = type.result === undefined ? 0 : layoutOf(type.result).flat.length;
  // What an asynchronous lifted function returns goes through task.return, as parameters do.
  const most = !options.async ? 1 : context === 'lift' ? MAX_FLAT_PARAMS : 0;
  const needsMemory = spilled || pointers || resultPointers || result > most;
  if (needsMemory && options.memory === undefined) report(`canon ${context} needs the option memory`);
  const allocates = context === 'lift' ? pointers || spilled : resultPointers;
  if (allocates && options.realloc === undefined) report(`canon ${context} needs the option realloc`);
}

/** The core function that is lifted has the type that the canonical ABI makes of the function's; so have those around it. */
export function checkLifted(
  scope: Scope,
  core: CoreItem,
  type: FunctionType,
  options: CanonicalOptions,
  report: Reporter,
): void {
  const expected = flatten(type, 'lift', options);
  const actual = signatureOf(core);
  if (actual && !sameSignature(actual, expected)) {
    report(
      `the core function has type ${printSignature(actual)}, the canonical ABI asks for ${printSignature(expected)}`,
    );
  }
  const other = (index: number | undefined) => (index === undefined ? undefined : signatureOf(scope.coreFuncs[index]!));
  const postReturn = other(options.postReturn);
  if (postReturn && !sameSignature(postReturn, signature(expected.results, [])))
    report('post-return takes what the function returns');
  const callback = other(options.callback);
  if (callback && !sameSignature(callback, signature(['i32', 'i32', 'i32'], ['i32'])))
    report('callback takes three i32 and returns one');
}

/** What of a function needs the asynchronous ABI, which does not run yet. */
export function asynchronousParts(type: FunctionType, options: CanonicalOptions): string[] {
  const types = [...type.params.map((param) => param.type), ...(type.result ? [type.result] : [])];
  const parts = [...new Set(types.flatMap((it) => measure(it).asynchronous))].map((kind) => `it uses the type ${kind}`);
  if (type.async || options.async || options.callback !== undefined) parts.unshift('it has asynchronous functions');
  return parts;
}

/** `flatten_functype` */
export function flatten(type: FunctionType, context: Context, options: CanonicalOptions): CoreFunctionType {
  const flat = structLayout(type.params.map((param) => param.type)).flat;
  const params: CoreType[] = flat.length > flatParams(options, context) ? ['i32'] : [...flat];
  const results = type.result ? layoutOf(type.result).flat : [];
  if (options.async && context === 'lift') return signature(params, options.callback === undefined ? [] : ['i32']);
  if (options.async) return signature(results.length > 0 ? [...params, 'i32'] : params, ['i32']);
  if (results.length <= 1) return signature(params, results);
  if (context === 'lift') return signature(params, ['i32']);
  return signature([...params, 'i32'], []);
}

function flatParams(options: CanonicalOptions, context: Context): number {
  return options.async && context === 'lower' ? MAX_FLAT_ASYNC_PARAMS : MAX_FLAT_PARAMS;
}

export function signature(params: readonly CoreValueType[], results: readonly CoreValueType[]): CoreFunctionType {
  return { kind: 'function', params, results };
}

function printSignature(type: CoreFunctionType): string {
  return `(${type.params.join(', ')}) -> (${type.results.join(', ')})`;
}
