/** Values of scripts → JS values of a WIT type. */
import { camelCase, resolve, type ValueType } from '../../src/wit/index.js';
import type { JsonValue } from './script.js';

const TYPED = {
  u8: Uint8Array,
  s8: Int8Array,
  u16: Uint16Array,
  s16: Int16Array,
  u32: Uint32Array,
  s32: Int32Array,
  u64: BigUint64Array,
  s64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
} as Readonly<Record<string, { from(items: readonly unknown[]): unknown }>>;

/** @throws Error if the value is not of the type. */
export function scriptValue(json: JsonValue, type: ValueType): unknown {
  const of = resolve(type);
  const inner = json.value;
  const list = inner as readonly JsonValue[];
  switch (of.kind) {
    case 'bool':
      return inner === true || inner === 'true';
    case 'u64':
    case 's64':
      return BigInt(inner as string);
    case 'f32':
    case 'f64':
      return float(of.kind, String(inner));
    case 'char':
    case 'string':
    case 'enum':
      return inner;
    case 'list': {
      const items = list.map((item) => scriptValue(item, of.element));
      return TYPED[resolve(of.element).kind]?.from(items) ?? items;
    }
    case 'tuple':
      return list.map((item, i) => scriptValue(item, of.items[i]!));
    case 'record': {
      const given = new Map(inner as readonly [string, JsonValue][]);
      return Object.fromEntries(of.fields.map((it) => [camelCase(it.name), scriptValue(given.get(it.name)!, it.type)]));
    }
    case 'variant': {
      const { case: tag, payload } = inner as { case: string; payload: JsonValue | null };
      const chosen = of.cases.find((it) => it.name === tag)!;
      return chosen.type && payload ? { tag, val: scriptValue(payload, chosen.type) } : { tag };
    }
    case 'flags':
      return Object.fromEntries(
        of.flags.map((it) => [camelCase(it.name), (inner as readonly string[]).includes(it.name)]),
      );
    case 'option': {
      const nested = resolve(of.some).kind === 'option';
      if (inner === null || inner === undefined) return nested ? { tag: 'none' } : undefined;
      const some = scriptValue(inner as JsonValue, of.some);
      return nested ? { tag: 'some', val: some } : some;
    }
    case 'result': {
      const [[arm, payload]] = Object.entries(inner as object) as [[string, JsonValue | null]];
      const tag = arm.toLowerCase() === 'ok' ? 'ok' : 'err';
      const payloadType = tag === 'ok' ? of.ok : of.error;
      return payload && payloadType ? { tag, val: scriptValue(payload, payloadType) } : { tag };
    }
    case 'map':
      return new Map(
        list.map((pair) => {
          const [key, value] = pair.value as [JsonValue, JsonValue];
          return [scriptValue(key, of.key), scriptValue(value, of.value)];
        }),
      );
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      throw new Error(`a script cannot write a value of type ${of.kind}`);
    default:
      return Number(inner);
  }
}

function float(kind: 'f32' | 'f64', bits: string): number {
  if (bits.startsWith('nan')) return Number.NaN;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(bits)));
  return kind === 'f32' ? view.getFloat32(4) : view.getFloat64(0);
}
