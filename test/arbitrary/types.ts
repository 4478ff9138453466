/**
 * Random types of the type model and random values of them, for properties that must hold for every value type: all but
 * handles, streams, futures and error contexts, whose values mean something inside a running instance only.
 */
import fc from 'fast-check';
import { camelCase, type PrimitiveKind, resolve, type ValueType } from '../../src/wit/index.js';

export interface TypeOptions {
  /** How deep types nest; 0 gives types without parts. Default 3. */
  depth?: number;
  /** Kinds to leave out, for a peer that does not have them. `fixed-length list` is a list with a length. */
  without?: readonly (ValueType['kind'] | 'fixed-length list')[];
}

/** A random type and a random value of it. */
export function arbitraryTypedValue(options?: TypeOptions): fc.Arbitrary<{ type: ValueType; value: unknown }> {
  return arbitraryType(options).chain((type) => arbitraryValue(type).map((value) => ({ type, value })));
}

const PRIMITIVES: readonly PrimitiveKind[] = [
  'bool',
  'u8',
  'u16',
  'u32',
  'u64',
  's8',
  's16',
  's32',
  's64',
  'f32',
  'f64',
  'char',
  'string',
];

const KEYS = PRIMITIVES.filter((kind) => !kind.startsWith('f'));

/** A random type. */
export function arbitraryType({ depth = 3, without = [] }: TypeOptions = {}): fc.Arbitrary<ValueType> {
  const primitive = (kinds: readonly PrimitiveKind[]) =>
    fc.constantFrom(...kinds.filter((kind) => !without.includes(kind)).map((kind): ValueType => ({ kind })));
  const enumeration = labels().map((cases): ValueType => ({ kind: 'enum', cases }));
  // More than 32 flags are not valid in a component.
  const flags = labels(32).map((all): ValueType => ({ kind: 'flags', flags: all }));
  const leaf = fc.oneof({ weight: 4, arbitrary: primitive(PRIMITIVES) }, enumeration, flags);
  if (depth === 0) return leaf;

  const part = arbitraryType({ depth: depth - 1, without });
  const optional = fc.option(part, { nil: undefined });
  const composite: [ValueType['kind'] | 'fixed-length list', fc.Arbitrary<ValueType>][] = [
    ['list', part.map((element): ValueType => ({ kind: 'list', element }))],
    [
      'fixed-length list',
      fc.tuple(part, fc.integer({ min: 1, max: 5 })).map(([element, length]) => ({ kind: 'list', element, length })),
    ],
    ['map', fc.tuple(primitive(KEYS), part).map(([key, value]) => ({ kind: 'map', key, value }))],
    ['tuple', fc.array(part, { minLength: 1, maxLength: 4 }).map((items) => ({ kind: 'tuple', items }))],
    [
      'record',
      named(part).map(
        (fields): ValueType => ({ kind: 'record', fields: fields.map(([name, type]) => ({ name, type })) }),
      ),
    ],
    [
      'variant',
      named(optional).map(
        (cases): ValueType => ({
          kind: 'variant',
          cases: cases.map(([name, type]) => (type ? { name, type } : { name })),
        }),
      ),
    ],
    ['option', part.map((some): ValueType => ({ kind: 'option', some }))],
    [
      'result',
      fc
        .tuple(optional, optional)
        .map(([ok, error]) => ({ kind: 'result', ...(ok && { ok }), ...(error && { error }) })),
    ],
    ['reference', fc.tuple(kebabName, part).map(([name, type]) => ({ kind: 'reference', definition: { name, type } }))],
  ];
  return fc.oneof(leaf, ...composite.filter(([kind]) => !without.includes(kind)).map(([, arbitrary]) => arbitrary));
}

/** Names that mean something in WAVE, in WIT, or to JavaScript objects. */
const AWKWARD_NAMES = [
  'true',
  'false',
  'some',
  'none',
  'ok',
  'err',
  'inf',
  'nan',
  'list',
  'then',
  'constructor',
].concat(['to-string', 'value-of', 'tag', 'val', 'HTTP', 'x-86', 'a', 'get-URL', 'b-2-B']);

const kebabName = fc.oneof(
  fc.constantFrom(...AWKWARD_NAMES),
  fc.stringMatching(/^[a-z][a-z0-9]{0,5}(-([a-z0-9]{1,4}|[A-Z0-9]{1,4})){0,2}$/),
);

/** Names are told apart without case in WIT, and in JS by what camelCase makes of them. */
const distinct = (name: string) => camelCase(name).toLowerCase();

function labels(maxLength = 40): fc.Arbitrary<{ name: string }[]> {
  return fc
    .uniqueArray(kebabName, { minLength: 1, maxLength, selector: distinct })
    .map((names) => names.map((name) => ({ name })));
}

