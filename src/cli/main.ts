#!/usr/bin/env node
import { runCommandLine } from './index.js';

for (const stream of [process.stdout, process.stderr]) {
  // Whoever reads the output may stop before its end, as `head` does.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

const code = await runCommandLine(process.argv.slice(2), process);
// A module given with --imports may have left timers or sockets behind; the command is done when its output is.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
