/** `tsx test/newer-node/main.ts FILTER…`: runs tests under a Node with a newer engine, which is installed if need be. */
import { provideNewerNode } from '../setup/newer-node.js';
import { runVitest } from './vitest.js';

process.exitCode = (await runVitest(await provideNewerNode(), process.argv.slice(2), 'inherit')) ?? 1;
