/** The long form of the race: `tsx test/soak/race.ts [TRIES]`, by default 450 000 tries. Ends with 1 if one gets out. */
import { race } from '../attack/race.js';

const started = Date.now();
const { tries, wins, inside, refused, swaps } = await race(Number(process.argv[2] ?? 450_000));
console.log(
  `${tries} tries in ${Math.round((Date.now() - started) / 1000)} s, while the directory was swapped ${swaps} times`,
);
console.log(`${inside} found the directory; refused: ${[...refused].map(([code, n]) => `${n} ${code}`).join(', ')}`);
console.log(`${wins} got out`);
process.exitCode = wins === 0 ? 0 : 1;
