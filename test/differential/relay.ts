import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco';
import { printWorld, resolve, type TypeDefinition, type ValueType } from '../../src/wit/index.js';
import * as m from '../wit/build.js';

export type StringEncoding = 'utf8' | 'utf16' | 'compact-utf16';

export const HOST = 'test:relay/host';
export const GUEST = 'test:relay/guest';

/**
 * A component that exports `f0`, `f1`, … one for each type, `func(value: T) -> T`, each of which calls the import of that name
 * and answers what it answers. A value thus goes into the guest, out to the host, in again and out again; the core module only
 * hands on what the canonical ABI gave it, so that it fits every type.
 */
export async function relayComponent(
  types: readonly ValueType[],
  encoding: StringEncoding = 'utf8',
): Promise<Uint8Array> {
  const { wit, result } = relayWorld(types);
  const binary = await parse(relayModule(result));
  const embedded = await componentEmbed({ binary, witSource: wit, world: 'w', stringEncoding: encoding });
  return await componentNew(embedded);
}

/** The WIT text of that world: what WIT knows by name only is defined in an interface of its own. */
function relayWorld(types: readonly ValueType[]): { wit: string; result: ValueType[] } {
  const shared = m.iface('test:relay/types');
  const host = m.iface(HOST);
  const guest = m.iface(GUEST);
  const known = new Map<ValueType, TypeDefinition>();
  const name = (type: ValueType): ValueType => {
    switch (type.kind) {
      case 'reference': {
        const { definition } = type;
        const behind = definition.type as ValueType;
        return m.ref(defined(behind, `${definition.name}-n`));
      }
      case 'record':
      case 'variant':
      case 'enum':
      case 'flags':
        return m.ref(defined(type, 't'));
      default:
        return inside(type);
    }
  };
  const defined = (type: ValueType, prefix: string): TypeDefinition => {
    let definition = known.get(type);
    if (definition === undefined) {
      const body = inside(type);
      definition = m.define(shared, `${prefix}${shared.types.length}`, body);
      known.set(type, definition);
    }
    return definition;
  };
  const inside = (type: ValueType): ValueType => {
    switch (type.kind) {
      case 'reference':
        return name(type);
      case 'record':
        return { ...type, fields: type.fields.map((field) => ({ ...field, type: name(field.type) })) };
      case 'variant':
        return { ...type, cases: type.cases.map((one) => (one.type ? { ...one, type: name(one.type) } : one)) };
      case 'list':
        return { ...type, element: name(type.element) };
      case 'map':
        return { ...type, key: name(type.key), value: name(type.value) };
      case 'tuple':
        return m.tuple(...type.items.map(name));
      case 'option':
        return m.option(name(type.some));
      case 'result':
        return m.result(type.ok && name(type.ok), type.error && name(type.error));
      default:
        return type;
    }
  };
  const result = types.map(name);
  for (const one of [host, guest]) {
    const used = new Map<TypeDefinition, TypeDefinition>();
    for (const [i, type] of result.entries()) {
      if (type.kind === 'reference' && !used.has(type.definition)) {
        used.set(type.definition, m.define(one, type.definition.name, m.ref(type.definition)));
      }
      m.add(one, `f${i}`, m.func({ value: type }, type));
    }
  }
  const w = m.world('test:relay');
  w.imports.push(m.asInterface(shared), m.asInterface(host));
  w.exports.push(m.asInterface(guest));
  return { wit: printWorld(w), result };
}

/** The core module: nothing but calls. */
function relayModule(types: readonly ValueType[]): string {
  const imports: string[] = [];
  const functions: string[] = [];
  for (const [i, type] of types.entries()) {
    const flat = flatten(type);
    // More than 16 flat values travel as one pointer (CanonicalABI.md, "Flattening").
    const params = flat.length > 16 ? ['i32'] : flat;
    const take = params.map((_, at) => `(local.get ${at})`).join(' ');
    const list = params.join(' ');
    if (flat.length <= 1) {
      const answer = flat.length === 1 ? `(result ${flat[0]})` : '';
      imports.push(`(import "${HOST}" "f${i}" (func $f${i} (param ${list}) ${answer}))`);
      functions.push(`(func (export "${GUEST}#f${i}") (param ${list}) ${answer} (call $f${i} ${take}))`);
    } else {
      imports.push(`(import "${HOST}" "f${i}" (func $f${i} (param ${list} i32)))`);
      functions.push(
        `(func (export "${GUEST}#f${i}") (param ${list}) (result i32) (local $at i32)
          (local.set $at (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 65536)))
          (call $f${i} ${take} (local.get $at))
          (local.get $at))`,
        // What a call allocated is not needed after it.
        `(func (export "cabi_post_${GUEST}#f${i}") (param i32) (global.set $next (i32.const 64)))`,
      );
    }
  }
  return `(module
    ${imports.join('\n')}
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 64))
    (func $realloc (export "cabi_realloc") (param $old i32) (param $was i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (if (i32.gt_u (global.get $next) (i32.mul (memory.size) (i32.const 65536)))
        (then (if (i32.eq
          (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1)))
          (i32.const -1)) (then unreachable))))
      (if (local.get $was) (then (memory.copy (local.get $at) (local.get $old) (local.get $was))))
      (local.get $at))
    ${functions.join('\n')})`;
}

type Flat = 'i32' | 'i64' | 'f32' | 'f64';

/** The core types a value type becomes (CanonicalABI.md, "Flattening"). */
function flatten(type: ValueType): Flat[] {
  const of = resolve(type);
  switch (of.kind) {
    case 'u64':
    case 's64':
      return ['i64'];
    case 'f32':
    case 'f64':
      return [of.kind];
    case 'string':
    case 'map':
      return ['i32', 'i32'];
    case 'list':
      return of.length === undefined ? ['i32', 'i32'] : Array(of.length).fill(flatten(of.element)).flat();
    case 'tuple':
      return of.items.flatMap(flatten);
    case 'record':
      return of.fields.flatMap((field) => flatten(field.type));
    case 'variant':
      return ['i32', ...join(of.cases.map((one) => one.type))];
    case 'option':
      return ['i32', ...flatten(of.some)];
    case 'result':
      return ['i32', ...join([of.ok, of.error])];
    default:
      return ['i32'];
  }
}

function join(types: readonly (ValueType | undefined)[]): Flat[] {
  const out: Flat[] = [];
  for (const type of types) {
    for (const [i, flat] of (type ? flatten(type) : []).entries()) {
      const before = out[i];
      if (before === undefined || before === flat) out[i] = flat;
      else out[i] = [before, flat].every((one) => one === 'i32' || one === 'f32') ? 'i32' : 'i64';
    }
  }
  return out;
}
