/**
 * A native plugin that misbehaves, in the way that its first argument names. It writes its frames by hand, so that it can
 * write wrong ones. Where no mode says otherwise it is a plugin like any other: `echo` answers what it was given.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, readFileSync, readSync } from 'node:fs';
import { connect, Socket } from 'node:net';

const [mode] = process.argv.slice(2);
const world = readFileSync(new URL('./world.wasm', import.meta.url));
const T = {
  hello: 1,
  call: 2,
  return: 3,
  error: 4,
  rest: 6,
  data: 7,
  window: 8,
  drop: 11,
  log: 12,
  ping: 14,
  goodbye: 16,
};
const forever = () => setInterval(() => {}, 1000);

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}
const text = (value) => [...varint(Buffer.byteLength(value)), ...Buffer.from(value)];
const frame = (type, id, body = [], length = body.length) =>
  Buffer.from([
    type,
    length & 255,
    (length >> 8) & 255,
    length >> 16,
    id & 255,
    (id >> 8) & 255,
    (id >> 16) & 255,
    id >>> 24,
    ...body,
  ]);

function hello({ magic = 'hatchway', version = 1, role = 1, of = world } = {}) {
  const digest = createHash('sha256').update(of).digest();
  const limits = [...varint(1 << 20), ...varint(16 << 20), ...varint(1024), ...varint(256)];
  return frame(T.hello, 0, [...Buffer.from(magic), version, role, ...limits, 32, ...digest, ...text('misbehave')]);
}

/** Before the hello. True: there is to be none. */
const before = {
  'prints before hello': () => console.log('starting up …'),
  'exits at once': () => process.exit(0),
  'prints and exits': () => {
    process.stdout.write('usage: misbehave FILE\n', () => process.exit(3));
    return true;
  },
  'never answers': () => Boolean(forever()),
  'kills itself': () => process.kill(process.pid, 'SIGKILL'),
  'random bytes': (socket) => socket.write(Buffer.from('GET / HTTP/1.1\r\nHost: here\r\n\r\n'.repeat(50))) || true,
  'another magic': (socket) => Boolean(socket.write(hello({ magic: 'hatchwax' }))),
  'another version': (socket) => Boolean(socket.write(hello({ version: 9 }))),
  'a host too': (socket) => Boolean(socket.write(hello({ role: 0 }))),
  'no hello': (socket) => Boolean(socket.write(frame(T.ping, 0, [1]))),
  'a hello cut off': (socket) => socket.end(hello().subarray(0, 20)) && Boolean(forever()),
  'another world': (socket) => Boolean(socket.write(hello({ of: Buffer.from('something else') }))),
  'prints where it speaks before it does': () => console.log('loading …'),
  'sends a wrong token': () => Boolean(connect(path()).write(Buffer.alloc(32))),
  'sends half a token': () => Boolean(connect(path()).end(Buffer.alloc(16))),
  'never connects': () => Boolean(forever()),
  'exits before it connects': () => {
    console.error('no socket here');
    process.exit(4);
  },
  'connects twice': () => {
    const other = connect(path());
    other.on('error', () => {});
    other.write(token);
  },
  'closes the socket': (socket) => socket.destroy() && Boolean(forever()),
};

/** When the instance is asked for. True: it is not to be answered. */
const dispense = {
  'kills itself while an instance is made': () => process.kill(process.pid, 'SIGKILL'),
  'refuses to make an instance': (id) => socket.write(frame(T.return, id, [1, ...text('no \u001b[31mconfiguration')])),
  'never makes an instance': () => true,
};

