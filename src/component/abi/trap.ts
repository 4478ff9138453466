/** The guest broke the canonical ABI, or asked for more than it may. Becomes a `HatchwayError` where the call was made. */
export class Trap extends Error {
  constructor(
    readonly code: 'trap' | 'exhausted',
    what: string,
  ) {
    super(what);
  }
}

export function abiTrap(what: string): never {
  throw new Trap('trap', what);
}

export function exhausted(what: string): never {
  throw new Trap('exhausted', what);
}

/** A value from the app is not of its WIT type. Containers prepend where they were; the call makes it a `TypeError`. */
export class Mismatch extends Error {
  path = '';

  constructor(
    readonly expected: string,
    readonly got: unknown,
  ) {
    super(expected);
  }
}

export function mismatch(expected: string, got: unknown): never {
  throw new Mismatch(expected, got);
}

/** Says that a mismatch happened within `segment` (`.name`, `[3]`). */
export function within(error: unknown, segment: string): unknown {
  if (error instanceof Mismatch) error.path = segment + error.path;
  return error;
}
