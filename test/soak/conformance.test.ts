/** The short form: after thousands of calls of each function of the conformance world a guest has no more memory. */
import { describe, expect, it } from 'vitest';
import '../conformance/languages.js';
import { GUESTS, soakConformance } from './conformance.js';

/** In a guest with an engine of its own a call takes several hundred times as long. */
const CALLS: Readonly<Record<string, number>> = { JavaScript: 20 };
/**
 * Bytes: such an engine collects when it sees fit. This one grows to some 180 MiB in 70 000 calls, whoever runs it, and then
 * stays; what is checked here is that a call does not leave tens of kilobytes behind.
 */
const NOISE: Readonly<Record<string, number>> = { JavaScript: 32 * 2 ** 20 };

describe('the memory of a guest stays as it is', () => {
  for (const language of GUESTS) {
    const { name, missing } = language;
    it.skipIf(missing !== undefined)(missing === undefined ? name : `${name} [${missing}]`, async () => {
      const growth = await soakConformance(language, CALLS[name] ?? 2000);
      const whole = growth.at(-1)!.after - growth[0]!.before;
      expect([
        whole > (NOISE[name] ?? 0),
        growth.filter(({ before, after }) => after > before && !NOISE[name]),
      ]).toEqual([false, []]);
    });
  }
});
