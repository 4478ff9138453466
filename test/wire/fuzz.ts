/** The long form of fuzz.test.ts: `tsx test/wire/fuzz.ts [frames] [seed]`. */
import { fuzz } from './fuzz-session.js';

const frames = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() & 0x7fff_ffff);
console.log(`${frames} frames, seed ${seed}`);
const began = performance.now();
const tally = fuzz(frames, seed);
const ends = [...tally.ends].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} ${count}`);
console.log(
  `${tally.frames} frames in ${tally.sessions} sessions, ${((performance.now() - began) / 1000).toFixed(1)} s`,
);
console.log(`ended by: ${ends.join(', ')}`);
console.log(`resident: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`);
