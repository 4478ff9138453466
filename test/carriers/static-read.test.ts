import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { readingIntoOneBuffer } from '../../src/carriers/static-read.js';

const ECHO = `const s = new (require('node:net').Socket)({ fd: 3 }); s.pipe(s);`;

it.each([
  ['into one buffer, where Node has a way', (socket: Socket) => socket, true],
  [
    'as Node does, where it has none',
    (socket: Socket) => {
      Object.assign((socket as any)._handle, { useUserBuffer: undefined });
      return socket;
    },
    false,
  ],
])('the socket of a child is read %s', async (_, prepare, into) => {
  const child = spawn(process.execPath, ['-e', ECHO], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const given = prepare(child.stdio[3] as Socket);
  const buffers = new Set<ArrayBufferLike>();
  let heard = '';
  const socket = readingIntoOneBuffer(given, (bytes) => {
    buffers.add(bytes.buffer);
    heard += Buffer.from(bytes).toString();
  });
  expect(socket === given).toBe(!into);
  socket.write('one');
  socket.resume();
  await vi.waitFor(() => expect(heard).toBe('one'), { timeout: 10_000 });
  socket.write('two');
  await vi.waitFor(() => expect(heard).toBe('onetwo'), { timeout: 10_000 });
  expect(buffers.size).toBe(into ? 1 : 2);
  socket.end();
  await once(child, 'close');
});
