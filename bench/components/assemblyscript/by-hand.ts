/** The same guest with the Canonical ABI written by hand, the plain way: what comes is copied and freed, as is what goes. */

class Item {
  constructor(public id: u32, public name: string, public ratio: f64, public tags: string[]) {}
}
const itemSize: usize = 32;

export function cabi_realloc(old: usize, _oldSize: usize, align: usize, size: usize): usize {
  if (old != 0) return heap.realloc(old, size);
  return size > 0 ? heap.alloc(size) : align;
}

function liftString(pointer: usize, length: i32): string {
  if (length == 0) return '';
  const text = String.UTF16.decodeUnsafe(pointer, (<usize>length) << 1);
  heap.free(pointer);
  return text;
}

function liftStrings(pointer: usize, length: i32): string[] {
  const strings = new Array<string>(length);
  for (let i = 0; i < length; i++) {
    const at = pointer + ((<usize>i) << 3);
    strings[i] = liftString(load<u32>(at), load<i32>(at, 4));
  }
  if (length > 0) heap.free(pointer);
  return strings;
}

function loadItem(at: usize): Item {
  return new Item(
    load<u32>(at),
    liftString(load<u32>(at, 4), load<i32>(at, 8)),
    load<f64>(at, 16),
    liftStrings(load<u32>(at, 24), load<i32>(at, 28)),
  );
}

function lowerString(at: usize, text: string): void {
  const size = (<usize>text.length) << 1;
  const copy = size > 0 ? heap.alloc(size) : 2;
  memory.copy(copy, changetype<usize>(text), size);
  store<u32>(at, copy);
  store<i32>(at, text.length, 4);
}

function lowerStrings(at: usize, strings: string[]): void {
  const list = strings.length > 0 ? heap.alloc((<usize>strings.length) << 3) : 4;
  for (let i = 0; i < strings.length; i++) lowerString(list + ((<usize>i) << 3), strings[i]);
  store<u32>(at, list);
  store<i32>(at, strings.length, 4);
}

function storeItem(at: usize, item: Item): void {
  store<u32>(at, item.id);
  lowerString(at + 4, item.name);
  store<f64>(at, item.ratio, 16);
  lowerStrings(at + 24, item.tags);
}

function freePair(at: usize): void {
  if (load<i32>(at, 4) > 0) heap.free(load<u32>(at));
}

function freeStrings(at: usize): void {
  const list: usize = load<u32>(at);
  const length = load<i32>(at, 4);
  for (let i = 0; i < length; i++) freePair(list + ((<usize>i) << 3));
  if (length > 0) heap.free(list);
}

function freeItem(at: usize): void {
  freePair(at + 4);
  freeStrings(at + 24);
}

@component("bench:echo/echo#echo-string")
export function echoString(pointer: usize, length: i32): usize {
  const result = heap.alloc(8);
  lowerString(result, liftString(pointer, length));
  return result;
}
@component("cabi_post_bench:echo/echo#echo-string")
export function echoStringDone(result: usize): void {
  freePair(result);
  heap.free(result);
}

@component("bench:echo/echo#echo-item")
export function echoItem(id: u32, name: usize, nameLength: i32, ratio: f64, tags: usize, tagCount: i32): usize {
  const result = heap.alloc(itemSize);
  storeItem(result, new Item(id, liftString(name, nameLength), ratio, liftStrings(tags, tagCount)));
  return result;
}
@component("cabi_post_bench:echo/echo#echo-item")
export function echoItemDone(result: usize): void {
  freeItem(result);
  heap.free(result);
}

@component("bench:echo/echo#echo-items")
export function echoItems(pointer: usize, length: i32): usize {
  const items = new Array<Item>(length);
  for (let i = 0; i < length; i++) items[i] = loadItem(pointer + <usize>i * itemSize);
  if (length > 0) heap.free(pointer);
  const result = heap.alloc(8);
  const list = length > 0 ? heap.alloc(<usize>length * itemSize) : 8;
  for (let i = 0; i < length; i++) storeItem(list + <usize>i * itemSize, items[i]);
  store<u32>(result, list);
  store<i32>(result, length, 4);
  return result;
}
@component("cabi_post_bench:echo/echo#echo-items")
export function echoItemsDone(result: usize): void {
  const list: usize = load<u32>(result);
  const length = load<i32>(result, 4);
  for (let i = 0; i < length; i++) freeItem(list + <usize>i * itemSize);
  if (length > 0) heap.free(list);
  heap.free(result);
}

@component("bench:echo/echo#echo-strings")
export function echoStrings(pointer: usize, length: i32): usize {
  const result = heap.alloc(8);
  lowerStrings(result, liftStrings(pointer, length));
  return result;
}
@component("cabi_post_bench:echo/echo#echo-strings")
export function echoStringsDone(result: usize): void {
  freeStrings(result);
  heap.free(result);
}

@component("bench:echo/echo#echo-bytes")
export function echoBytes(pointer: usize, length: i32): usize {
  const bytes = new Uint8Array(length);
  memory.copy(bytes.dataStart, pointer, length);
  if (length > 0) heap.free(pointer);
  const result = heap.alloc(8);
  const copy = length > 0 ? heap.alloc(length) : 1;
  memory.copy(copy, bytes.dataStart, length);
  store<u32>(result, copy);
  store<i32>(result, length, 4);
  return result;
}
@component("cabi_post_bench:echo/echo#echo-bytes")
export function echoBytesDone(result: usize): void {
  freePair(result);
  heap.free(result);
}
