import { SHORT_LEAF } from './costs.js';

/** A place for the check. */
interface Place {
  /** The edit there; none at the header of a loop, which has a check already. */
  readonly edit: number | undefined;
  /** Where control that went around it joins: the frame after whose end it is not certain that this place was passed. */
  readonly region: number;
  /** The longest path to it, and to an exit before it. */
  readonly path: number;
  readonly left: number;
}

/**
 * Where a function's first check goes. Calls need one before them, for trees of calls and recursion; what runs without any
 * does not, as long as it is short. So it goes to the latest place that every call is certain to come after: often the way
 * that is seldom taken, where a function handles what is easy first.
 */
export class FirstCheck {
  /** Places that control has certainly passed to be here, in their order, as found before the first call. */
  readonly #places: Place[] = [];
  /** How many of these every call comes after; all of them before the first call. */
  #shared = Number.POSITIVE_INFINITY;
  /** The longest path to an exit that does not come after the last of these. */
  #outside = 0;
  /** Of each frame: whether control may arrive at its end that went around what is inside. */
  readonly #joined: boolean[] = [];

  /** @param most the longest stretch that may have no check */
  constructor(private readonly most: number) {}

  begin(entry: number): void {
    this.#places.length = 0;
    this.#places.push({ edit: entry, region: 0, path: 0, left: 0 });
    this.#shared = Number.POSITIVE_INFINITY;
    this.#outside = 0;
    this.#joined[0] = false;
  }

  /** Whether a place that is found now could be better than those before. */
  get open(): boolean {
    return this.#shared === Number.POSITIVE_INFINITY && this.#last.edit !== undefined;
  }

  /** A frame begins; `joined` if its inside is an alternative. */
  enter(depth: number, joined: boolean): void {
    this.#joined[depth] = joined;
  }

  /** Control may go to the end of a frame from here. */
  join(depth: number): void {
    this.#joined[depth] = true;
  }

  /** All control that is here now comes by this place. */
  found(depth: number, edit: number | undefined, path: number, left: number): void {
    let region = depth;
    while (region > 0 && !this.#joined[region]) region--;
    // One that is as certain to have been passed, and later.
    if (this.#last.region === region && this.#places.length > 1) this.#places.pop();
    this.#places.push({ edit, region, path, left });
  }

  /** The frame, or one of its alternatives, ends. */
  leave(depth: number): void {
    while (this.#places.length > 1 && this.#last.region >= depth) this.#places.pop();
  }

  call(): void {
    const before = Math.min(this.#shared, this.#places.length);
    // Exits since then come after one that is still there.
    if (before < this.#shared) this.#outside = 0;
    this.#shared = before;
    this.#place = this.#places[before - 1]!;
  }

  /** The function may end here. */
  exit(path: number): void {
    if (this.#places.length < this.#shared && this.#shared !== Number.POSITIVE_INFINITY)
      this.#outside = Math.max(this.#outside, path);
  }

  /** The edit of the place for the check; `undefined` where a loop has it already. */
  edit(entry: number): number | undefined {
    const { edit, path, left } = this.#place;
    const most = Math.min(SHORT_LEAF, this.most);
    return path <= most && left <= most && this.#outside <= most ? edit : entry;
  }

  #place!: Place;

  get #last(): Place {
    return this.#places[this.#places.length - 1]!;
  }
}
