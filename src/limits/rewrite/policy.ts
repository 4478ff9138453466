import { hatchwayError } from '../../errors/index.js';

/**
 * How guest code is stopped.
 *
 * | | engine | what a check does |
 * |---|---|---|
 * | `epoch` | several memories | loads a flag from a shared memory that only the host writes |
 * | `fuel` | any | counts an i32 global down by the longest path since the last check; below 0 the host is asked |
 * | `exact-fuel` | any | counts an i64 global down by what is executed, block by block: a deterministic budget |
 */
export type Interruption = 'epoch' | 'fuel' | 'exact-fuel';

export interface RewritePolicy {
  readonly interruption: Interruption;
  /** The most pages of 64 KiB each memory may have, 0 to 65 536. Default 1 024 (64 MiB). */
  readonly maxMemoryPages?: number;
  /** The most entries each table may have, 0 to 10 000 000. Default 100 000. */
  readonly maxTableEntries?: number;
  /** The most memories a module may have, imported ones included, 0 to 100. Default 16: the engine has address space for some 13 000 in a process. */
  readonly maxMemories?: number;
  /** Instruction-equivalents without a check, 1 to 1 000 000. Default 50 000. */
  readonly maxStretch?: number;
  /** Bytes that `memory.fill` and `memory.copy` move between two checks, 1 to 4 MiB. Default 1 MiB. */
  readonly chunkBytes?: number;
}

export type Policy = Required<RewritePolicy>;

const RANGES = {
  maxMemoryPages: [1_024, 0, 65_536],
  maxTableEntries: [100_000, 0, 10_000_000],
  maxMemories: [16, 0, 100],
  maxStretch: [50_000, 1, 1_000_000],
  chunkBytes: [1 << 20, 1, 1 << 22],
} as const;

/**
 * The policy with its defaults.
 * @throws HatchwayError `option` for what is out of its range.
 */
export function completePolicy(policy: RewritePolicy): Policy {
  if (!['epoch', 'fuel', 'exact-fuel'].includes(policy.interruption))
    throw hatchwayError('option', 'interruption is "epoch", "fuel" or "exact-fuel"');
  const complete: Record<string, unknown> = { interruption: policy.interruption };
  for (const [name, [usual, least, most]] of Object.entries(RANGES)) {
    const value = policy[name as keyof typeof RANGES] ?? usual;
    if (!Number.isInteger(value) || value < least || value > most)
      throw hatchwayError('option', `${name} is an integer from ${least} to ${most}`);
    complete[name] = value;
  }
  return complete as unknown as Policy;
}