function named<T>(item: fc.Arbitrary<T>): fc.Arbitrary<[string, T][]> {
  return fc.uniqueArray(fc.tuple(kebabName, item), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => distinct(name),
  });
}

const codePoint = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.integer({ min: 0x80, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10ffff }),
  // NUL, DEL, no-break space, combining acute, joiners, line separator, private use, BOM, noncharacters, astral.
  fc.constantFrom(0, 0x7f, 0xa0, 0x301, 0x200d, 0x2028, 0xe000, 0xfeff, 0xffff, 0x1f600, 0x10ffff),
);

const char = codePoint.map((value) => String.fromCodePoint(value));

/** A random JS value of a type. */
export function arbitraryValue(type: ValueType): fc.Arbitrary<unknown> {
  const resolved = resolve(type);
  switch (resolved.kind) {
    case 'bool':
      return fc.boolean();
    case 'u8':
    case 'u16':
    case 'u32':
      return fc.integer({ min: 0, max: 2 ** Number(resolved.kind.slice(1)) - 1 });
    case 's8':
    case 's16':
    case 's32': {
      const limit = 2 ** (Number(resolved.kind.slice(1)) - 1);
      return fc.integer({ min: -limit, max: limit - 1 });
    }
    case 'u64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case 's64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'f32':
      return fc.oneof(fc.float(), fc.constantFrom(-0, Number.NaN, Infinity, -Infinity, 2 ** -149, 2 ** 127));
    case 'f64':
      return fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 1023));
    case 'char':
      return char;
    case 'string':
      return fc.array(char, { maxLength: 12 }).map((chars) => chars.join(''));
    case 'list': {
      const size = resolved.length ?? undefined;
      const items = fc.array(arbitraryValue(resolved.element), { minLength: size ?? 0, maxLength: size ?? 6 });
      return size === undefined ? items.map((values) => listOf(values, resolved.element)) : items;
    }
    case 'map':
      return fc
        .array(fc.tuple(arbitraryValue(resolved.key), arbitraryValue(resolved.value)), { maxLength: 4 })
        .map((pairs) => new Map(pairs));
    case 'tuple':
      return fc.tuple(...resolved.items.map(arbitraryValue));
    case 'record':
      return fc
        .tuple(...resolved.fields.map((field) => arbitraryValue(field.type)))
        .map((values) => object(resolved.fields.map(({ name }, index) => [camelCase(name), values[index]])));
    case 'variant':
      return fc.oneof(
        ...resolved.cases.map(({ name, type: payload }) =>
          payload ? arbitraryValue(payload).map((val) => ({ tag: name, val })) : fc.constant({ tag: name }),
        ),
      );
    case 'enum':
      return fc.constantFrom(...resolved.cases.map(({ name }) => name));
    case 'flags':
      return fc
        .tuple(...resolved.flags.map(() => fc.boolean()))
        .map((bits) => object(resolved.flags.map(({ name }, index) => [camelCase(name), bits[index]])));
    case 'option': {
      const some = arbitraryValue(resolved.some);
      if (resolve(resolved.some).kind !== 'option') return fc.option(some, { nil: undefined });
      return fc.oneof(
        fc.constant({ tag: 'none' }),
        some.map((val) => ({ tag: 'some', val })),
      );
    }
    case 'result': {
      const outcome = (tag: string, payload: ValueType | undefined) =>
        (payload ? arbitraryValue(payload) : fc.constant(undefined)).map((val) => ({ tag, val }));
      return fc.oneof(outcome('ok', resolved.ok), outcome('err', resolved.error));
    }
    default:
      throw new TypeError(`no random values of ${resolved.kind}`);
  }
}

function object(entries: (readonly [string, unknown])[]): object {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

/** What a list is in JS: a typed array for numbers. */
function listOf(values: unknown[], element: ValueType): unknown {
  switch (resolve(element).kind) {
    case 'u8':
      return Uint8Array.from(values as number[]);
    case 'u16':
      return Uint16Array.from(values as number[]);
    case 'u32':
      return Uint32Array.from(values as number[]);
    case 'u64':
      return BigUint64Array.from(values as bigint[]);
    case 's8':
      return Int8Array.from(values as number[]);
    case 's16':
      return Int16Array.from(values as number[]);
    case 's32':
      return Int32Array.from(values as number[]);
    case 's64':
      return BigInt64Array.from(values as bigint[]);
    case 'f32':
      return Float32Array.from(values as number[]);
    case 'f64':
      return Float64Array.from(values as number[]);
    default:
      return values;
  }
}
