/** Generated components that are nearly all types: what decoding and validating cost is seen on them. */
import { leb, name, PREAMBLE, section, sleb, vector } from '../component/bytes.js';

const IMPORT = 10;
const TYPE = 7;

/** `(type (sub resource))` and `(type (eq index))` as the types of an export. */
const someResource = [0x03, 0x01];
const equal = (index: number) => [0x03, 0x00, ...leb(index)];
const field = (label: string, type: readonly number[]) => [...name(label), ...type];
const exported = (text: string, type: readonly number[]) => [0x04, 0x00, ...name(text), ...type];
const defined = (type: readonly number[]) => [0x01, ...type];
const [U8, U32, U64, STRING] = [[0x7d], [0x79], [0x77], [0x73]];

/** The reference takes 4096 instances at most. */
const GROUPS = 20;

/**
 * An interface as toolchains write them, larger: groups of a resource, a record, a variant, flags and an enum, each named, with functions that
 * take and return them. `seed` goes into all names, so that no two are alike.
 */
function interfaceType(seed: number): number[] {
  const declarations: number[][] = [];
  let types = 0;
  for (let group = 0; group < GROUPS; group++) types = addGroup(declarations, types, `n${seed.toString(36)}-g${group}`);
  return [0x42, ...vector(declarations)];
}

/** Gives the number of types there are then. */
function addGroup(declarations: number[][], before: number, suffix: string): number {
  const word = (text: string) => `${text}-${suffix}`;
  let types = before;
  const define = (type: number[]): number => {
    declarations.push(defined(type));
    return types++;
  };
  const named = (text: string, type: number[]): number => {
    declarations.push(exported(word(text), equal(define(type))));
    return types++;
  };
  declarations.push(exported(word('stream'), someResource));
  const resource = types++;
  const labels = (text: string, count: number) => Array.from({ length: count }, (_, i) => name(word(`${text}${i}`)));
  const flags = named('flags', [0x6e, ...vector(labels('f', 12))]);
  const enumeration = named('enum', [0x6d, ...vector(labels('e', 20))]);
  const list = define([0x70, ...U8]);
  const record = named('record', [
    0x72,
    ...vector([
      field('size', U64),
      field('name', STRING),
      field('flags', sleb(flags)),
      field('code', sleb(enumeration)),
      field('bytes', sleb(list)),
    ]),
  ]);
  const variant = named('variant', [
    0x71,
    ...vector([sleb(record), U32, STRING, sleb(list)].map((type, i) => [...name(word(`c${i}`)), 0x01, ...type, 0x00])),
  ]);
  const borrow = define([0x68, ...leb(resource)]);
  const own = define([0x69, ...leb(resource)]);
  const result = define([0x6a, 0x01, ...sleb(record), 0x01, ...sleb(variant)]);
  const records = define([0x70, ...sleb(record)]);
  const func = (params: number[][], answer: number[]) => define([0x40, ...vector(params), 0x00, ...answer]);
  const functions = [
    func([field('self', sleb(borrow)), field('at', sleb(variant))], sleb(result)),
    func([field('self', sleb(borrow)), field('all', sleb(records))], sleb(own)),
    func([field('self', sleb(borrow)), field('mode', sleb(flags))], sleb(enumeration)),
  ];
  functions.forEach((type, i) => {
    for (let copy = 0; copy < 4; copy++)
      declarations.push(exported(`[method]${word('stream')}.call-m${i}-m${copy}`, [0x01, ...leb(type)]));
  });
  return types;
}

/** A component of at least so many bytes that imports one interface after the other. */
export function typeHeavy(bytes: number, seed = 0): Uint8Array {
  const parts = [Uint8Array.from(PREAMBLE)];
  let length = PREAMBLE.length;
  for (let i = 0; length < bytes; i++) {
    const id = `ns:pkg/iface-n${(seed + i).toString(36)}`;
    for (const part of [
      section(TYPE, vector([interfaceType(seed + i)])),
      section(IMPORT, vector([[0x00, ...name(id), 0x05, ...leb(i)]])),
    ]) {
      parts.push(Uint8Array.from(part));
      length += part.length;
    }
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
