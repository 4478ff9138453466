/** The process in which a peer does one job: it may leave its process unusable, or end it. */

/** One call of a function that a peer exports. */
export interface Job {
  /** The URL of the peer's module. */
  readonly module: string;
  readonly function: string;
  readonly args: readonly unknown[];
}

export type Outcome = { readonly value: unknown } | { readonly error: string };

process.once('message', async (job: Job) => {
  process.send!(await run(job), () => process.disconnect());
});

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
