/**
 * The command line's value syntax, WebAssembly Value Encoding (WAVE): text to JS values of a WIT type, and back.
 *
 * text → tokens → syntax tree → value, and value → text. The grammar is the one written down with the `wasm-wave` crate;
 * the printed form is, character for character, what `wasmtime run --invoke` prints. A map, which WAVE has no form for,
 * is written as what it is in the component model: a list of pairs, `[("a", 1), ("b", 2)]`.
 *
 * May import `errors` and `wit`; nothing from Node.
 */
export { type Call, type FunctionPath, parseArguments, parseCall } from './call.js';
export { printResult, printValue, unprintable } from './print.js';
export { parseValue } from './value.js';
