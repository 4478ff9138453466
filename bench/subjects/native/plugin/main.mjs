/** Takes bytes and gives bytes. */
import { readFileSync } from 'node:fs';
import { serve } from 'hatchway/plugin';

const encoded = readFileSync(new URL('./world.wasm', import.meta.url)).toString('base64');
const piece = new Uint8Array(65_536).fill(1);

serve({ name: 'bench:native/plugin', encoded }, () => ({
  api: {
    async sink(bytes) {
      let sum = 0n;
      for await (const chunk of bytes) sum += BigInt(chunk.length);
      return sum;
    },
    async *source(count) {
      for (let left = Number(count); left > 0; left -= piece.length) yield piece.subarray(0, left);
    },
  },
}));
