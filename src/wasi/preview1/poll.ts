import { Pollable, poll } from '../io/index.js';
import type { WasiContext } from '../wasi.js';
import type { DescriptorTable } from './descriptor-table.js';
import { ERRNO, errnoOf, fail } from './errno.js';
import type { Guest } from './guest.js';
import type { GuestMemory } from './guest-memory.js';
import { MONOTONIC, REALTIME } from './process.js';
import type { Implementations } from './signatures.js';

const SUBSCRIPTION = 48;
const EVENT = 32;
/** In one call. More than a guest can have files open, by far. */
const MAX_SUBSCRIPTIONS = 10_000;

const CLOCK = 0;
const FD_READ = 1;
const FD_WRITE = 2;

const HANGUP = 1;
const LAST_MOMENT = 2n ** 64n - 1n;

interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  /** When there is something to tell. */
  readonly pollable: Pollable;
  readonly error: number;
  /** Bytes that can be read or written. */
  readonly available: bigint;
  readonly hangup: boolean;
}

export function pollFunctions({ context, memory, descriptors }: Guest): Pick<Implementations, 'poll_oneoff'> {
  return {
    poll_oneoff: (subscriptions, events, count, result) => {
      const length = count >>> 0;
      if (length === 0) fail('inval');
      if (length > MAX_SUBSCRIPTIONS) fail('nomem');
      const resultPlace = memory.place(result, 4);
      const from = memory.place(subscriptions, length * SUBSCRIPTION);
      const to = memory.place(events, length * EVENT);
      // Read before anything is written: the guest may have put both into the same place.
      const all = Array.from({ length }, (_, index) => read(context, memory, descriptors, from + index * SUBSCRIPTION));
      const pollables = all.map(({ pollable }) => pollable);
      let at = to;
      for (const index of poll(context.waiting, pollables)) {
        write(memory, at, all[index]!);
        at += EVENT;
      }
      memory.setU32(resultPlace, (at - to) / EVENT);
    },
  };
}

function read(context: WasiContext, memory: GuestMemory, descriptors: DescriptorTable, place: number): Subscription {
  const userdata = memory.u64(place);
  const type = memory.u8(place + 8);
  const now = { pollable: new Pollable(context.waiting, () => 0n), error: 0, available: 0n, hangup: false };
  try {
    if (type > FD_WRITE) fail('inval');
    if (type !== CLOCK) return { ...now, userdata, type, ...readiness(descriptors, memory.u32(place + 16), type) };
    const moment = timeout(context, memory, place + 16);
    return { ...now, userdata, type, pollable: new Pollable(context.waiting, () => moment) };
  } catch (error) {
    // It is the one subscription that fails, and its event says so.
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return { ...now, userdata, type, error: errno };
  }
}

/** When a clock comes to where the guest waits for it, on the clock that waiting goes by. */
function timeout({ clock, waiting }: WasiContext, memory: GuestMemory, place: number): bigint {
  const id = memory.u32(place);
  const time = memory.u64(place + 8);
  const isAbsolute = (memory.u16(place + 24) & 1) !== 0;
  if (id !== REALTIME && id !== MONOTONIC) fail('inval');
  let duration = time;
  if (isAbsolute) {
    const now = id === REALTIME ? clock.wall() : clock.monotonic();
    duration = time > now ? time - now : 0n;
  }
  const moment = waiting.now() + duration;
  return moment > LAST_MOMENT ? LAST_MOMENT : moment;
}

/** Files and streams are always ready: what they lead to is there, or at its end. */
function readiness(descriptors: DescriptorTable, fd: number, type: number): { available: bigint; hangup: boolean } {
  const entry = descriptors.get(fd);
  if (entry.kind === 'directory') return fail('badf');
  if (entry.kind !== 'file') {
    if ((entry.kind === 'stdin') !== (type === FD_READ)) fail('badf');
    return { available: 1n, hangup: false };
  }
  if (type === FD_WRITE) return { available: 1n, hangup: false };
  const { size } = entry.descriptor.stat();
  const available = size > entry.position ? size - entry.position : 0n;
  return { available, hangup: available === 0n };
}

function write(memory: GuestMemory, place: number, { userdata, type, error, available, hangup }: Subscription): void {
  memory.setU64(place, userdata);
  memory.setU16(place + 8, error);
  memory.setU16(place + 10, type);
  memory.setU32(place + 12, 0);
  memory.setU64(place + 16, error === ERRNO.success ? available : 0n);
  memory.setU64(place + 24, hangup ? BigInt(HANGUP) : 0n);
}
