/** The built-ins of the asynchronous ABI: what they ask for, and the type of the core function each is. */
import { resolve } from '../../wit/index.js';
import type { AsynchronousDefinition, CoreFunctionType, CoreValueType } from '../binary/index.js';
import { checkFunction, checkMemory, checkOptions, flatten, signature } from './canonical.js';
import { sameSignature } from './core-subtyping.js';
import { at, type Reporter, type Scope } from './scope.js';
import { measure, valueType } from './values.js';

/** Slots that `context.get` and `context.set` reach. */
const CONTEXT_SLOTS = 2;

/** Checks a built-in, and gives its type; `undefined` for those of shared threads, whose types core modules spell otherwise. */
export function asynchronousFunction(
  scope: Scope,
  builtin: AsynchronousDefinition,
  report: Reporter,
): CoreFunctionType | undefined {
  const { name, type, options, memory, slot, slotType, functionType, table } = builtin;
  if (memory !== undefined) checkMemory(scope, memory, report);
  if (options !== undefined) checkOptions(scope, options, 'lower', report);
  if (type !== undefined) checkTransfer(scope, builtin, type, report);
  if (name === 'task.return') return taskReturn(scope, builtin, report);
  if (name.startsWith('error-context.') && options !== undefined) {
    if (options.async) report(`${name} is not asynchronous`);
    if (options.memory === undefined) report(`${name} needs the option memory`);
    if (name === 'error-context.debug-message' && options.realloc === undefined)
      report(`${name} needs the option realloc`);
  }
  if (slot !== undefined && slotType !== undefined) {
    if (slotType !== 'i32') report(`a slot of the context holds an i32, not ${slotType}`);
    if (slot >= CONTEXT_SLOTS) report(`there are ${CONTEXT_SLOTS} slots, and ${slot} is none of them`);
    return name === 'context.get' ? signature([], [slotType]) : signature([slotType], []);
  }
  if (functionType !== undefined) checkStart(scope, functionType, report);
  if (table !== undefined) checkTable(scope, table, report);
  return name.startsWith('thread.spawn') ? undefined : SIGNATURES.get(name);
}

/** What moves through a stream or a future: the built-in is of its type, and has the options that its elements need. */
function checkTransfer(scope: Scope, { name, options }: AsynchronousDefinition, index: number, report: Reporter): void {
  const [kind, operation] = name.split('.');
  const transfer = resolve(valueType(scope, index, report));
  if (transfer.kind !== kind) report(`${name} needs a type ${kind}, and type ${index} is none`);
  const { element } = transfer as { element?: Parameters<typeof measure>[0] };
  if (options === undefined || element === undefined) return;
  if (options.memory === undefined) report(`${name} needs the option memory`);
  if (operation === 'read' && measure(element).pointers && options.realloc === undefined)
    report(`${name} needs the option realloc`);
}

function taskReturn(scope: Scope, builtin: AsynchronousDefinition, report: Reporter): CoreFunctionType {
  const { result, options } = builtin;
  if (options!.realloc !== undefined) report('task.return does not allocate');
  if (options!.async) report('task.return is not asynchronous');
  const params = result === undefined ? [] : [{ name: 'value', type: valueType(scope, result, report) }];
  const type = { async: false, params };
  checkFunction(options!, type, 'lower', report);
  return flatten(type, 'lower', options!);
}

function checkStart(scope: Scope, index: number, report: Reporter): void {
  const type = at(scope.coreTypes, index, 'core type', report);
  if (type.kind !== 'function' || !sameSignature(type, signature(['i32'], [])))
    report('what a thread starts with takes an i32 and returns nothing');
}

function checkTable(scope: Scope, index: number, report: Reporter): void {
  const item = at(scope.coreTables, index, 'core table', report);
  const type = item.sort === 'table' ? item.type : undefined;
  if (type && (!/^ref null (?:shared )?func$/.test(type.element) || type.limits.wide))
    report('a thread starts with a function out of a table of functions with indices of 32 bits');
}

const I32: CoreValueType = 'i32';
const SIGNATURES: ReadonlyMap<string, CoreFunctionType> = new Map(
  (
    [
      [[], [], 'task.cancel backpressure.inc backpressure.dec'],
      [[I32], [], 'backpressure.set subtask.drop error-context.drop waitable-set.drop thread.resume-later'],
      [[I32], [], 'stream.drop-readable stream.drop-writable future.drop-readable future.drop-writable'],
      [[], [I32], 'thread.yield waitable-set.new thread.index thread.suspend'],
      [[I32], [I32], 'subtask.cancel stream.cancel-read stream.cancel-write future.cancel-read future.cancel-write'],
      [[I32], [I32], 'thread.suspend-then-resume thread.yield-then-resume'],
      [[I32], [I32], 'thread.suspend-then-promote thread.yield-then-promote'],
      [[], ['i64'], 'stream.new future.new'],
      [[I32, I32, I32], [I32], 'stream.read stream.write'],
      [[I32, I32], [I32], 'future.read future.write error-context.new'],
      [[I32, I32], [I32], 'waitable-set.wait waitable-set.poll thread.new-indirect'],
      [[I32, I32], [], 'error-context.debug-message waitable.join'],
    ] as const
  ).flatMap(([params, results, names]) => names.split(' ').map((name) => [name, signature(params, results)])),
);
