import type { WasiContext } from '../wasi.js';
import { DescriptorTable } from './descriptor-table.js';
import { directoryFunctions } from './directories.js';
import { ERRNO, errnoOf } from './errno.js';
import { fileFunctions } from './files.js';
import type { Guest } from './guest.js';
import { GuestMemory } from './guest-memory.js';
import { pathFunctions } from './paths.js';
import { pollFunctions } from './poll.js';
import { processFunctions } from './process.js';
import { type FunctionName, type Implementations, type Preview1Function, typed } from './signatures.js';

/** What preview 1 is to one guest. */
export interface Preview1 {
  readonly imports: Record<FunctionName, Preview1Function>;
  /** What ended the guest from inside an import; `undefined` as long as nothing has. */
  readonly end: unknown;
}

/**
 * All functions of `wasi_snapshot_preview1` for one guest, with the types that a module imports them with.
 *
 * Once one of them has ended the guest (`proc_exit`, a limit), every later call ends it again with the same error: a guest can
 * catch what an import throws, and go on.
 * @param memory the guest's, asked for at each call
 * @throws HatchwayError where a granted directory cannot be opened
 * @example
 * const imports = preview1Imports(context, () => instance.exports.memory);
 * const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: imports });
 */
export function preview1Imports(
  context: WasiContext,
  memory: () => WebAssembly.Memory,
): Record<FunctionName, Preview1Function> {
  return preview1(context, memory).imports;
}

/** `preview1Imports`, with what became of the guest. */
export function preview1(context: WasiContext, memory: () => WebAssembly.Memory): Preview1 {
  const guest: Guest = { context, memory: new GuestMemory(memory), descriptors: new DescriptorTable(context) };
  const implementations: Implementations = {
    ...processFunctions(guest),
    ...fileFunctions(guest),
    ...directoryFunctions(guest),
    ...pathFunctions(guest),
    ...pollFunctions(guest),
  };
  let end: unknown;
  const answering =
    (call: (...args: any[]) => void): Preview1Function =>
    (...args) => {
      if (end !== undefined) throw end;
      try {
        call(...args);
        return ERRNO.success;
      } catch (error) {
        const errno = errnoOf(error);
        if (errno !== undefined) return errno;
        end = error;
        throw error;
      }
    };
  const functions = Object.entries(implementations).map(([name, call]) => [name, answering(call)]);
  return {
    imports: typed(Object.fromEntries(functions) as Record<FunctionName, Preview1Function>),
    get end() {
      return end;
    },
  };
}
