/** What a start is measured against: a process that sends one byte, and ends with its socket. */
import { Socket } from 'node:net';

const socket = new Socket({ fd: 3, readable: true, writable: true });
socket.on('data', () => {});
socket.on('close', () => process.exit(0));
socket.write('x');
