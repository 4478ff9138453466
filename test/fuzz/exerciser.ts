/** The process that instantiates artifacts, with a bound: what takes too long is ended with it, and another is begun. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Exercise } from './exercise.js';

const program = fileURLToPath(new URL('exercise.ts', import.meta.url));
/** Milliseconds for all calls of one artifact: each has a limit of its own, and the machine may have other things to do. */
const BOUND = 20_000;
/** Artifacts that one process takes: what the engine keeps of them must not decide how long a run can be. */
const MOST = 5_000;

export class Exerciser {
  #child: ChildProcess | undefined;
  #answer: ((exercise: Exercise) => void) | undefined;
  #count = 0;

  #start(): ChildProcess {
    const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout! }).on('line', (line) => this.#answer?.(JSON.parse(line)));
    child.on('exit', (code, signal) => {
      if (this.#child === child)
        this.#answer?.({ calls: {}, broken: `the process ended: ${signal ?? code}`, milliseconds: 0 });
    });
    return child;
  }

  /** One artifact at a time. */
  async run(bytes: Uint8Array): Promise<Exercise> {
    if (++this.#count % MOST === 0) this.close();
    this.#child ??= this.#start();
    const { stdin } = this.#child;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    stdin!.write(length);
    stdin!.write(bytes);
    const exercise = await new Promise<Exercise>((resolve) => {
      const timer = setTimeout(
        () => resolve({ calls: {}, broken: `it took more than ${BOUND} ms`, milliseconds: BOUND }),
        BOUND,
      );
      this.#answer = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
    });
    this.#answer = undefined;
    if (exercise.broken?.startsWith('it took') || exercise.broken?.startsWith('the process')) this.close();
    return exercise;
  }

  close(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
  }
}
