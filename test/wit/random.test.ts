import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeWorld } from '../../src/component/index.js';
import { compareWorlds, printWorld } from '../../src/wit/index.js';
import { encodeWit } from './encode.js';
import { plain } from './plain.js';
import { randomWorld } from './random-world.js';

it('whatever a world is, its text is read as the same world', async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const world = randomWorld(g);
      const decoded = decodeWorld(await encodeWit(printWorld(world)));
      // An encoded world carries no documentation: this shows that none of it was read as anything else.
      expect(plain(decoded, { docs: false })).toEqual(plain(world, { docs: false }));
      expect(compareWorlds(world, decoded)).toEqual([]);
      expect(compareWorlds(decoded, world)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
