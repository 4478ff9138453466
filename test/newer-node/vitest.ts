/** Vitest, with this checkout's configuration, as a process of another Node. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs the tests that `args` name and gives the exit code; `null` if a signal ended it. `output` is for what the run prints.
 */
export function runVitest(node: string, args: readonly string[], output: 'inherit' | 'ignore'): Promise<number | null> {
  // What a vitest tells its workers is not about this one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VITEST.*|TEST|NODE_ENV)$/.test(name)),
  );
  const child = spawn(node, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', output, 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
