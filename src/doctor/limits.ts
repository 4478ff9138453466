import { HatchwayError } from '../errors/index.js';
import { engineInterruption, threadDeadlines } from '../limits/index.js';
import { compilePreview1, runPreview1 } from '../wasi/index.js';
import { contextWith } from './context.js';
import { type Finding, failed, ok } from './finding.js';

/** Milliseconds that the guest which never ends is given. */
const TIMEOUT = 50;
const MAX_PAGES = 2;

/** A program whose `_start` has this body, and one page of memory. */
function program(...body: readonly number[]): Uint8Array {
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x05, 0x03, 0x01, 0x00, 0x01],
    ...[0x07, 0x13, 0x02, 6, ...Buffer.from('memory'), 0x02, 0x00, 6, ...Buffer.from('_start'), 0x00, 0x00],
    ...[0x0a, body.length + 3, 0x01, body.length + 1, 0x00, ...body],
  );
}

/** `(loop (br 0))` */
const ENDLESS = program(0x03, 0x40, 0x0c, 0x00, 0x0b, 0x0b);
/** `(if (i32.ne (memory.grow (i32.const 10)) (i32.const -1)) (then unreachable))` */
const GROWING = program(0x41, 0x0a, 0x40, 0x00, 0x41, 0x7f, 0x47, 0x04, 0x40, 0x00, 0x0b, 0x0b);

/** A guest that never ends is stopped, and one that wants more memory than it may have does not get it. */
export async function* limitFindings(): AsyncGenerator<Finding> {
  const started = performance.now();
  const endless = await endOf(ENDLESS, TIMEOUT);
  const took = Math.round(performance.now() - started);
  yield endless === 'timeout'
    ? ok('deadlines', `a guest that never ends is stopped, on this thread: given ${TIMEOUT} ms, it took ${took}`)
    : failed('deadlines', `a guest that never ends was not stopped by its deadline: ${endless}`);
  const growing = await endOf(GROWING, 10_000);
  yield growing === 'ended'
    ? ok('memory', 'a guest does not get more than it may have')
    : failed('memory', `a guest got more than it may have: ${growing}`);
}

async function endOf(bytes: Uint8Array, timeout: number): Promise<string> {
  const context = contextWith({});
  try {
    const module = await compilePreview1(bytes, engineInterruption());
    runPreview1(module, context, { deadlines: threadDeadlines(), timeout, maxMemoryPages: MAX_PAGES });
    return 'ended';
  } catch (error) {
    if (error instanceof HatchwayError) return error.code;
    throw error;
  } finally {
    context.dispose();
  }
}
