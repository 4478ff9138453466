/** What stands behind an opcode. */
const NOTHING = 1;
const INTEGER = 2;
const MEMORY_ARGUMENT = 3;
const FOUR_BYTES = 4;
const EIGHT_BYTES = 5;

/**
 * Instructions that change nothing here and cost 1 each, most of what there is. What stands behind each opcode; 0 for others.
 * @param globals whether those that name a global are among them
 */
function plainInstructions(globals: boolean): Uint8Array {
  const behind = new Uint8Array(256);
  behind.fill(NOTHING, 0x45, 0xc5); // numbers
  behind.fill(MEMORY_ARGUMENT, 0x28, 0x3f); // loads and stores
  // drop, select, ref.is_null, ref.as_non_null
  for (const code of [0x1a, 0x1b, 0xd1, 0xd4]) behind[code] = NOTHING;
  // local.get, .set, .tee; table.get, .set; i32.const, i64.const; ref.func; memory.size
  for (const code of [0x20, 0x21, 0x22, 0x25, 0x26, 0x41, 0x42, 0xd2, 0x3f]) behind[code] = INTEGER;
  if (globals) behind[0x23] = behind[0x24] = INTEGER;
  behind[0x43] = FOUR_BYTES;
  behind[0x44] = EIGHT_BYTES;
  return behind;
}

const WITH_GLOBALS = plainInstructions(true);
const WITHOUT_GLOBALS = plainInstructions(false);

/**
 * Steps over plain instructions. On its own, for the engine: it is short, so optimised early, and all that it changes is in
 * registers.
 */
export class PlainRun {
  /** Where the last run ended, and how many instructions it stepped over. */
  at = 0;
  count = 0;
  readonly #behind: Uint8Array;

  /** @param globals whether instructions that name a global are plain */
  constructor(globals: boolean) {
    this.#behind = globals ? WITH_GLOBALS : WITHOUT_GLOBALS;
  }

  /** Steps over at most `most` instructions, and stops before one that is not plain. The module is valid. */
  step(bytes: Uint8Array, from: number, end: number, most: number): void {
    const behind = this.#behind;
    let at = from;
    let count = 0;
    while (at < end && count < most) {
      const kind = behind[bytes[at]!]!;
      if (kind === 0) break;
      at++;
      count++;
      if (kind === INTEGER) while (bytes[at++]! >= 0x80);
      else if (kind === MEMORY_ARGUMENT) {
        const align = bytes[at++]!;
        if (align >= 0x40) {
          if (align >= 0x80) while (bytes[at++]! >= 0x80);
          // With an index of the memory.
          if (align & 0x40) while (bytes[at++]! >= 0x80);
        }
        while (bytes[at++]! >= 0x80);
      } else if (kind === FOUR_BYTES) at += 4;
      else if (kind === EIGHT_BYTES) at += 8;
    }
    this.at = at;
    this.count = count;
  }
}
