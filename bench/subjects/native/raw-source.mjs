/** What a stream is measured against: a process that writes as many MiB over its socket as the byte that it gets says. */
import { Socket } from 'node:net';

const piece = Buffer.alloc(65_536, 1);
const socket = new Socket({ fd: 3, readable: true, writable: true });
let left = 0;
const more = () => {
  while (left > 0) {
    left--;
    if (!socket.write(piece)) return;
  }
};
socket.on('drain', more);
socket.on('data', (bytes) => {
  for (const count of bytes) left += count * 16;
  more();
});
socket.on('close', () => process.exit(0));
