import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdTable } from '../../src/session/id-table.js';

/** Steps from one id to the next: mostly the next, and such as meet in one slot. */
const step = fc.oneof({ weight: 6, arbitrary: fc.constant(2) }, fc.constantFrom(512, 1024, 2 ** 20));
const move = fc.record({ step, keep: fc.boolean(), at: fc.nat() });

test('what is open is found by its id, whatever the ids', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2), fc.array(move, { minLength: 1, maxLength: 600 }), (first, moves) => {
      const table = new IdTable<{ readonly id: number }>();
      const known = new Map<number, { readonly id: number }>();
      let id = first;
      for (const { step, keep, at } of moves) {
        const one = { id };
        table.add(one);
        known.set(id, one);
        const gone = keep ? [...known.keys()][at % known.size]! : id;
        if (at % 3 > 0) expect(table.delete(gone)).toBe(known.delete(gone));
        expect(table.delete(id + 1)).toBe(false);
        expect(table.get(id)).toBe(known.get(id));
        expect(table.get(id + 512)).toBeUndefined();
        id += step;
      }
      expect(table.size).toBe(known.size);
      expect(table.all()).toEqual([...known.values()]);
      for (const [key, one] of known) expect(table.get(key)).toBe(one);
      table.clear();
      expect([table.size, table.all(), table.get(first)]).toEqual([0, [], undefined]);
    }),
  );
});
