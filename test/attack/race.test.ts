/** The short form of the race. */
import { expect, it } from 'vitest';
import { race } from './race.js';

it('a directory that is swapped for a link while a guest goes through it leads nowhere', async () => {
  const { wins, inside, refused, swaps } = await race(6_000);
  expect(wins).toBe(0);
  // They raced: the tries met the directory, the link, and the moment in between.
  expect(swaps).toBeGreaterThan(100);
  expect(inside).toBeGreaterThan(10);
  expect(refused.get('not-permitted')).toBeGreaterThan(10);
  expect(refused.get('no-entry')).toBeGreaterThan(0);
});
