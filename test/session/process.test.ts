import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CONTROL, OutgoingBytes } from '../../src/session/index.js';
import { connect } from './fixtures/connect.js';
import { exported } from './support.js';

const program = new URL('./fixtures/plugin.ts', import.meta.url).pathname;
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

function start() {
  const own = spawn(process.execPath, ['--import', 'tsx', program], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  child = own;
  return { ...connect(own.stdio[3] as Socket), child: own };
}

const message = { id: 'm1', priority: 3, labels: ['a', 'b'] };

describe('a process over fd 3', () => {
  it('answers calls, calls back, takes streams and long messages, logs, and ends at the goodbye', async () => {
    const { session, call, logs, child } = start();
    expect(await call(CONTROL.dispense, [1, 'one', []], 0)).toEqual({ tag: 'ok', val: undefined });
    expect(await call(exported('#apply'), [message])).toEqual({ tag: 'ok', val: message });
    expect(await call(exported('#apply'), [{ ...message, priority: 9 }])).toEqual({ tag: 'err', val: '42' });
    const stream = new OutgoingBytes(1 << 30);
    for (let i = 0; i < 100; i++) stream.write(new Uint8Array(100_000));
    stream.end();
    const many = Array.from({ length: 500 }, (_, i) => call(exported('#apply'), [{ ...message, id: `${i}` }]));
    expect(await call(exported('#sum'), [stream])).toBe(10_000_000);
    expect((await Promise.all(many)).map((it) => it.val.id)).toEqual(many.map((_, i) => `${i}`));
    const long = new Uint8Array(2_000_000).fill(7);
    expect(Buffer.compare(await call(exported('run'), [long]), long)).toBe(0);
    expect(logs).toMatchObject([{ message: 'here', instance: 1 }]);
    session.close();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('that is killed in a call fails it', async () => {
    const { call, session } = start();
    await call(CONTROL.dispense, [1, 'one', []], 0);
    await expect(call(exported('#apply'), [{ ...message, priority: 0 }])).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(session.ended).toBeDefined();
  });
});
