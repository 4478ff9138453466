import { type FunctionType, layoutOf, MAX_FLAT_PARAMS, structLayout } from '../../wit/index.js';
import type { CanonicalOptions, CoreFunctionType } from '../binary/index.js';
import type { CoreItem } from './entities.js';
import { at, type Reporter, type Scope } from './scope.js';
import { measure } from './values.js';

/** The options of a canonical definition are of the right types, and enough for the function. */
export function checkOptions(
  scope: Scope,
  options: CanonicalOptions,
  type: FunctionType,
  context: 'lift' | 'lower',
  report: Reporter,
): void {
  if (options.memory !== undefined && at(scope.coreMemories, options.memory, 'core memory', report).wide) {
    report('a memory with 64-bit addresses cannot be used in canonical options yet');
  }
  for (const func of [options.realloc, options.postReturn, options.callback]) {
    if (func !== undefined) at(scope.coreFuncs, func, 'core func', report);
  }
  const realloc = options.realloc === undefined ? undefined : scope.coreFuncs[options.realloc]!.signature;
  if (
    realloc &&
    !sameSignature(realloc, { kind: 'function', params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] })
  ) {
    report('realloc takes four i32 and returns one');
  }
  if (options.realloc !== undefined && options.memory === undefined)
    report('the canonical option realloc needs a memory');
  if (options.postReturn !== undefined && context === 'lower') report('post-return belongs to canon lift');
  if (options.async || type.async) return;
  const types = type.params.map((param) => param.type);
  const params = structLayout(types).flat.length > MAX_FLAT_PARAMS;
  const result = type.result !== undefined && layoutOf(type.result).flat.length > 1;
  const pointers = types.some((it) => measure(it).pointers);
  const resultPointers = type.result !== undefined && measure(type.result).pointers;
  if ((params || result || pointers || resultPointers) && options.memory === undefined)
    report(`canon ${context} needs the option memory`);
  const allocates = context === 'lift' ? pointers || params : resultPointers;
  if (allocates && options.realloc === undefined) report(`canon ${context} needs the option realloc`);
  const postReturn = options.postReturn === undefined ? undefined : scope.coreFuncs[options.postReturn]!.signature;
  if (
    postReturn &&
    !sameSignature(postReturn, { kind: 'function', params: flatten(type, 'lift').results, results: [] })
  ) {
    report('post-return takes what the function returns');
  }
}

/** The core function that is lifted has the type that the canonical ABI makes of the function's. */
export function checkLifted(core: CoreItem, type: FunctionType, options: CanonicalOptions, report: Reporter): void {
  if (options.async || type.async || core.signature === undefined) return;
  const expected = flatten(type, 'lift');
  if (sameSignature(core.signature, expected)) return;
  report(
    `the core function has type ${printSignature(core.signature)}, the canonical ABI asks for ${printSignature(expected)}`,
  );
}

/** What of a function needs the asynchronous ABI, which does not run yet. */
export function asynchronousParts(type: FunctionType, options: CanonicalOptions): string[] {
  const types = [...type.params.map((param) => param.type), ...(type.result ? [type.result] : [])];
  const parts = [...new Set(types.flatMap((it) => measure(it).asynchronous))].map((kind) => `it uses the type ${kind}`);
  if (type.async || options.async || options.callback !== undefined) parts.unshift('it has asynchronous functions');
  return parts;
}

/** `flatten_functype` for synchronous functions. */
export function flatten(type: FunctionType, context: 'lift' | 'lower'): CoreFunctionType {
  const flat = structLayout(type.params.map((param) => param.type)).flat;
  const params: CoreFunctionType['params'][number][] = flat.length > MAX_FLAT_PARAMS ? ['i32'] : [...flat];
  const results = type.result ? layoutOf(type.result).flat : [];
  if (results.length <= 1) return { kind: 'function', params, results };
  if (context === 'lift') return { kind: 'function', params, results: ['i32'] };
  return { kind: 'function', params: [...params, 'i32'], results: [] };
}

export function sameSignature(a: CoreFunctionType, b: CoreFunctionType): boolean {
  const same = (x: readonly string[], y: readonly string[]) =>
    x.length === y.length && x.every((type, i) => type === y[i]);
  return same(a.params, b.params) && same(a.results, b.results);
}

function printSignature(type: CoreFunctionType): string {
  return `(${type.params.join(', ')}) -> (${type.results.join(', ')})`;
}
