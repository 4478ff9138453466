/** What `abi.ts` may need besides functions of types, in the order it stands there: each text, and which it needs before it. */
export const helperTexts: Readonly<Record<string, { text: string; needs?: readonly string[] }>> = {
  cabi_realloc: {
    text: `
/** Memory for what the host passes in. */
export function cabi_realloc(old: usize, _oldSize: usize, align: usize, size: usize): usize {
  if (old != 0) return heap.realloc(old, size);
  return size > 0 ? heap.alloc(size) : align;
}`,
  },
  scratch: {
    text: `
let blocks: usize = 0;

/** Memory until \`release\`. */
export function scratch(size: usize): usize {
  if (size == 0) return 8;
  const block = heap.alloc(size + 8);
  store<usize>(block, blocks);
  blocks = block;
  return block + 8;
}`,
  },
  hold: {
    text: `
class Held {}
let held: Held | null = null;

/** Keeps an object, and with it all it refers to, until \`release\`. */
export function hold(object: usize): void {
  held = changetype<Held>(object);
}`,
  },
  release: {
    text: `
export function release(): void {
  held = null;
  while (blocks != 0) {
    const next = load<usize>(blocks);
    heap.free(blocks);
    blocks = next;
  }
}`,
    needs: ['scratch', 'hold'],
  },
  free: {
    text: `
export function free(block: usize): void {
  heap.free(block);
}`,
  },
  liftString: {
    text: `
/** A string that the host has put into memory, which is freed. So are all that follow. */
export function liftString(units: usize, length: i32): string {
  if (length == 0) return "";
  const text = String.UTF16.decodeUnsafe(units, <usize>length << 1);
  heap.free(units);
  return text;
}`,
  },
  liftNumbers: {
    text: `
export function liftNumbers<T extends ArrayBufferView>(numbers: usize, length: i32): T {
  const array = instantiate<T>(length);
  memory.copy(array.dataStart, numbers, <usize>array.byteLength);
  if (length > 0) heap.free(numbers);
  return array;
}`,
  },
  storePair: {
    text: `
export function storePair(at: usize, pointer: usize, length: i32): void {
  store<usize>(at, pointer);
  store<i32>(at, length, 4);
}`,
  },
  storeString: {
    text: `
export function storeString(at: usize, text: string): void {
  storePair(at, changetype<usize>(text), text.length);
}`,
    needs: ['storePair'],
  },
  Resource: {
    text: `
/** A handle to a resource of the host. It is empty once it was dropped or given away; using it then is a trap. */
export abstract class Resource {
  __handle: i32 = 0;

  __lend(): i32 {
    assert(this.__handle != 0, "the resource was dropped or given away");
    return this.__handle;
  }

  __give(): i32 {
    const handle = this.__lend();
    this.__handle = 0;
    return handle;
  }

  /** Ends the handle now; without it, the resource lives as long as the instance. Harmless on an empty one. */
  abstract drop(): void;
}`,
  },
  liftOwn: {
    text: `
export function liftOwn<T extends Resource>(handle: i32): T {
  const resource = changetype<T>(__new(offsetof<T>(), idof<T>()));
  resource.__handle = handle;
  return resource;
}`,
    needs: ['Resource'],
  },
  liftBorrow: {
    text: `
let borrows: Resource[] = [];

/** A handle that ends with the call it came with. */
export function liftBorrow<T extends Resource>(handle: i32): T {
  const resource = liftOwn<T>(handle);
  borrows.push(resource);
  return resource;
}

export function endBorrows(): void {
  while (borrows.length > 0) borrows.pop().drop();
}`,
    needs: ['liftOwn'],
  },
  Table: {
    text: `
class Table<T> {
  private objects: Array<T | null> = [];
  private unused: i32[] = [];

  add(value: T): i32 {
    const rep = this.unused.length > 0 ? this.unused.pop() : this.objects.push(null);
    this.objects[rep - 1] = value;
    return rep;
  }

  get(rep: i32): T {
    return this.objects[rep - 1]!;
  }

  /** The object; null if it was taken before. */
  take(rep: i32): T | null {
    const value = this.objects[rep - 1];
    this.objects[rep - 1] = null;
    return value;
  }

  free(rep: i32): void {
    this.unused.push(rep);
  }
}`,
  },
};
