import { expect, it } from 'vitest';
import { fuzz } from './fuzz-session.js';

it('random frames end sessions with a typed error, within their bounds, and leave nothing', () => {
  const tally = fuzz(20_000, 42);
  expect(tally.frames).toBeGreaterThanOrEqual(20_000);
  expect(tally.ends.size).toBeGreaterThan(5);
});
