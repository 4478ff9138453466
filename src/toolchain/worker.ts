/** The process in which a peer does jobs: a job may leave its process unusable, or end it. */
import * as nodeModule from 'node:module';
import { setFlagsFromString } from 'node:v8';

/** One call of a function that a peer exports. */
export interface Job {
  /** The URL of the peer's module. */
  readonly module: string;
  readonly function: string;
  readonly args: readonly unknown[];
}

export type Outcome = { readonly value: unknown } | { readonly error: string };

// Where Node has it (22.1), the compiled form of the peers' megabytes of JavaScript is kept for the next time.
(nodeModule as { enableCompileCache?: (folder?: string) => unknown }).enableCompileCache?.();

// The peers are megabytes of WebAssembly that run for a second: to optimise their code costs as much again as running it does.
// Only a function that has itself run for about a second is. V8's default is a thousandth of it. (An engine without the flag
// says so on stderr, which nobody sees, and goes on.)
setFlagsFromString('--wasm-tiering-budget=2000000000');

let last: Promise<unknown> = Promise.resolve();
process.on('message', (job: Job) => {
  last = last.then(async () => {
    const outcome = await run(job);
    if (process.connected) process.send!(outcome);
  });
});
// Nobody waits for an answer any more.
process.once('disconnect', () => process.exit());

async function run(job: Job): Promise<Outcome> {
  try {
    const module = await import(job.module);
    return { value: await module[job.function](...job.args) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** jco throws the error of a WIT `result` as its payload. */
function messageOf(error: unknown): string {
  const { payload, message } = error as { payload?: unknown; message?: unknown };
  return typeof payload === 'string' ? payload : typeof message === 'string' ? message : String(error);
}