/** When `echo` is called. */
const call = {
  'kills itself in a call': () => process.kill(process.pid, 'SIGKILL'),
  'exits in a call': () => {
    console.error('panic: out of cheese');
    process.exit(70);
  },
  'kills itself in a callback': () => {
    socket.write(frame(T.call, 2, [1, 0, 0, 0]));
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);
  },
  'half-closes': () => socket.end(),
  'a frame that is cut off': (id) => {
    socket.write(frame(T.return, id, [1, 2], 500));
    setTimeout(() => process.exit(0), 20);
  },
  'a frame longer than any': (id) => socket.write(frame(T.return, id, [], 70_000)),
  'a frame of an unknown type': () => socket.write(frame(40, 0, [])),
  'a frame that only a host sends': () => socket.write(frame(T.ping, 0, [1])),
  'a second hello': () => socket.write(hello()),
  'replies twice': (id) => {
    socket.write(frame(T.return, id, text('once')));
    socket.write(frame(T.return, id, text('twice')));
  },
  'replies to nothing': () => socket.write(frame(T.return, 999, text('x'))),
  'calls with a stale id': () => {
    socket.write(frame(T.call, 4, [1, 0, 0, 0]));
    socket.write(frame(T.call, 4, [1, 0, 0, 0]));
  },
  'drops what it does not own': () => socket.write(frame(T.drop, 0, [5, 1])),
  'a window of nothing': () => socket.write(frame(T.window, 0, [0])),
  'more credit than there can be': () => {
    for (let i = 0; i < 3; i++) socket.write(frame(T.window, 0, varint(0x7fff_ffff)));
  },
  'data against no window': () => socket.write(frame(T.rest, 1, [1])),
  'an error with an unknown code': (id) => socket.write(frame(T.error, id, [77, 1, 0])),
  'a text that is no UTF-8': (id) => socket.write(frame(T.return, id, [2, 0xc3, 0x28])),
  'a length beyond the message': (id) => socket.write(frame(T.return, id, [...varint(2 ** 31), 1, 2, 3])),
  'bytes after the value': (id) => socket.write(frame(T.return, id, [...text('x'), 1, 2])),
  'a handle that nobody gave': (id) => socket.write(frame(T.return, id, [0, 1])),
  traps: (id) => socket.write(frame(T.error, id, [1, 1, ...text('index out of range \u001b[31m')])),
  'ignores cancel': () => true,
  'ends for no reason': () => socket.end(frame(T.goodbye, 0, [11, ...text('I am lost')])),
  'prints where it speaks': (id) => {
    console.log('hello \u001b[31mthere\r\nand there');
    socket.write(frame(T.return, id, text('hello')));
  },
  'prints a line without an end where it speaks': () => process.stdout.write('x'.repeat(1 << 20)),
  'closes what it speaks on': () => {
    closeSync(1);
    forever();
  },
  'floods stdout': (id) => flood(process.stdout, id),
  'floods stderr': (id) => flood(process.stderr, id),
  'floods the log': (id) => {
    const record = frame(T.log, 0, [1, 4, 1, 0, ...text('flood'), ...text('x'.repeat(60_000)), 0]);
    for (let i = 0; i < 8; i++) socket.write(record);
    socket.write(frame(T.return, id, text('still here')));
  },
  'leaves a child behind': (id) => {
    const child = spawn('sleep', ['600'], { stdio: 'inherit' });
    socket.write(frame(T.return, id, text(String(child.pid))));
  },
  'leaves a child behind and dies': () => {
    const child = spawn('sleep', ['600'], { stdio: ['ignore', 'inherit', 'inherit', 'inherit'] });
    console.log(`child ${child.pid}`);
    setTimeout(() => process.exit(1), 100);
  },
};

/** Writes 32 MiB as fast as it is taken, then answers. */
function flood(stream, id) {
  const line = `${'x'.repeat(1023)}\n`.repeat(64);
  let left = 512;
  const more = () => {
    while (left-- > 0) if (!stream.write(line)) return stream.once('drain', more);
    socket.write(frame(T.return, id, text('still here')));
  };
  more();
}

const carrier = process.env.HATCHWAY_CARRIER ?? 'fd3';
const path = () => carrier.replace('unix:', '');
const token = Buffer.alloc(32);
if (carrier.startsWith('unix:')) readSync(0, token);
const unconnected = ['sends a wrong token', 'sends half a token', 'never connects', 'exits before it connects'];

/** What it writes to, and what it reads. */
function ends() {
  if (carrier === 'stdio') return [process.stdout, process.stdin];
  if (carrier === 'fd3') return [new Socket({ fd: 3, readable: true, writable: true })];
  if (unconnected.includes(mode)) return [new Socket()];
  const socket = connect(path());
  socket.write(token);
  return [socket];
}

const [socket, input = socket] = ends();
socket.on('error', () => {});
const deaf = mode === 'hangs on stop';
if (deaf) {
  process.on('SIGTERM', () => {});
  forever();
} else input.on('close', () => process.exit(0));

/** What has a hello all the same. */
const SPEAKS = ['prints before hello', 'prints where it speaks before it does', 'connects twice'];
let silent = false;
if (before[mode]) silent = before[mode](socket) === true || !SPEAKS.includes(mode);
if (!silent) socket.write(hello());

let held = Buffer.alloc(0);
input.on('data', (bytes) => {
  held = Buffer.concat([held, bytes]);
  while (held.length >= 8) {
    const length = held.readUIntLE(1, 3);
    if (held.length < 8 + length) return;
    const [type, id, body] = [held[0], held.readUInt32LE(4), held.subarray(8, 8 + length)];
    held = held.subarray(8 + length);
    receive(type, id, body);
  }
});

function receive(type, id, body) {
  if (type === T.goodbye && !deaf) return socket.end();
  if (type !== T.call) return;
  const [instance, index] = body;
  if (instance === 0) {
    if (index === 0) return socket.write(frame(T.return, id, [...varint(world.length), ...world]));
    if (index === 1) {
      if (dispense[mode]?.(id)) return;
      return socket.write(frame(T.return, id, [0]));
    }
    return socket.write(frame(T.return, id, []));
  }
  if (call[mode]) return call[mode](id);
  // Its head is four small numbers or a deadline of more bytes; the text is all that comes after the parent's 0.
  let at = 2;
  while (body[at] >= 128) at++;
  socket.write(frame(T.return, id, body.subarray(at + 2)));
}
