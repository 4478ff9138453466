/** `(module (import "" "f" (func)) (export "f" (func 0)))` */
const PASS_ON = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x02, 0x06, 0x01, 0x00, 0x01, 0x66, 0x00, 0x00],
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
);

let module: WebAssembly.Module | undefined;

/** A function as a reference that a module can import: a module has to have exported it. */
export function asReference(f: () => void): WebAssembly.ExportValue {
  module ??= new WebAssembly.Module(PASS_ON);
  return new WebAssembly.Instance(module, { '': { f } }).exports.f!;
}
