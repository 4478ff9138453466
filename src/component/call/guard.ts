/**
 * Proves that host code has stack to run on before it starts. A guest that recurses to the edge of the stack and then calls
 * an import would otherwise stop the host between two statements.
 *
 * The engine checks at a function's entry that its whole frame fits. The frame of this one is 64 KiB: a branch that is never
 * taken keeps thousands of locals alive. Throws a `RangeError` where there is no room.
 */
let guard: (() => void) | undefined;

export function stackGuard(): () => void {
  guard ??= makeGuard();
  return guard;
}

/** i64 locals alive at once: 8 bytes each. */
const LOCALS = 8000;

function makeGuard(): () => void {
  const module = new WebAssembly.Module(guardModule());
  const instance = new WebAssembly.Instance(module);
  return instance.exports.guard as () => void;
}

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

/**
 * `(func $opaque (result i64) …)`, and `guard`: if a global that is always 0 is not, fills every local from `$opaque`, then
 * adds them all up, so that none can be left out of the frame.
 */
function guardModule(): Uint8Array<ArrayBuffer> {
  const body: number[] = [0x01, ...leb(LOCALS), 0x7e, 0x23, 0x00, 0x04, 0x40];
  for (let i = 0; i < LOCALS; i++) body.push(0x10, 0x00, 0x21, ...leb(i));
  for (let i = 0; i < LOCALS; i++) body.push(0x23, 0x01, 0x20, ...leb(i), 0x7c, 0x24, 0x01);
  body.push(0x0b, 0x0b);
  const opaque = [0x00, 0x23, 0x01, 0x42, 0x01, 0x7c, 0x24, 0x01, 0x23, 0x01, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x02, 0x60, 0x00, 0x01, 0x7e, 0x60, 0x00, 0x00]),
    ...section(3, [0x02, 0x00, 0x01]),
    ...section(6, [0x02, 0x7f, 0x01, 0x41, 0x00, 0x0b, 0x7e, 0x01, 0x42, 0x00, 0x0b]),
    ...section(7, [0x01, 0x05, ...'guard'.split('').map((it) => it.charCodeAt(0)), 0x00, 0x01]),
    ...section(10, [0x02, ...leb(opaque.length), ...opaque, ...leb(body.length), ...body]),
  ]);
}
