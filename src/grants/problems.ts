import { type HatchwayError, hatchwayError } from '../errors/index.js';

/** How many are told at once. */
const MAX_TOLD = 20;

/** What is wrong with grants, gathered so that one reading tells all of it. */
export class Problems {
  readonly #told = new Set<string>();
  #count = 0;

  get any(): boolean {
    return this.#count > 0;
  }

  /** @param place `file:line:column`, a flag, an option. */
  add(place: string, what: string, mend?: string): void {
    const text = `${place}: ${what}${mend === undefined ? '' : `. ${mend}`}`;
    if (this.#told.has(text)) return;
    this.#count++;
    if (this.#told.size < MAX_TOLD) this.#told.add(text);
  }

  /** @throws HatchwayError `grants`, if there is a problem */
  throwIfAny(what: string): void {
    if (this.any) throw this.error(what);
  }

  error(what: string): HatchwayError {
    const more = this.#count - this.#told.size;
    const told = [...this.#told].sort(byPosition);
    const differences = more > 0 ? [...told, `and ${more} more`] : told;
    return hatchwayError('grants', `${what}:`, { differences });
  }
}

/** What stands in a file, in the order in which it stands there. */
function byPosition(a: string, b: string): number {
  const [, fileA, lineA, columnA] = POSITION.exec(a) ?? [];
  const [, fileB, lineB, columnB] = POSITION.exec(b) ?? [];
  if (fileA === undefined || fileA !== fileB) return 0;
  return Number(lineA) - Number(lineB) || Number(columnA) - Number(columnB);
}

const POSITION = /^([^\n]*?):(\d+):(\d+): /;
