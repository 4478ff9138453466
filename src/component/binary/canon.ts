import { readCoreValueType, readFlag } from './core-types.js';
import type { AsynchronousDefinition, CanonicalDefinition, CanonicalOptions } from './definitions.js';
import type { Reader } from './reader.js';
import { readResultList } from './types.js';

type Immediate = Exclude<keyof AsynchronousDefinition, 'name'> | 'flag';

const ASYNCHRONOUS: ReadonlyMap<number, readonly [name: string, ...immediates: Immediate[]]> = new Map<
  number,
  readonly [string, ...Immediate[]]
>([
  [0x05, ['task.cancel']],
  [0x06, ['subtask.cancel', 'flag']],
  [0x08, ['backpressure.set']],
  [0x09, ['task.return', 'result', 'options']],
  [0x0a, ['context.get', 'slotType', 'slot']],
  [0x0b, ['context.set', 'slotType', 'slot']],
  [0x0c, ['thread.yield', 'flag']],
  [0x0d, ['subtask.drop']],
  [0x0e, ['stream.new', 'type']],
  [0x0f, ['stream.read', 'type', 'options']],
  [0x10, ['stream.write', 'type', 'options']],
  [0x11, ['stream.cancel-read', 'type', 'flag']],
  [0x12, ['stream.cancel-write', 'type', 'flag']],
  [0x13, ['stream.drop-readable', 'type']],
  [0x14, ['stream.drop-writable', 'type']],
  [0x15, ['future.new', 'type']],
  [0x16, ['future.read', 'type', 'options']],
  [0x17, ['future.write', 'type', 'options']],
  [0x18, ['future.cancel-read', 'type', 'flag']],
  [0x19, ['future.cancel-write', 'type', 'flag']],
  [0x1a, ['future.drop-readable', 'type']],
  [0x1b, ['future.drop-writable', 'type']],
  [0x1c, ['error-context.new', 'options']],
  [0x1d, ['error-context.debug-message', 'options']],
  [0x1e, ['error-context.drop']],
  [0x1f, ['waitable-set.new']],
  [0x20, ['waitable-set.wait', 'flag', 'memory']],
  [0x21, ['waitable-set.poll', 'flag', 'memory']],
  [0x22, ['waitable-set.drop']],
  [0x23, ['waitable.join']],
  [0x24, ['backpressure.inc']],
  [0x25, ['backpressure.dec']],
  [0x26, ['thread.index']],
  [0x27, ['thread.new-indirect', 'functionType', 'table']],
  [0x28, ['thread.resume-later']],
  [0x29, ['thread.suspend', 'flag']],
  [0x2a, ['thread.suspend-then-resume', 'flag']],
  [0x2b, ['thread.yield-then-resume', 'flag']],
  [0x2c, ['thread.suspend-then-promote', 'flag']],
  [0x2d, ['thread.yield-then-promote', 'flag']],
  [0x40, ['thread.spawn-ref', 'flag', 'functionType']],
  [0x41, ['thread.spawn-indirect', 'flag', 'functionType', 'table']],
  [0x42, ['thread.available-parallelism', 'flag']],
]);

/** `canon` (Binary.md, "Canonical Definitions"). */
export function readCanon(reader: Reader, offset: number): CanonicalDefinition {
  const code = reader.byte();
  switch (code) {
    case 0x00: {
      expectZero(reader);
      const func = reader.u32();
      const options = readOptions(reader);
      return { kind: 'canon', offset, operation: 'lift', func, options, type: reader.u32() };
    }
    case 0x01: {
      expectZero(reader);
      return { kind: 'canon', offset, operation: 'lower', func: reader.u32(), options: readOptions(reader) };
    }
    case 0x02:
      return { kind: 'canon', offset, operation: 'resource.new', resource: reader.u32() };
    // 0x07 was the asynchronous drop; both drop.
    case 0x03:
    case 0x07:
      return { kind: 'canon', offset, operation: 'resource.drop', resource: reader.u32() };
    case 0x04:
      return { kind: 'canon', offset, operation: 'resource.rep', resource: reader.u32() };
  }
  const builtin = ASYNCHRONOUS.get(code);
  if (builtin === undefined) reader.fail(`unknown canonical definition 0x${code.toString(16)}`, offset);
  const [name, ...immediates] = builtin;
  const definition: { -readonly [K in keyof AsynchronousDefinition]: AsynchronousDefinition[K] } = { name };
  for (const immediate of immediates) readImmediate(reader, immediate, definition);
  return { kind: 'canon', offset, operation: 'asynchronous', builtin: definition };
}

function readImmediate(
  reader: Reader,
  immediate: Immediate,
  definition: { -readonly [K in keyof AsynchronousDefinition]: AsynchronousDefinition[K] },
): void {
  switch (immediate) {
    case 'options':
      definition.options = readOptions(reader);
      return;
    case 'result': {
      const result = readResultList(reader);
      if (result !== undefined) definition.result = result;
      return;
    }
    case 'slotType':
      definition.slotType = readCoreValueType(reader);
      return;
    case 'flag':
      // Whether it may be cancelled, waits or is shared: nothing that validation asks.
      readFlag(reader);
      return;
    default:
      definition[immediate] = reader.u32();
  }
}

function expectZero(reader: Reader): void {
  if (reader.byte() !== 0x00) reader.fail('expected the function sort', reader.at - 1);
}

function readOptions(reader: Reader): CanonicalOptions {
  const encodings = ['utf8', 'utf16', 'latin1+utf16'] as const;
  const options: { -readonly [K in keyof CanonicalOptions]: CanonicalOptions[K] } = { encoding: 'utf8', async: false };
  const seen = new Set<string>();
  const once = (name: string, start: number) => {
    if (seen.has(name)) reader.fail(`the canonical option ${name} is given twice`, start);
    seen.add(name);
  };
  const count = reader.count('options');
  for (let i = 0; i < count; i++) {
    const start = reader.at;
    const code = reader.byte();
    switch (code) {
      case 0x00:
      case 0x01:
      case 0x02:
        once('string-encoding', start);
        options.encoding = encodings[code]!;
        break;
      case 0x03:
        once('memory', start);
        options.memory = reader.u32();
        break;
      case 0x04:
        once('realloc', start);
        options.realloc = reader.u32();
        break;
      case 0x05:
        once('post-return', start);
        options.postReturn = reader.u32();
        break;
      case 0x06:
        once('async', start);
        options.async = true;
        break;
      case 0x07:
        once('callback', start);
        options.callback = reader.u32();
        break;
      default:
        reader.fail(`unknown canonical option 0x${code.toString(16)}`, start);
    }
  }
  return options;
}
