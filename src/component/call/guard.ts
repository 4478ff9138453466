/**
 * Proves that host code has stack to run on before it starts. A guest that recurses to the edge of the stack and then calls
 * an import would otherwise stop the host between two statements.
 *
 * The engine checks at a function's entry that its whole frame fits. The frame of this one is over 64 KiB, for a branch that
 * is never taken: it keeps thousands of values alive at once. Throws a `RangeError` where there is no room.
 */
let guard: (() => void) | undefined;

export function stackGuard(): () => void {
  guard ??= new WebAssembly.Instance(new WebAssembly.Module(guardModule())).exports.guard as () => void;
  return guard;
}

/** Calls in the branch, and the v128 that each returns: 16 bytes each, all alive until the last call has returned. */
const CALLS = 4;
const RESULTS = 1000;

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest ? byte | 0x80 : byte);
  } while (rest);
  return bytes;
}

const section = (id: number, body: readonly number[]) => [id, ...leb(body.length), ...body];
const repeat = (count: number, items: readonly number[]) => Array.from({ length: count }, () => items).flat();

/**
 * `guard`: if a global that is always 0 is not, calls through an empty table for the values, and again to consume them. Few
 * instructions, so that it compiles at once; calls through a table, so that nothing can be known of them and left out.
 */
function guardModule(): Uint8Array<ArrayBuffer> {
  const values = [...leb(RESULTS), ...repeat(RESULTS, [0x7b])];
  const produce = [0x41, 0x00, 0x11, 0x01, 0x00];
  const consume = [0x41, 0x00, 0x11, 0x02, 0x00];
  const body = [0x00, 0x23, 0x00, 0x04, 0x40, ...repeat(CALLS, produce), ...repeat(CALLS, consume), 0x0b, 0x0b];
  const name = [...'guard'].map((it) => it.charCodeAt(0));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x03, 0x60, 0x00, 0x00, 0x60, 0x00, ...values, 0x60, ...values, 0x00]),
    ...section(3, [0x01, 0x00]),
    ...section(4, [0x01, 0x70, 0x00, 0x01]),
    ...section(6, [0x01, 0x7f, 0x01, 0x41, 0x00, 0x0b]),
    ...section(7, [0x02, 0x05, ...name, 0x00, 0x00, 0x01, 0x74, 0x01, 0x00]),
    ...section(10, [0x01, ...leb(body.length), ...body]),
  ]);
}
