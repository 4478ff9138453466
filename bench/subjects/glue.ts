/**
 * The core module without a component around it, and the glue one would write by hand for it: trusted bytes, trusted
 * values, no check that the module could fail. What every other subject is measured against.
 */
import { component, coreModules } from '../artifacts.js';
import { type Calls, hostInterface, type Item, tick } from './calls.js';

export interface RawExports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  cabi_realloc(old: number, oldSize: number, align: number, size: number): number;
  add(a: number, b: number): number;
  'call-host'(n: number): number;
  'echo-string'(pointer: number, length: number): number;
  'cabi_post_echo-string'(result: number): void;
  'echo-bytes'(pointer: number, length: number): number;
  'cabi_post_echo-bytes'(result: number): void;
}

export function rawModule(): WebAssembly.Module {
  return new WebAssembly.Module(coreModules(component('calls'))[0]!);
}

export function rawInstance(module: WebAssembly.Module): RawExports {
  return new WebAssembly.Instance(module, { [hostInterface]: { tick } }).exports as RawExports;
}

export interface Glue extends Calls {
  /** With a loop over the characters in place of TextEncoder and TextDecoder, which pays for short ASCII strings. */
  echoShortString(text: string): string;
}

export function glue(exports: RawExports): Glue {
  const { memory, cabi_realloc: realloc } = exports;
  const echoString = exports['echo-string'];
  const stringDone = exports['cabi_post_echo-string'];
  const echoBytes = exports['echo-bytes'];
  const bytesDone = exports['cabi_post_echo-bytes'];
  const echoItem = exports['bench:calls/items#echo-item'] as (...flat: (number | bigint)[]) => number;
  const itemDone = exports['cabi_post_bench:calls/items#echo-item'] as (result: number) => void;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

  // Views die when the memory grows.
  let bytes = new Uint8Array(memory.buffer);
  let words = new Uint32Array(memory.buffer);
  let view = new DataView(memory.buffer);
  const refresh = () => {
    if (bytes.buffer === memory.buffer) return;
    bytes = new Uint8Array(memory.buffer);
    words = new Uint32Array(memory.buffer);
    view = new DataView(memory.buffer);
  };

  let written = 0;
  const lowerString = (text: string): number => {
    const room = text.length * 3;
    const pointer = realloc(0, 0, 1, room);
    refresh();
    written = encoder.encodeInto(text, bytes.subarray(pointer, pointer + room)).written;
    return pointer;
  };
  const liftString = (pointer: number, length: number) => decoder.decode(bytes.subarray(pointer, pointer + length));

  return {
    add: exports.add,
    callHost: exports['call-host'],
    echoString(text) {
      const pointer = lowerString(text);
      const result = echoString(pointer, written);
      refresh();
      const out = liftString(words[result >> 2]!, words[(result >> 2) + 1]!);
      stringDone(result);
      return out;
    },
    echoShortString(text) {
      const { length } = text;
      const pointer = realloc(0, 0, 1, length);
      refresh();
      for (let i = 0; i < length; i++) bytes[pointer + i] = text.charCodeAt(i);
      const result = echoString(pointer, length);
      refresh();
      const from = words[result >> 2]!;
      const end = from + words[(result >> 2) + 1]!;
      let out = '';
      for (let i = from; i < end; i++) out += String.fromCharCode(bytes[i]!);
      stringDone(result);
      return out;
    },
    echoBytes(list) {
      const pointer = realloc(0, 0, 1, list.length);
      refresh();
      bytes.set(list, pointer);
      const result = echoBytes(pointer, list.length);
      refresh();
      const from = words[result >> 2]!;
      const out = bytes.slice(from, from + words[(result >> 2) + 1]!);
      bytesDone(result);
      return out;
    },
    items: {
      echoItem(item: Item) {
        const name = lowerString(item.name);
        const nameLength = written;
        const count = item.tags.length;
        const tags = realloc(0, 0, 4, count * 8);
        for (let i = 0; i < count; i++) {
          const pointer = lowerString(item.tags[i]!);
          view.setUint32(tags + i * 8, pointer, true);
          view.setUint32(tags + i * 8 + 4, written, true);
        }
        const { x, y } = item.position;
        const hasParent = item.parent === undefined ? 0 : 1;
        const result = echoItem(item.id, name, nameLength, x, y, tags, count, hasParent, item.parent ?? 0);
        refresh();
        const list = view.getUint32(result + 32, true);
        const length = view.getUint32(result + 36, true);
        const outTags = new Array<string>(length);
        for (let i = 0; i < length; i++) {
          outTags[i] = liftString(view.getUint32(list + i * 8, true), view.getUint32(list + i * 8 + 4, true));
        }
        const out: Item = {
          id: view.getBigUint64(result, true),
          name: liftString(view.getUint32(result + 8, true), view.getUint32(result + 12, true)),
          position: { x: view.getFloat64(result + 16, true), y: view.getFloat64(result + 24, true) },
          tags: outTags,
          parent: view.getUint8(result + 40) === 0 ? undefined : view.getUint32(result + 44, true),
        };
        itemDone(result);
        return out;
      },
    },
  };
}
