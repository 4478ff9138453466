import type { WasiContext } from '../wasi.js';
import type { DescriptorTable } from './descriptor-table.js';
import type { GuestMemory } from './guest-memory.js';

/** What the functions of one guest share. */
export interface Guest {
  readonly context: WasiContext;
  readonly memory: GuestMemory;
  readonly descriptors: DescriptorTable;
}

/** A number that the guest means without a sign. */
export function unsigned(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
