/** A program in Go at the other end of fd 3. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { CONTROL, OutgoingBytes } from '../../src/session/index.js';
import { connect } from '../session/fixtures/connect.js';
import { exported, readWhole } from '../session/support.js';
import { describeWithGo, goProgram } from './go-guests.js';

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

async function start(detached = false) {
  const own = spawn(await goProgram('internal/testplugin'), [], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    detached,
  });
  child = own;
  const socket = own.stdio[3] as Socket;
  const { session, call, logs } = connect(socket);
  expect(await call(CONTROL.dispense, [1, 'one', []], 0)).toEqual({ tag: 'ok', val: undefined });
  const apply = (priority: number, instance = 1) => call(exported('#apply'), [{ ...message, priority }], instance);
  return { session, call, apply, logs, socket, child: own };
}

const message = { id: 'm1', priority: 3, labels: ['a', 'b'] };

describeWithGo('a program in Go over fd 3', () => {
  it('answers calls, calls back, takes and gives streams and long messages, and ends at the goodbye', async () => {
    const { session, call, apply, child } = await start();
    expect(await apply(3)).toEqual({ tag: 'ok', val: message });
    expect(await apply(9)).toEqual({ tag: 'err', val: '42' });
    const stream = new OutgoingBytes(1 << 30);
    for (let i = 0; i < 100; i++) stream.write(new Uint8Array(100_000));
    stream.end();
    const many = Array.from({ length: 500 }, (_, i) => call(exported('#apply'), [{ ...message, id: `${i}` }]));
    expect(await call(exported('#sum'), [stream])).toBe(10_000_000);
    expect((await Promise.all(many)).map((it) => it.val.id)).toEqual(many.map((_, i) => `${i}`));
    expect(await readWhole(await call(exported('#produce'), [3_000_000]))).toEqual([3_000_000, 'end']);
    const long = new Uint8Array(2_000_000).fill(7);
    expect(Buffer.compare(await call(exported('run'), [long]), long)).toBe(0);
    session.close();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('keeps its standard output, and logs where the host sees it', async () => {
    const { apply, logs, child } = await start();
    let printed = '';
    child.stdout!.on('data', (bytes) => {
      printed += bytes;
    });
    await apply(203);
    while (printed === '') await once(child.stdout!, 'data');
    expect(printed).toBe('on standard output\n');
    expect(logs).toMatchObject([
      { instance: 1, level: 'info', message: 'in the log', fields: [['of', 'a call']], dropped: 0 },
      { instance: 0, level: 'info', message: 'in the log, too' },
    ]);
  });

  it('reads on while a handler is slow', async () => {
    const { call, apply } = await start();
    await call(CONTROL.dispense, [2, 'two', []], 0);
    const waits = call(exported('#apply'), [{ ...message, priority: 201 }], 1, 300);
    expect(await apply(3, 2)).toEqual({ tag: 'ok', val: message });
    // Whichever is first: its answer, or the host's own patience.
    await waits.catch((error) => expect(error.code).toBe('timeout'));
    expect(await apply(3)).toEqual({ tag: 'ok', val: message });
  });

  it('outlives an instance that breaks', async () => {
    const { call, apply, logs } = await start();
    await call(CONTROL.dispense, [2, 'two', []], 0);
    await expect(apply(200)).rejects.toMatchObject({ code: 'trap' });
    await expect(apply(3)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await apply(3, 2)).toEqual({ tag: 'ok', val: message });
    expect(logs).toMatchObject([{ instance: 1, level: 'error', message: 'panic: as asked' }]);
  });

  it('ends with its host, and so does what it started', async () => {
    const { apply, socket, child } = await start(true);
    const pid = Number((await apply(202)).val);
    expect(isAlive(pid)).toBe(true);
    // As the kernel does where a host was killed.
    socket.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
    for (let i = 0; i < 100 && isAlive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
