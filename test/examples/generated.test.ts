/** The types in the example are what the generator writes from the WIT of today. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generateTs } from '../../src/bindgen/index.js';
import { encodeWorld } from '../../src/toolchain/index.js';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe('the generated types of the relay', () => {
  it.each(['filter-plugin', 'route-plugin'])('are those of the world %s', async (world) => {
    const encoded = await encodeWorld({ wit: at('wit/relay.wit'), world });
    for (const { path, text } of generateTs(encoded.world, encoded.encoded)) {
      expect(readFileSync(at(`examples/relay/generated/${path}`), 'utf8')).toBe(text);
    }
  });
});
