import type { GuestType } from './types.js';

/** Puts a value of a type right that came in. */
export type Repair = (type: number, value: any) => unknown;

/**
 * Values that come in, put right: in a payload of a variant the glue leaves the sign of small integers out (-1 of an s32 comes
 * as 4294967295). Elements of lists are read another way.
 */
export function createRepair(types: readonly GuestType[]): Repair {
  function arrived(index: number, value: any): unknown {
    if (!isAffected(index)) return value;
    const type = types[index]!;
    switch (type[0]) {
      case 'int':
        return value > type[3] ? value - 2 * (type[3] + 1) : value;
      case 'tuple':
        return value.map((item: unknown, i: number) => arrived(type[1][i]!, item));
      case 'record':
        for (const [name, field] of type[1]) value[name] = arrived(field, value[name]);
        return value;
      case 'variant': {
        const payload = type[1].find(([tag]) => tag === value.tag)?.[1] ?? null;
        return payload === null ? value : { tag: value.tag, val: arrived(payload, value.val) };
      }
      case 'result': {
        const side = value.tag === 'ok' ? type[1] : type[2];
        return side === null ? value : { tag: value.tag, val: arrived(side, value.val) };
      }
      case 'option':
        if (!type[2]) return value === undefined ? undefined : arrived(type[1], value);
        return value.tag === 'none' ? value : { tag: 'some', val: arrived(type[1], value.val) };
      default:
        return value;
    }
  }

  const affected = new Map<number, boolean>();

  /** Whether a type has signed integers outside of lists. */
  function isAffected(index: number): boolean {
    const known = affected.get(index);
    if (known !== undefined) return known;
    const answer = partsOf(types[index]!).some(isAffected) || (types[index]![0] === 'int' && types[index]![2] < 0);
    affected.set(index, answer);
    return answer;
  }

  return arrived;
}

/** The types that a value of a type is made of, but for the elements of lists. */
function partsOf(type: GuestType): readonly number[] {
  const present = (parts: readonly (number | null)[]) => parts.filter((part) => part !== null);
  switch (type[0]) {
    case 'tuple':
      return type[1];
    case 'record':
      return type[1].map(([, field]) => field);
    case 'variant':
      return present(type[1].map(([, payload]) => payload));
    case 'result':
      return present([type[1], type[2]]);
    case 'option':
      return [type[1]];
    default:
      return [];
  }
}
