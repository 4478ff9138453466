/**
 * `hatchway:relay/types`, and how its message crosses the boundary: the Canonical ABI written by hand, with UTF-16
 * strings, which are what AssemblyScript has in memory anyway. Offsets are those of the ABI for 32-bit memories.
 */

export enum Priority {
  Low,
  Normal,
  High,
  Urgent,
}

export class Message {
  constructor(
    public id: string,
    public title: string,
    public body: string,
    public priority: Priority,
    public labels: string[],
  ) {}
}

/** The size of a message in memory. */
const messageSize: usize = 36;

/** A string the host has put into memory for us; it is ours to free. */
export function liftString(pointer: usize, length: i32): string {
  if (length == 0) return '';
  const text = String.UTF16.decodeUnsafe(pointer, (<usize>length) << 1);
  heap.free(pointer);
  return text;
}

export function liftStrings(pointer: usize, length: i32): string[] {
  const strings = new Array<string>(length);
  for (let i = 0; i < length; i++) {
    const at = pointer + ((<usize>i) << 3);
    strings[i] = liftString(load<u32>(at), load<i32>(at, 4));
  }
  if (length > 0) heap.free(pointer);
  return strings;
}

/** Room for the result of `apply`: a `result<option<message>, string>`. */
export const resultSize: usize = 8 + messageSize;

/** Everything below is read by the host after `apply` has returned, and freed by `freeResult`. */
export function lowerMessage(result: usize, message: Message | null): void {
  store<u8>(result, 0);
  if (message === null) {
    store<u8>(result, 0, 4);
    return;
  }
  store<u8>(result, 1, 4);
  lowerString(result + 8, message.id);
  lowerString(result + 16, message.title);
  lowerString(result + 24, message.body);
  store<u8>(result, message.priority, 32);
  const labels = message.labels;
  const list = labels.length > 0 ? heap.alloc((<usize>labels.length) << 3) : 4;
  for (let i = 0; i < labels.length; i++) lowerString(list + ((<usize>i) << 3), labels[i]);
  store<u32>(result, list, 36);
  store<i32>(result, labels.length, 40);
}

export function lowerError(result: usize, reason: string): void {
  store<u8>(result, 1);
  lowerString(result + 4, reason);
}

export function freeResult(result: usize): void {
  if (load<u8>(result) != 0) {
    freeString(result + 4);
  } else if (load<u8>(result, 4) != 0) {
    freeString(result + 8);
    freeString(result + 16);
    freeString(result + 24);
    const list: usize = load<u32>(result, 36);
    const length = load<i32>(result, 40);
    for (let i = 0; i < length; i++) freeString(list + ((<usize>i) << 3));
    if (length > 0) heap.free(list);
  }
  heap.free(result);
}

function lowerString(at: usize, text: string): void {
  const size = (<usize>text.length) << 1;
  const copy = size > 0 ? heap.alloc(size) : 2;
  memory.copy(copy, changetype<usize>(text), size);
  store<u32>(at, copy);
  store<i32>(at, text.length, 4);
}

function freeString(at: usize): void {
  if (load<i32>(at, 4) > 0) heap.free(load<u32>(at));
}
