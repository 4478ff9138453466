/** Writes native/vectors anew: `tsx test/wire/vectors.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { CONTROL } from '../../src/session/index.js';
import { codecOf, type Table, Type, Writer } from '../../src/wire/index.js';
import type { ValueType } from '../../src/wit/index.js';
import { exported, Pair } from '../session/support.js';
import { body, callBody, frame, hello, longBody } from './frame-bytes.js';
import { functionRows } from './function-rows.js';
import { VECTOR_TYPES } from './vector-types.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const none = () => {
  throw new Error('no handles in values');
};
const table: Table = { writeHandle: none, readHandle: none, writeStream: none, readStream: none };
const folder = new URL('../../native/vectors/', import.meta.url);

/** JSON has no bigints, no NaN and no typed arrays: integers over 2^53 and floats that JSON lacks are strings. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return Object.is(value, -0) ? '-0' : String(value);
  if (value === undefined) return null;
  if (value instanceof Map) return [...value].map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as never, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}

function encode(type: ValueType, value: unknown): Uint8Array {
  const writer = new Writer();
  codecOf(type).write(writer, value, table);
  return Uint8Array.from(writer.take());
}

function write(name: string, rows: readonly unknown[]): void {
  writeFileSync(new URL(name, folder), `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
}

mkdirSync(folder, { recursive: true });
const values: unknown[] = [];
for (const { wit, type, good, bad } of VECTOR_TYPES) {
  for (const value of good) values.push({ type: wit, value: plain(value), hex: hex(encode(type, value)) });
  for (const bytes of bad) values.push({ type: wit, malformed: bytes });
}
write('values.json', values);

const text = (value: string) => body((writer) => writer.text(value));
const error = Uint8Array.of(1, 1, ...text('it broke'));
write('frames.json', [
  {
    name: 'hello',
    id: 0,
    fields: { role: 'host', window: 1 << 20, message: 1 << 20, calls: 1000, streams: 100, name: 'by hand' },
    hex: hex(hello('host')),
  },
  {
    name: 'hello',
    id: 0,
    fields: { role: 'plugin', window: 1 << 20, message: 1 << 20, calls: 1000, streams: 100, name: 'by hand' },
    hex: hex(hello('plugin')),
  },
  {
    name: 'call',
    id: 7,
    fields: { instance: 1, function: 3, deadline: 0, parent: 0, arguments: '2a' },
    hex: hex(
      frame(
        Type.call,
        7,
        callBody(1, 3, (w) => w.byte(42)),
      ),
    ),
  },
  { name: 'return', id: 7, fields: { value: '2b' }, hex: hex(frame(Type.return, 7, [43])) },
  { name: 'return', id: 7, fields: { value: '' }, hex: hex(frame(Type.return, 7)) },
  { name: 'error', id: 7, fields: { code: 1, started: 1, message: 'it broke' }, hex: hex(frame(Type.error, 7, error)) },
  { name: 'cancel', id: 7, fields: { reason: 1 }, hex: hex(frame(Type.cancel, 7, [1])) },
  { name: 'rest', id: 7, fields: { bytes: '0102' }, hex: hex(frame(Type.rest, 7, [1, 2])) },
  { name: 'data', id: 9, fields: { bytes: 'ff' }, hex: hex(frame(Type.data, 9, [255])) },
  {
    name: 'window',
    id: 0,
    fields: { credit: 524288 },
    hex: hex(
      frame(
        Type.window,
        0,
        body((w) => w.unsigned(524288)),
      ),
    ),
  },
  { name: 'end', id: 9, fields: {}, hex: hex(frame(Type.end, 9)) },
  { name: 'reset', id: 9, fields: {}, hex: hex(frame(Type.reset, 9)) },
  {
    name: 'drop',
    id: 0,
    fields: {
      handles: [
        [0, 1],
        [200, 3],
      ],
    },
    hex: hex(
      frame(
        Type.drop,
        0,
        body((w) => [0, 1, 200, 3].forEach((it) => void w.unsigned(it))),
      ),
    ),
  },
  {
    name: 'log',
    id: 0,
    fields: {
      instance: 1,
      level: 2,
      time: 1700000000000,
      dropped: 0,
      target: 'main',
      message: 'hé',
      fields: [['a', 'b']],
    },
    hex: hex(
      frame(
        Type.log,
        0,
        body((w) => {
          w.unsigned(1);
          w.byte(2);
          w.unsigned64(1700000000000n);
          w.unsigned(0);
          w.text('main');
          w.text('hé');
          w.unsigned(1);
          w.text('a');
          w.text('b');
        }),
      ),
    ),
  },
  {
    name: 'stdio',
    id: 0,
    fields: { instance: 1, stream: 2, bytes: '6869' },
    hex: hex(frame(Type.stdio, 0, [1, 2, 0x68, 0x69])),
  },
  { name: 'ping', id: 0, fields: { token: 300 }, hex: hex(frame(Type.ping, 0, [0xac, 2])) },
  { name: 'pong', id: 0, fields: { token: 300 }, hex: hex(frame(Type.pong, 0, [0xac, 2])) },
  {
    name: 'goodbye',
    id: 0,
    fields: { reason: 6, message: 'too much' },
    hex: hex(frame(Type.goodbye, 0, Uint8Array.of(6, ...text('too much')))),
  },
  { name: 'skipped', id: 5, fields: {}, hex: hex(frame(33 | 0x80, 5, [1, 2, 3])) },
  { malformed: 'frame-length', hex: hex(frame(Type.data, 9, [], 65_537)) },
  { malformed: 'frame-length', hex: hex(frame(Type.cancel, 7, [0, 0])) },
  { malformed: 'frame-length', hex: hex(frame(Type.call | 0x40, 7, [0, 0, 16, 0])) },
  { malformed: 'frame-type', hex: hex(frame(33, 5)) },
  { malformed: 'frame-type', hex: hex(frame(Type.data | 0x40, 9, longBody(70_000).subarray(0, 10))) },
  { malformed: 'frame-body', hex: hex(frame(Type.error, 7, [0, 1, 0])) },
  { malformed: 'frame-body', hex: hex(frame(Type.window, 0, [0x80, 0x80, 0x80, 0x80, 0x80])) },
  { malformed: 'frame-id', hex: hex(frame(Type.log, 2, [0, 0, 0, 0, 0, 0, 0])) },
]);

/** A plugin of an application: what both sides say, frame by frame. */
function conversation(name: string, run: (pair: Pair) => void, handle: (call: any) => void): unknown {
  const pair = new Pair({}, { handle });
  run(pair);
  pair.host.close();
  pair.pump();
  return { name, frames: pair.traffic.map(({ from, bytes }) => ({ from, hex: hex(bytes) })) };
}
const ok = (call: any) =>
  call.fn === CONTROL.dispense ? call.return({ tag: 'ok' }) : call.return({ tag: 'ok', val: call.args[0] });
const message = { id: 'm1', priority: 3, labels: ['a', 'b'] };
let late: any;
write('conversations.json', [
  conversation(
    'a call with a record, answered with one',
    (pair) => {
      pair.call('host', CONTROL.dispense, [1, 'one', [['key', 'value']]], 0);
      pair.call('host', exported('#apply'), [message]);
    },
    ok,
  ),
  conversation(
    'a call to an instance that is not there',
    (pair) => {
      try {
        pair.call('host', exported('#apply'), [message]);
      } catch {}
    },
    ok,
  ),
  conversation(
    'a call that is cancelled, and answered late',
    (pair) => {
      pair.call('host', CONTROL.dispense, [1, 'one', []], 0);
      const call = pair.host.call(1, exported('#apply'), [message], () => {});
      pair.pump();
      pair.host.cancel(call);
      pair.pump();
      late.return({ tag: 'err', val: 'late' });
      pair.pump();
    },
    (call) => {
      if (call.fn === CONTROL.dispense) ok(call);
      else late = call;
    },
  ),
]);

write('functions.json', await functionRows());
