import { exited } from '../cli/index.js';
import { MONOTONIC_STEP, WALL_STEP } from '../clocks/index.js';
import { MAX_RANDOM } from '../random/index.js';
import { fail } from './errno.js';
import type { Guest } from './guest.js';
import type { GuestMemory } from './guest-memory.js';
import type { Implementations } from './signatures.js';

const ENCODER = new TextEncoder();

/** Clocks. Nobody is told of the time a processor took. */
export const REALTIME = 0;
export const MONOTONIC = 1;

type ProcessFunction = Extract<
  keyof Implementations,
  `${'args' | 'environ' | 'clock' | 'proc' | 'sched' | 'random' | 'sock'}_${string}`
>;

export function processFunctions({ context, memory, descriptors }: Guest): Pick<Implementations, ProcessFunction> {
  const args = () => context.commandLine.args.map(terminated);
  const environment = () => context.permissions.environment().map(([name, value]) => terminated(`${name}=${value}`));
  const noSocket = (fd: number) => {
    descriptors.get(fd);
    fail('notsock');
  };

  return {
    args_get: (pointers, texts) => writeTexts(memory, args(), pointers, texts),
    args_sizes_get: (count, size) => writeSizes(memory, args(), count, size),
    environ_get: (pointers, texts) => writeTexts(memory, environment(), pointers, texts),
    environ_sizes_get: (count, size) => writeSizes(memory, environment(), count, size),
    clock_res_get: (id, result) => {
      const place = memory.place(result, 8);
      memory.setU64(place, context.clock.resolution(clock(id) === REALTIME ? WALL_STEP : MONOTONIC_STEP));
    },
    clock_time_get: (id, _precision, result) => {
      const place = memory.place(result, 8);
      memory.setU64(place, clock(id) === REALTIME ? context.clock.wall() : context.clock.monotonic());
    },
    proc_exit: (code) => {
      throw exited(context.name, code & 0xff);
    },
    proc_raise: () => fail('notsup'),
    random_get: (buffer, length) => {
      const bytes = memory.bytes(buffer, length);
      for (let at = 0; at < bytes.length; at += MAX_RANDOM) context.random.fill(bytes.subarray(at, at + MAX_RANDOM));
    },
    sched_yield: () => {},
    sock_accept: noSocket,
    sock_recv: noSocket,
    sock_send: noSocket,
    sock_shutdown: noSocket,
  };
}

function clock(id: number): typeof REALTIME | typeof MONOTONIC {
  if (id === REALTIME || id === MONOTONIC) return id;
  // Those of the processor's time are known, but not here.
  return fail(id === 2 || id === 3 ? 'badf' : 'inval');
}

function terminated(text: string): Uint8Array {
  return ENCODER.encode(`${text}\0`);
}

function total(texts: readonly Uint8Array[]): number {
  return texts.reduce((size, { length }) => size + length, 0);
}

function writeSizes(memory: GuestMemory, texts: readonly Uint8Array[], count: number, size: number): void {
  const [countPlace, sizePlace] = [memory.place(count, 4), memory.place(size, 4)];
  memory.setU32(countPlace, texts.length);
  memory.setU32(sizePlace, total(texts));
}

function writeTexts(memory: GuestMemory, texts: readonly Uint8Array[], pointers: number, buffer: number): void {
  let pointer = memory.place(pointers, texts.length * 4);
  const place = memory.place(buffer, 0);
  const target = memory.bytes(buffer, total(texts));
  let at = 0;
  for (const text of texts) {
    memory.setU32(pointer, place + at);
    target.set(text, at);
    pointer += 4;
    at += text.length;
  }
}
