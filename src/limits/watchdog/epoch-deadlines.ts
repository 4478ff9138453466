import { Worker } from 'node:worker_threads';
import { hatchwayError } from '../../errors/index.js';
import { FLAG } from '../rewrite/index.js';
import {
  ASLEEP,
  CLAIMED,
  deadlineCell,
  FLAG_CELL,
  PLANNED,
  RAISED,
  SLOTS,
  STATE,
  slotCell,
  timeoutCell,
  WAKE,
} from './cells.js';
import { checkCovered, type Deadlines, MAX_NESTED, PRECISE_BELOW } from './deadlines.js';

/** The same steps up from `src/limits/watchdog` and from `dist/limits/watchdog`: the thread runs what was built. */
const WORKER = new URL('../../../dist/limits/watchdog/worker.js', import.meta.url);

/** How long the thread may take to start, in milliseconds. */
const START = 10_000;

/**
 * Has another thread, the watchdog, set a flag that guests look at. A call is a number in a cell; the watchdog claims it when
 * its time is up and only then sets the flag; leaving takes the number back and, if it was claimed, waits for the flag and
 * clears it. So no flag is set for a call that has ended.
 */
export class EpochDeadlines implements Deadlines {
  readonly imports;
  readonly #cells: Int32Array<ArrayBufferLike>;
  readonly #times: Float64Array<ArrayBufferLike>;
  readonly #worker: Worker;
  /** What is to be added to this thread's `performance.now()` for the clock that all threads share. */
  readonly #offset = clockOffset();
  /** The timeouts that stand in the slots, 0 for precise deadlines. */
  readonly #timeouts = new Float64Array(MAX_NESTED);
  #ready = false;
  #ended = false;
  #depth = 0;
  #slots = 0;
  #number = 0;
  /** Claims found so far: as many flags are set, or about to be. */
  #claims = 0;

  constructor() {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    this.imports = { [FLAG]: memory };
    this.#cells = new Int32Array(memory.buffer);
    this.#times = new Float64Array(memory.buffer);
    this.#worker = new Worker(WORKER, {
      workerData: memory.buffer,
      execArgv: [],
      stdin: false,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.unref();
    const end = () => this.#end();
    this.#worker.once('error', end).once('exit', end);
  }

  enter(timeout: number): void {
    if (!this.#ready) this.#start();
    const cells = this.#cells;
    const slot = this.#depth;
    if (slot >= this.#slots) {
      if (slot >= MAX_NESTED) {
        checkCovered(timeout, this.#timeouts);
        this.#depth = slot + 1;
        return;
      }
      Atomics.store(cells, SLOTS, ++this.#slots);
    }
    if (cells[STATE] !== 1)
      throw hatchwayError('unsupported', 'the watchdog has ended, and nothing would stop a guest');
    // Never 0, nor what a slot held a billion calls ago and the watchdog could still be looking at.
    this.#number = this.#number === 0x3fffffff ? 1 : this.#number + 1;
    if (timeout >= PRECISE_BELOW) {
      if (this.#timeouts[slot] !== timeout) this.#setTimeout(slot, timeout);
      // The watchdog looks twice before it does anything: when it sees the number matters little.
      cells[slotCell(slot)] = this.#number;
      if (cells[ASLEEP] !== 0) this.#wake();
    } else this.#arm(slot, timeout);
    this.#depth = slot + 1;
  }

  leave(): boolean {
    const slot = --this.#depth;
    if (slot >= MAX_NESTED) return false;
    if (Atomics.exchange(this.#cells, slotCell(slot), 0) !== CLAIMED) return false;
    this.#settle();
    return true;
  }

  expired(): boolean {
    return Atomics.load(this.#cells, FLAG_CELL) !== 0;
  }

  /** Ends the thread. Guests that still run are stopped, and no other can be entered. */
  async close(): Promise<void> {
    this.#end();
    await this.#worker.terminate();
  }

  #setTimeout(slot: number, timeout: number): void {
    this.#timeouts[slot] = timeout;
    this.#times[deadlineCell(slot)] = 0;
    this.#times[timeoutCell(slot)] = timeout;
  }

  #arm(slot: number, timeout: number): void {
    this.#timeouts[slot] = 0;
    const deadline = performance.now() + this.#offset + timeout;
    this.#times[deadlineCell(slot)] = deadline;
    Atomics.store(this.#cells, slotCell(slot), this.#number);
    if (((Atomics.load(this.#cells, PLANNED) - deadline) | 0) < 0 && Atomics.load(this.#cells, ASLEEP) === 0) return;
    // Until it has woken up: calls that begin meanwhile, and end later, need not wake it too.
    Atomics.store(this.#cells, PLANNED, deadline | 0);
    this.#wake();
  }

  #wake(): void {
    Atomics.store(this.#cells, ASLEEP, 0);
    Atomics.add(this.#cells, WAKE, 1);
    Atomics.notify(this.#cells, WAKE);
  }

  /** The flag goes down once the watchdog has raised it for each claim, unless an outer call's time is up as well. */
  #settle(): void {
    const cells = this.#cells;
    this.#claims++;
    while (cells[STATE] === 1) {
      const raised = Atomics.load(cells, RAISED);
      if (((raised - this.#claims) | 0) >= 0) break;
      Atomics.wait(cells, RAISED, raised, 10);
    }
    if (cells[STATE] !== 1) return;
    Atomics.store(cells, FLAG_CELL, 0);
    const used = Math.min(this.#depth, MAX_NESTED);
    for (let slot = 0; slot < used; slot++)
      if (Atomics.load(cells, slotCell(slot)) === CLAIMED) Atomics.store(cells, FLAG_CELL, 1);
  }

  /** The thread starts while this one does other things, and is waited for where it is needed. */
  #start(): void {
    if (!this.#ended) Atomics.wait(this.#cells, STATE, 0, START);
    this.#ready = this.#cells[STATE] === 1;
  }

  #end(): void {
    this.#ended = true;
    Atomics.store(this.#cells, STATE, 2);
    Atomics.store(this.#cells, FLAG_CELL, 1);
  }
}

/** The shared clock's reading less this thread's, from the pair of readings that were closest together. */
function clockOffset(): number {
  let offset = 0;
  for (let i = 0, best = Number.POSITIVE_INFINITY; i < 5; i++) {
    const before = performance.now();
    const shared = Number(process.hrtime.bigint()) / 1e6;
    const after = performance.now();
    if (after - before >= best) continue;
    best = after - before;
    // Too large rather than too small, lest guests are stopped early.
    offset = shared - before;
  }
  return offset;
}
