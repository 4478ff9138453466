import { Worker } from 'node:worker_threads';
import { hatchwayError } from '../../errors/index.js';
import { FLAG, FLAG_ADDRESS } from '../rewrite/index.js';
import {
  ASLEEP,
  claimCell,
  FIRST_SLOT,
  PLANNED,
  RAISED,
  SLOT_CELLS,
  SLOTS,
  STATE,
  slotCell,
  timeCell,
  WAKE,
  type WatchdogData,
} from './cells.js';
import { checkCovered, type Deadlines, MAX_NESTED, PRECISE_BELOW } from './deadlines.js';

/** The same steps up from `src/limits/watchdog` and from `dist/limits/watchdog`: the thread runs what was built. */
const WORKER = new URL('../../../dist/limits/watchdog/worker.js', import.meta.url);

/** How long the thread may take to start, in milliseconds. */
const START = 10_000;

/** Other than 0, guests trap. */
const FLAG_CELL = FLAG_ADDRESS >> 2;
/** Where the slots end. */
const END = slotCell(MAX_NESTED);

/**
 * Has another thread, the watchdog, set a flag that guests look at. A call is a number in a cell. The watchdog announces a
 * claim to the number, and a while later, when the call's time is up, makes good on it and sets the flag; leaving removes
 * the number, and takes the claim back if there is one, or, if that is too late, waits for the flag and clears it. So no flag
 * is set for a call that has ended, and a call that is over before the watchdog ever looked has cost two writes.
 */
export class EpochDeadlines implements Deadlines {
  readonly imports;
  readonly #cells: Int32Array<ArrayBufferLike>;
  readonly #times: Float64Array<ArrayBufferLike>;
  readonly #worker: Worker;
  /** What is to be added to this thread's `performance.now()` for the clock that all threads share. */
  readonly #offset = clockOffset();
  #ended = false;
  /** The cell of the slot for the next call. */
  #next = FIRST_SLOT;
  /** Where the slots end that were ever used. */
  #used = FIRST_SLOT;
  #number = 0;
  /** The timeout that the outermost slot has from the call before; 0 where that had a precise deadline. */
  #standing = 0;
  /** Claims found so far: as many flags are set, or about to be. */
  #claims = 0;

  constructor() {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    this.imports = { [FLAG]: memory };
    this.#cells = new Int32Array(memory.buffer);
    this.#cells[ASLEEP] = 1;
    this.#times = new Float64Array(memory.buffer);
    this.#worker = new Worker(WORKER, {
      workerData: { buffer: memory.buffer, flag: FLAG_CELL } satisfies WatchdogData,
      execArgv: [],
      stdin: false,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.unref();
    const end = () => this.#end();
    this.#worker.once('error', end).once('exit', end);
  }

  enter(timeout: number): void {
    const cells = this.#cells;
    // The watchdog looks twice before it does anything: when it sees what is written here matters little.
    if (timeout === this.#standing && this.#next === FIRST_SLOT && cells[ASLEEP] === 0) {
      cells[FIRST_SLOT] = this.#another();
      this.#next = FIRST_SLOT + SLOT_CELLS;
    } else this.#enterSlowly(timeout);
  }

  leave(): boolean {
    const cells = this.#cells;
    const cell = this.#next - SLOT_CELLS;
    this.#next = cell;
    if (cell >= END) return false;
    cells[cell] = 0;
    return cells[claimCell(cell)] !== 0 && this.#settle(cell);
  }

  expired(): boolean {
    return this.#cells[FLAG_CELL] !== 0;
  }

  poll(): boolean {
    return this.expired();
  }

  /** Ends the thread. Guests that still run are stopped, and no other can be entered. */
  async close(): Promise<void> {
    this.#end();
    await this.#worker.terminate();
  }

  /** Never 0, nor what a slot held a billion calls ago and the watchdog could still be looking at. */
  #another(): number {
    this.#number = this.#number === 0x3fffffff ? 1 : this.#number + 1;
    return this.#number;
  }

  /** Inside of another call, after one with another timeout, with the watchdog not looking, or until a precise deadline. */
  #enterSlowly(timeout: number): void {
    const cells = this.#cells;
    const cell = this.#next;
    if (cell >= END) {
      checkCovered(timeout, this.#timeouts());
      this.#next = cell + SLOT_CELLS;
      return;
    }
    if (cells[STATE] === 0 && !this.#ended) Atomics.wait(cells, STATE, 0, START);
    if (cells[STATE] !== 1)
      throw hatchwayError('unsupported', 'the watchdog has ended, and nothing would stop a guest');
    if (cell === this.#used) {
      this.#used = cell + SLOT_CELLS;
      Atomics.add(cells, SLOTS, 1);
    }
    const precise = timeout < PRECISE_BELOW;
    if (cell === FIRST_SLOT) this.#standing = precise ? 0 : timeout;
    if (!precise) {
      this.#times[timeCell(cell)] = -timeout;
      cells[cell] = this.#another();
      if (cells[ASLEEP] !== 0) this.#wake();
    } else this.#arm(cell, timeout);
    this.#next = cell + SLOT_CELLS;
  }

  #arm(cell: number, timeout: number): void {
    const deadline = performance.now() + this.#offset + timeout;
    const number = this.#another();
    this.#times[timeCell(cell)] = deadline;
    // Leaving finds it, for it is this thread's own: the watchdog need not wait, nor be awake twice.
    this.#cells[claimCell(cell)] = number;
    Atomics.store(this.#cells, cell, number);
    if (((Atomics.load(this.#cells, PLANNED) - deadline) | 0) < 0 && Atomics.load(this.#cells, ASLEEP) === 0) return;
    // Until it has woken up: calls that begin meanwhile, and end later, need not wake it too.
    Atomics.store(this.#cells, PLANNED, deadline | 0);
    this.#wake();
  }

  /** What the calls under way may take; some number for those that have precise deadlines. */
  #timeouts(): Float64Array {
    return Float64Array.from({ length: MAX_NESTED }, (_, slot) => Math.abs(this.#times[timeCell(slotCell(slot))]!));
  }

  #wake(): void {
    Atomics.store(this.#cells, ASLEEP, 0);
    Atomics.add(this.#cells, WAKE, 1);
    Atomics.notify(this.#cells, WAKE);
  }

  /**
   * Whether the claim to a call that has ended was made good. Then the flag goes down once the watchdog has raised it for each
   * claim, unless an outer call's time is up as well.
   */
  #settle(cell: number): boolean {
    const cells = this.#cells;
    const announced = Atomics.load(cells, claimCell(cell));
    if (announced >= 0 && Atomics.compareExchange(cells, claimCell(cell), announced, 0) === announced) return false;
    Atomics.store(cells, claimCell(cell), 0);
    this.#claims++;
    while (cells[STATE] === 1) {
      const raised = Atomics.load(cells, RAISED);
      if (((raised - this.#claims) | 0) >= 0) break;
      Atomics.wait(cells, RAISED, raised, 10);
    }
    if (cells[STATE] !== 1) return true;
    Atomics.store(cells, FLAG_CELL, 0);
    for (let outer = FIRST_SLOT; outer < cell; outer += SLOT_CELLS)
      if (Atomics.load(cells, claimCell(outer)) < 0) Atomics.store(cells, FLAG_CELL, 1);
    return true;
  }

  #end(): void {
    this.#ended = true;
    Atomics.store(this.#cells, STATE, 2);
    Atomics.store(this.#cells, ASLEEP, 1);
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
