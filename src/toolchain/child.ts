import { type ChildProcess, fork } from 'node:child_process';
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
 * A child process in which a peer does jobs, one after the other. A job that fails may leave it unusable: end it then.
 * It keeps this process running while it has a job, and ends with it.
 */
export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #waiting: { job: Job; resolve(value: unknown): void; reject(error: unknown): void }[] = [];
  #output = '';
  #ended: string | undefined;

  constructor() {
    this.#child = fork(fileURLToPath(WORKER), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Neither a debugger's port nor a test runner's loader is the child's business.
      execArgv: [],
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-MAX_OUTPUT);
    });
    this.#child.on('message', (outcome: Outcome) => {
      const done = this.#waiting.shift()!;
      if (this.#waiting.length === 0) this.#hold(false);
      if ('error' in outcome) done.reject(new JobError(outcome.error));
      else done.resolve(outcome.value);
    });
    this.#child.once('error', (error) => this.#fail(() => error));
    this.#child.once('close', (code, signal) => {
      this.#ended = signal ?? `exit code ${code}`;
      this.#fail(({ function: name }) => {
        const what = `the process that runs ${name} ended with ${this.#ended}`;
        const said = this.#output === '' ? '' : `: ${escapeText(this.#output, MAX_OUTPUT)}`;
        return hatchwayError('unsupported', `${what}${said}`);
      });
    });
  }

  /** Whether it can do another job. */
  get isAlive(): boolean {
    return this.#ended === undefined && this.#child.connected;
  }

  /**
   * Does a job after those before it. Values are those of `structuredClone`.
   * @throws JobError what the job failed with; HatchwayError `unsupported` where the process ended before it answered.
   */
  run(job: Job): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#hold(true);
      this.#waiting.push({ job, resolve, reject });
      this.#child.send(job, (error) => {
        if (error !== null) this.#fail(() => error);
      });
    });
  }

  /** Ends the process, whatever it does. */
  end(): void {
    if (this.#child.connected) this.#child.disconnect();
    if (this.#waiting.length === 0) this.#hold(false);
  }

  #fail(errorOf: (job: Job) => unknown): void {
    for (const { job, reject } of this.#waiting.splice(0)) reject(errorOf(job));
    this.#hold(false);
  }

  /** Whether this process waits for the child. */
  #hold(busy: boolean): void {
    const call = busy ? 'ref' : 'unref';
    this.#child[call]();
    this.#child.channel?.[call]();
    (this.#child.stderr as unknown as { ref(): void; unref(): void })[call]();
  }
}

/** Has a peer do one job in a child process of its own. As `PeerProcess.run`. */
export async function runJob(job: Job): Promise<unknown> {
  const child = new PeerProcess();
  try {
    return await child.run(job);
  } finally {
    child.end();
  }
}
