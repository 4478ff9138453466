/**
 * The type model and what is said about it: names, WIT text, differences. Imports nothing but `errors`; nothing from Node.
 */
export { bare } from './bare.js';
export { type CompareOptions, compareWorlds, type Difference, type DifferenceKind } from './compare.js';
export * from './javascript.js';
export { isLabel, shown } from './label.js';
export * from './layout.js';
export * from './model.js';
export * from './names.js';
export { partsOf } from './parts.js';
export { printWorld } from './print.js';
export { printFunction, printType } from './print-line.js';
export { equalFunctions, equalTypes } from './type-comparison.js';
export { definitionsIn } from './walk.js';
export { type WasiPackage, wasiPackage } from './wasi.js';
