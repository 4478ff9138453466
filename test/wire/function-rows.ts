/**
 * The functions of wit/conformance.wit as the protocol numbers them, and calls of them, for readers of the vectors that cannot
 * read WIT.
 */
import { functionTable, type RemoteFunction } from '../../src/session/index.js';
import { type Codec, type Table, Writer } from '../../src/wire/index.js';
import { type ResolvedType, resolve, type ValueType } from '../../src/wit/index.js';
import { conformanceWorld } from '../conformance/languages.js';
import { ECHOED } from '../conformance/values.js';

export interface FunctionRow {
  /** Who implements it. */
  readonly side: 'host' | 'plugin';
  readonly number: number;
  readonly key: string;
  readonly params: readonly string[];
  readonly result: string | null;
  /** In hex: arguments, and what every plugin of the world returns for them. The host's `descend` answers 0. */
  readonly calls?: readonly { readonly arguments: string; readonly return: string }[];
}

type Call = readonly [args: readonly unknown[], result: unknown];

const same = (rows: readonly (readonly unknown[])[]): Call[] =>
  rows.map((args) => [args, args.length === 1 ? args[0] : args]);
const ok = (val?: unknown) => ({ tag: 'ok', val });
const err = (val?: unknown) => ({ tag: 'err', val });
const problems = [{ tag: 'not-found', val: 'ß' }, { tag: 'out-of-range', val: 2 ** 32 - 1 }, { tag: 'unknown' }];

const CALLS: Readonly<Record<string, readonly Call[]>> = {
  ...Object.fromEntries(Object.entries(ECHOED).map(([name, rows]) => [name, same(rows)])),
  text: same([[ok(7)], [err('no')], [err('')]]),
  bare: [[[true], err()]],
  structured: [[[undefined], ok()], ...problems.map((it): Call => [[it], err(it)])],
  empty: [
    [[false], ok()],
    [[true], err()],
  ],
  'mixed-by-host': same(ECHOED['echo-mixed']!),
  'shape-by-host': same(ECHOED['echo-shape']!),
  'strings-by-host': same(ECHOED['echo-strings']!),
  'option-by-host': same([[undefined], [0n], [2n ** 64n - 1n]]),
  'even-by-host': [
    [[4], ok(4)],
    [[5], err({ tag: 'out-of-range', val: 5 })],
  ],
  descend: [
    [[0], 0],
    [[3], 1],
  ],
};

/** Calls that are longer are left out. */
const LONGEST = 1000;

export async function functionRows(): Promise<FunctionRow[]> {
  const { imports, exports } = functionTable(await conformanceWorld());
  return [...imports.map((fn) => row('host', fn)), ...exports.map((fn) => row('plugin', fn))];
}

function row(side: FunctionRow['side'], { key, index, item, params, result }: RemoteFunction): FunctionRow {
  const calls = (side === 'plugin' && CALLS[item.name]) || [];
  const rows = calls.map(([args, answer]) => ({
    arguments: hex(params, args),
    return: hex([result!], [answer]),
  }));
  return {
    side,
    number: index,
    key,
    params: item.type.params.map(({ type }) => textOf(type)),
    result: item.type.result === undefined ? null : textOf(item.type.result),
    ...(rows.length > 0 && { calls: rows.filter((it) => it.arguments.length <= 2 * LONGEST) }),
  };
}

const none = () => {
  throw new Error('no handles in these values');
};
const table: Table = { writeHandle: none, readHandle: none, writeStream: none, readStream: none };

function hex(codecs: readonly Codec[], values: readonly unknown[]): string {
  const writer = new Writer();
  for (const [i, codec] of codecs.entries()) codec.write(writer, values[i], table);
  return Buffer.from(writer.take()).toString('hex');
}

/** A type without names of types, as `VECTOR_TYPES` writes them. */
function textOf(named: ValueType): string {
  const type: ResolvedType = resolve(named);
  switch (type.kind) {
    case 'list':
      return `list<${textOf(type.element)}>`;
    case 'tuple':
      return `tuple<${type.items.map(textOf).join(', ')}>`;
    case 'option':
      return `option<${textOf(type.some)}>`;
    case 'result':
      return `result<${[type.ok, type.error].map((side) => (side === undefined ? '_' : textOf(side))).join(', ')}>`;
    case 'record':
      return `record { ${type.fields.map((field) => `${field.name}: ${textOf(field.type)}`).join(', ')} }`;
    case 'variant':
      return `variant { ${type.cases.map((one) => one.name + (one.type ? `(${textOf(one.type)})` : '')).join(', ')} }`;
    case 'enum':
      return `enum { ${type.cases.map((one) => one.name).join(', ')} }`;
    case 'flags':
      return `flags { ${type.flags.map((one) => one.name).join(', ')} }`;
    case 'own':
    case 'borrow':
      return `${type.kind}<${type.resource.name}>`;
    default:
      return type.kind;
  }
}
