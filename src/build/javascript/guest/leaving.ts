import { describe, isCharacter, oneOf, tagOf } from './text.js';
import type { Class, GuestType } from './types.js';

/** Checks a value against a type, and copies it. What is wrong is said with the path to it. */
export type Check = (type: number, value: unknown, path: string) => unknown;

class Mismatch extends TypeError {}

/**
 * Values that leave the plugin. The glue makes 0 or "undefined" of what is not of its type, so that has to be found before.
 * @param classes those of the resources, by the keys of the table; they come to be known later.
 */
export function createCheck(types: readonly GuestType[], classes: ReadonlyMap<string, Class>): Check {
  function check(index: number, value: any, path: string): unknown {
    const type = types[index]!;
    const wrong = (expected: string) => new Mismatch(`${path}: expected ${expected}, got ${describe(value)}`);
    switch (type[0]) {
      case 'bool':
        if (typeof value !== 'boolean') throw wrong('a boolean');
        return value;
      case 'string':
        if (typeof value !== 'string') throw wrong('a string');
        return value;
      case 'char':
        if (typeof value !== 'string' || !isCharacter(value)) throw wrong('a string of one character');
        return value;
      case 'float':
        if (typeof value !== 'number') throw wrong('a number');
        return value;
      case 'int': {
        const [, name, min, max] = type;
        if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
          throw wrong(`${name}, a whole number from ${min} to ${max}`);
        }
        return value;
      }
      case 'bigint': {
        const [, name, bits, signed] = type;
        const fits = typeof value === 'bigint' && (signed ? BigInt.asIntN : BigInt.asUintN)(bits, value) === value;
        if (!fits) throw wrong(`${name}, a bigint of ${bits} bits${signed ? '' : ', not negative'}`);
        return value;
      }
      case 'list': {
        const [, element, length, typedArray] = type;
        const TypedArray = typedArray === null ? undefined : (globalThis as any)[typedArray];
        // The glue has globals of its own: what it made is no instance of ours.
        const isTyped: boolean = typedArray !== null && tagOf(value) === typedArray;
        if (!isTyped && !Array.isArray(value)) throw wrong(typedArray ?? 'an array');
        if (length !== null && value.length !== length) {
          throw new Mismatch(`${path}: expected ${length} elements, got ${value.length}`);
        }
        // A typed array can hold nothing else.
        if (isTyped) return value;
        const items = Array.from(value as unknown[], (item, i) => check(element, item, `${path}[${i}]`));
        return TypedArray === undefined ? items : TypedArray.from(items);
      }
      case 'tuple': {
        const [, items] = type;
        if (!Array.isArray(value)) throw wrong(`an array of ${items.length}`);
        if (value.length !== items.length) {
          throw new Mismatch(`${path}: expected ${items.length} elements, got ${value.length}`);
        }
        return items.map((item, i) => check(item, value[i], `${path}[${i}]`));
      }
      case 'record':
        return checkRecord(type[1], value, path, wrong);
      case 'variant': {
        const [, cases] = type;
        const tags = () => `{ tag } with a tag of ${oneOf(cases.map(([tag]) => tag))}`;
        if (typeof value !== 'object' || value === null) throw wrong(tags());
        const found = cases.find(([tag]) => tag === value.tag);
        if (found === undefined)
          throw new Mismatch(`${path}.tag: expected ${oneOf(cases.map(([tag]) => tag))}, got ${describe(value.tag)}`);
        const [tag, payload] = found;
        return payload === null ? { tag } : { tag, val: check(payload, value.val, `${path}.val`) };
      }
      case 'enum':
        if (!type[1].includes(value)) throw wrong(oneOf(type[1]));
        return value;
      case 'flags': {
        if (typeof value !== 'object' || value === null) throw wrong('an object of flags');
        const unknown = Object.keys(value).find((key) => !type[1].includes(key));
        if (unknown !== undefined) throw new Mismatch(`${path}: there is no flag "${unknown}", only ${oneOf(type[1])}`);
        for (const name of type[1]) {
          if (value[name] !== undefined && typeof value[name] !== 'boolean') {
            throw new Mismatch(`${path}.${name}: expected a boolean, got ${describe(value[name])}`);
          }
        }
        return value;
      }
      case 'option': {
        const [, some, nested] = type;
        if (!nested) return value === undefined || value === null ? undefined : check(some, value, path);
        if (value?.tag === 'none') return { tag: 'none' };
        if (value?.tag === 'some') return { tag: 'some', val: check(some, value.val, `${path}.val`) };
        throw wrong('{ tag: "some", val } or { tag: "none" }');
      }
      case 'result': {
        if (value?.tag !== 'ok' && value?.tag !== 'err') throw wrong('{ tag: "ok", val } or { tag: "err", val }');
        const side = value.tag === 'ok' ? type[1] : type[2];
        return { tag: value.tag, val: side === null ? undefined : check(side, value.val, `${path}.val`) };
      }
      case 'resource': {
        const known = classes.get(type[1]);
        if (known !== undefined && !(value instanceof known)) throw wrong(`a ${type[2]}`);
        return value;
      }
    }
  }

  function checkRecord(
    fields: readonly (readonly [string, number])[],
    value: any,
    path: string,
    wrong: (expected: string) => Error,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('an object');
    // A name that is almost that of a field explains why the field is missing.
    const names = fields.map(([name]) => name);
    const missing = names.filter((name) => value[name] === undefined);
    const unknown = missing.length === 0 ? undefined : Object.keys(value).find((key) => !names.includes(key));
    const hint = (name: string) =>
      unknown === undefined
        ? ''
        : `; "${unknown}", which it has, is no field${missing.length === 1 ? `: is "${name}" meant?` : ''}`;
    const copy: Record<string, unknown> = {};
    for (const [name, type] of fields) {
      if (value[name] === undefined && !isOptional(type)) {
        throw new Mismatch(`${path}: the field "${name}" is missing${hint(name)}`);
      }
      copy[name] = check(type, value[name], `${path}.${name}`);
    }
    if (unknown !== undefined)
      throw new Mismatch(
        `${path}: there is no field "${unknown}"${missing.length === 1 ? `: is "${missing[0]}" meant?` : ''}`,
      );
    return copy;
  }

  const isOptional = (index: number) => types[index]![0] === 'option';

  return check;
}
