/** What calls are measured against: a process that sends back what it gets over the socket it was started with. */
import { Socket } from 'node:net';

const buffer = Buffer.allocUnsafeSlow(65_536);
const socket = new Socket({
  fd: 3,
  readable: true,
  writable: true,
  onread: {
    buffer,
    callback(count) {
      // What is written must not change until it has left.
      socket.write(Buffer.from(buffer.subarray(0, count)));
      return true;
    },
  },
});
socket.on('close', () => process.exit(0));
