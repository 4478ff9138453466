import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CARRIER_VARIABLE, type Channel, type Ends, openChannel } from '../carriers/index.js';
import { escapeText, type HatchwayError, hatchwayError } from '../errors/index.js';
import { endingWithHost } from './ending-with-host.js';
import { OutputTail } from './output-tail.js';
import { type Program, prepare } from './program.js';
import { type Exit, STOP_BOUNDS, seeOff, signal } from './stop.js';

export interface ChildOptions {
  readonly program: Program;
  /** Environment variables: these and no others. */
  readonly env: Readonly<Record<string, string>>;
  /** The program has this process' terminal. */
  readonly terminal: boolean;
  /** What it prints, as it comes. */
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
  /** The same by lines, of which `dropped` were lost before this one. */
  readonly onLine: (stream: 'stdout' | 'stderr', line: string, dropped: number) => void;
}

/** Milliseconds in which a program that has ended may still be heard. */
const LAST_WORDS = 100;

/** A program that was started: its connection, what it prints, and how it ends. */
export class Child {
  /** How it ended, once it has. */
  exit: Exit | undefined;
  readonly exited: Promise<Exit>;
  /** Fails where it could not be started. */
  readonly failed: Promise<never>;
  readonly #tails: readonly OutputTail[];

  private constructor(
    private readonly child: ChildProcess,
    /** Whether it has a process group of its own, which is ended as one. */
    private readonly group: boolean,
    private readonly channel: Channel,
    options: ChildOptions,
    private readonly remove: () => Promise<void>,
  ) {
    this.failed = new Promise<never>((_, reject) => {
      child.once('error', (cause) => {
        reject(cannotStart(cause));
      });
    });
    this.failed.catch(() => {});
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, name) => resolve({ code, signal: name }));
      child.once('error', () => resolve({ code: null, signal: null }));
    });
    void this.exited.then((exit) => this.#ended(exit));
    this.#tails = (['stdout', 'stderr'] as const).flatMap((stream) => {
      const source = child[stream];
      if (source === null || (stream === 'stdout' && channel.kind === 'stdio')) return [];
      (source as unknown as Socket).unref();
      const onLine = (line: string, dropped: number) => options.onLine(stream, line, dropped);
      return [new OutputTail(source, onLine, (bytes) => options.onOutput(stream, bytes))];
    });
  }

  /** @throws HatchwayError for a program that cannot be run. */
  static async start(options: ChildOptions): Promise<Child> {
    const { program, env, terminal } = options;
    if (CARRIER_VARIABLE in env)
      throw hatchwayError('grants', `${CARRIER_VARIABLE} is how hatchway tells a program how it is connected`, {
        mend: 'Leave it away, or give it under another name.',
      });
    const channel = await openChannel(program.carrier ?? 'fd3', terminal);
    const { command, args, remove } = await prepare(program).catch((error) => {
      channel.close();
      throw error;
    });
    const [first, ...rest] = endingWithHost([command, ...args]);
    // A group of its own is ended as one; a terminal is for the group that has it.
    const detached = !terminal && process.platform !== 'win32';
    let child: ChildProcess;
    try {
      child = spawn(first!, rest, {
        cwd: program.folder,
        env: { ...env, ...channel.env },
        stdio: [...channel.stdio],
        shell: false,
        detached,
      });
    } catch (cause) {
      // Of arguments that no program can have: all else is told later.
      channel.close();
      await remove();
      throw cannotStart(cause as Error);
    }
    const started = new Child(child, detached, channel, options, remove);
    if (child.pid === undefined) await started.failed;
    return started;
  }

  /** Over which it is talked to, when it is there. What it says comes once its input is resumed. */
  connect(received: (bytes: Uint8Array) => void): Promise<Ends> {
    return this.channel.connect(this.child, received);
  }

  /** Whether it is talked to over its standard output, where prints are errors. */
  get speaksOnStdout(): boolean {
    return this.channel.kind === 'stdio';
  }

  /** The last of what it printed, for the end of a message; escaped. */
  get printed(): string {
    const text = this.#tails.map((it) => it.last.trim()).filter((it) => it !== '');
    return text.length === 0 ? '' : `; it printed: ${escapeText(text.join('\n').slice(-1000))}`;
  }

  /** That it runs keeps this process from ending. */
  ref(): void {
    this.child.ref();
  }

  /** That it runs keeps nobody from ending. */
  unref(): void {
    this.child.unref();
  }

  /** How it ended, where it does so within a moment. */
  async lastWords(): Promise<Exit | undefined> {
    const ends = new AbortController();
    const late = wait(LAST_WORDS, undefined, { signal: ends.signal });
    const exit = await Promise.race([this.exited, late]);
    ends.abort();
    late.catch(() => {});
    // Its output may arrive after its end.
    if (exit !== undefined) await wait(10);
    return exit;
  }

  /** It was told to end: waits, then makes it. */
  seeOff(): Promise<Exit> {
    return seeOff(this.child, this.group, this.exited, STOP_BOUNDS);
  }

  kill(): void {
    if (this.exit === undefined) signal(this.child, this.group, 'SIGKILL');
  }

  #ended(exit: Exit): void {
    this.exit = exit;
    // Whatever it started goes with it, and may hold what it inherited.
    if (this.group) signal(this.child, this.group, 'SIGKILL');
    setTimeout(() => {
      for (const stream of this.child.stdio) stream?.destroy();
      this.channel.close();
    }, LAST_WORDS).unref();
    void this.remove();
  }
}

function cannotStart(cause: Error): HatchwayError {
  return hatchwayError('unsupported', `the program cannot be started: ${escapeText(cause.message)}`, { cause });
}
