import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { escapeText, hatchwayError } from '../errors/index.js';
import type { Job, Outcome } from './worker.js';

/** The same two steps up from `src/toolchain` and from `dist/toolchain`: a child process runs what was built. */
const WORKER = new URL('../../dist/toolchain/worker.js', import.meta.url);

/** What a job failed with, in the peer's words. */
export class JobError extends Error {}

/** What a child may say of itself that is shown where it ends without an answer, in characters. */
const MAX_OUTPUT = 2000;

/**
 * Has a peer do one job in a child process. Values are those of `structuredClone`.
 * @throws JobError what the job failed with; HatchwayError `unsupported` where the process ended before it answered.
 */
export function runJob(job: Job): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(WORKER), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Neither a debugger's port nor a test runner's loader is the child's business.
      execArgv: [],
    });
    let output = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT);
    });
    child.once('message', (outcome: Outcome) => {
      if ('error' in outcome) reject(new JobError(outcome.error));
      else resolve(outcome.value);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const what = `the process that runs ${job.function} ended with ${signal ?? `exit code ${code}`}`;
      reject(hatchwayError('unsupported', output === '' ? what : `${what}: ${escapeText(output, MAX_OUTPUT)}`));
    });
    child.send(job, (error) => {
      if (error !== null) reject(error);
    });
  });
}
