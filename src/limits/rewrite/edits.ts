import type { FixedCode, LoopCode } from './checks.js';
import { signedLength, unsignedLength, type Writer } from './writer.js';

/** What turned out not to be needed, or is not known yet. */
export const NOTHING = 0;
/** Inserts a check; `value` is its cost. */
export const CHECK = 1;
/** Inserts a check at a loop's header. */
export const LOOP_CHECK = 2;
/** Inserts a check at the header of a loop that is wrapped: it leaves the loop for what is to be done. */
export const WRAPPED_CHECK = 9;
/** Inserts what opens around a loop; `value` is how many bytes its type has. */
export const WRAP = 10;
/** Inserts what ends around a loop; `value` is the edit of its header. */
export const UNWRAP = 11;
/** Inserts what charges `value` to the function's counter, and checks nothing. */
export const CHARGE = 3;
/** Inserts what the function does before it is left. */
export const LEAVE = 4;
/** Replaces the LEB128 integer at the offset. */
export const INDEX = 5;
/** Replaces the instruction at the offset by a call. */
export const CALL_INSTEAD = 6;
/** Inserts a call. */
export const CALL = 7;
/** Inserts the declaration of the counter. */
export const LOCAL = 8;

const LOOP_AND_BLOCK = [0x03, 0x40, 0x02, 0x40];

/** What changes in one function's body, in the order of the offsets. */
export class Edits {
  #count = 0;
  /** Whether there is a check that is not a loop's. */
  checks = false;
  readonly #at: number[] = [];
  readonly #kind: number[] = [];
  readonly #value: number[] = [];
  readonly #removed: number[] = [];

  clear(): void {
    this.checks = false;
    this.#count = 0;
  }

  /** Gives the edit's number, by which `settle` finds it. `removed` is how many bytes it replaces. */
  add(at: number, kind: number, value: number, removed = 0): number {
    const number = this.#count++;
    if (kind === CHECK) this.checks = true;
    this.#at[number] = at;
    this.#kind[number] = kind;
    this.#value[number] = value;
    this.#removed[number] = removed;
    return number;
  }

  /** Decides what an edit is that was noted as nothing. */
  settle(number: number, kind: number, value: number, removed = 0): void {
    if (kind === CHECK) this.checks = true;
    this.#kind[number] = kind;
    this.#value[number] = value;
    this.#removed[number] = removed;
  }

  /** By how many bytes the body grows. */
  growth(check: FixedCode, loop: LoopCode): number {
    let growth = 0;
    for (let i = 0; i < this.#count; i++) {
      const value = this.#value[i]!;
      switch (this.#kind[i]) {
        case CHECK:
          growth += check.before.length + check.after.length + (check.counts ? signedLength(value) : 0);
          break;
        case LOOP_CHECK:
          growth += loop.before.length + loop.after.length + (loop.counts ? signedLength(value) : 0);
          break;
        case WRAPPED_CHECK:
          growth += loop.before.length + loop.leaving.length + signedLength(value);
          break;
        case WRAP:
          growth += 5 + value;
          break;
        case UNWRAP:
          growth += loop.ending.length + signedLength(-this.#value[value]!) + loop.ended.length;
          break;
        case CHARGE:
          growth += loop.before.length + loop.charged.length + signedLength(value);
          break;
        case LEAVE:
          growth += loop.leave.length;
          break;
        case LOCAL:
          growth += loop.declaration.length;
          break;
        case INDEX:
          growth += unsignedLength(value) - this.#removed[i]!;
          break;
        case CALL:
        case CALL_INSTEAD:
          growth += 1 + unsignedLength(value) - this.#removed[i]!;
          break;
      }
    }
    return growth;
  }

  /** Writes `source` from `from` to `to` with the edits made. */
  apply(check: FixedCode, loop: LoopCode, source: Uint8Array, from: number, to: number, out: Writer): void {
    let copied = from;
    for (let i = 0; i < this.#count; i++) {
      const kind = this.#kind[i]!;
      if (kind === NOTHING) continue;
      const at = this.#at[i]!;
      const value = this.#value[i]!;
      out.copy(source, copied, at);
      copied = at + this.#removed[i]!;
      switch (kind) {
        case CHECK:
          out.bytes(check.before);
          if (check.counts) out.s32(value);
          out.bytes(check.after);
          break;
        case LOOP_CHECK:
          out.bytes(loop.before);
          if (loop.counts) out.s32(value);
          out.bytes(loop.after);
          break;
        case WRAPPED_CHECK:
          out.bytes(loop.before);
          out.s32(value);
          out.bytes(loop.leaving);
          break;
        case WRAP:
          // block with the loop's type, whose bytes follow its opcode; loop; block
          out.byte(0x02);
          out.copy(source, at + 1, at + 1 + value);
          out.bytes(LOOP_AND_BLOCK);
          break;
        case UNWRAP:
          out.bytes(loop.ending);
          out.s32(-this.#value[value]!);
          out.bytes(loop.ended);
          break;
        case CHARGE:
          out.bytes(loop.before);
          out.s32(value);
          out.bytes(loop.charged);
          break;
        case LEAVE:
          out.bytes(loop.leave);
          break;
        case LOCAL:
          out.bytes(loop.declaration);
          break;
        case INDEX:
          out.u32(value);
          break;
        default:
          out.byte(0x10);
          out.u32(value);
      }
    }
    out.copy(source, copied, to);
  }
}
