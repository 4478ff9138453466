/**
 * Calls of functions with values that JavaScript cannot hold: an adapter module passes floats as their bits and vectors as
 * two integers.
 */
import { leb, name, section, vector } from '../../component/bytes.js';

export type NumberType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

const CODES: Readonly<Record<NumberType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const CARRIERS: Readonly<Record<NumberType, readonly number[]>> = {
  i32: [0x7f],
  i64: [0x7e],
  f32: [0x7f],
  f64: [0x7e],
  v128: [0x7e, 0x7e],
};

type Bits = number | bigint;
const modules = new Map<string, WebAssembly.Module>();
type Carrier = (...args: Bits[]) => Bits | Bits[] | undefined;
const wrapped = new WeakMap<object, Map<string, Carrier>>();

/** `f` with i32 and i64 in the place of the other types. */
export function adapt(f: object, params: readonly NumberType[], results: readonly NumberType[]): Carrier {
  const key = `${params}→${results}`;
  const known = wrapped.get(f) ?? new Map<string, Carrier>();
  wrapped.set(f, known);
  let call = known.get(key);
  if (call === undefined) {
    const module = modules.get(key) ?? new WebAssembly.Module(build(params, results));
    modules.set(key, module);
    const imports = { '': { f: f as WebAssembly.ImportValue } };
    call = new WebAssembly.Instance(module, imports).exports.f as Carrier;
    known.set(key, call);
  }
  return call;
}

function build(params: readonly NumberType[], results: readonly NumberType[]): Uint8Array<ArrayBuffer> {
  const type = (from: readonly number[], to: readonly number[]) => [
    0x60,
    ...leb(from.length),
    ...from,
    ...leb(to.length),
    ...to,
  ];
  const carriedParams = params.flatMap((it) => CARRIERS[it]);
  const code: number[] = [];
  let local = 0;
  const get = () => [0x20, ...leb(local++)];
  for (const param of params) {
    code.push(...get());
    if (param === 'f32') code.push(0xbe);
    if (param === 'f64') code.push(0xbf);
    if (param === 'v128') code.push(0xfd, 0x12, ...get(), 0xfd, 0x1e, 1);
  }
  code.push(0x10, 0);
  // The results wait in locals until they are turned into bits, first to last.
  const first = carriedParams.length;
  for (let i = results.length - 1; i >= 0; i--) code.push(0x21, ...leb(first + i));
  results.forEach((result, i) => {
    const value = [0x20, ...leb(first + i)];
    code.push(...value);
    if (result === 'f32') code.push(0xbc);
    if (result === 'f64') code.push(0xbd);
    if (result === 'v128') code.push(0xfd, 0x1d, 0, ...value, 0xfd, 0x1d, 1);
  });
  const locals = vector(results.map((it) => [1, CODES[it]]));
  const body = [...locals, ...code, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      vector([
        type(
          params.map((it) => CODES[it]),
          results.map((it) => CODES[it]),
        ),
        type(
          carriedParams,
          results.flatMap((it) => CARRIERS[it]),
        ),
      ]),
    ),
    ...section(2, vector([[...name(''), ...name('f'), 0x00, 0x00]])),
    ...section(3, [1, 1]),
    ...section(7, vector([[...name('f'), 0x00, 0x01]])),
    ...section(10, vector([[...leb(body.length), ...body]])),
  ]);
}
