/** Mutated modules; `npm run fuzz:limits` goes on for longer. */
import { expect, it } from 'vitest';
import { fuzz } from './fuzz.js';

it('a mutated module is refused, or rewritten into a valid one', async () => {
  const { accepted, rewritten, broken } = await fuzz(20_000, 30, 1);
  expect(broken).toEqual([]);
  expect(accepted).toBeGreaterThan(100);
  expect(rewritten).toBeGreaterThan(100);
});
