/** The vectors of native/vectors, which every implementation of the protocol reads. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Session } from '../../src/session/index.js';
import { codecOf, MalformedValue, Reader, type Table, Writer } from '../../src/wire/index.js';
import { functions } from '../session/support.js';
import { hello } from './frame-bytes.js';
import { functionRows } from './function-rows.js';
import { VECTOR_TYPES } from './vector-types.js';

const folder = new URL('../../native/vectors/', import.meta.url);
const rows = (name: string): any[] => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const none = () => {
  throw new Error('no handles in values');
};
const table: Table = { writeHandle: none, readHandle: none, writeStream: none, readStream: none };

function session(role: 'host' | 'plugin', onEnd?: (error: any) => void): Session {
  const digest = new Uint8Array(role === 'plugin' ? 32 : 0);
  return new Session({
    role,
    name: 'v',
    digest,
    functions,
    now: () => 0,
    handle: () => {},
    onOutput: () => {},
    onEnd: onEnd ?? (() => {}),
  });
}

describe('values', () => {
  for (const row of rows('values.json')) {
    it(`${row.type}: ${row.hex ?? `${row.malformed} is none`}`, () => {
      const { type } = VECTOR_TYPES.find(({ wit }) => wit === row.type)!;
      const bytes = Buffer.from(row.hex ?? row.malformed, 'hex');
      const read = () => {
        const reader = new Reader(bytes, 0, bytes.length);
        const value = codecOf(type).read(reader, table);
        reader.finish();
        return value;
      };
      if (row.hex === undefined) return expect(read).toThrow(MalformedValue);
      const writer = new Writer();
      codecOf(type).write(writer, read(), table);
      expect(Buffer.from(writer.take()).toString('hex')).toBe(row.hex);
    });
  }
});

describe('frames', () => {
  const malformed = rows('frames.json').filter((row) => row.malformed !== undefined);
  it.each(malformed.map((row) => [row.malformed, row.hex]))('%s: %s', (reason, hex) => {
    let ended: any;
    const host = session('host', (error) => {
      ended = error;
    });
    host.receive(hello('plugin'));
    // Ids 7 and 9 are of this side, and known.
    for (let i = 0; i < 6; i++) host.call(0, CONTROL_WORLD, [], () => {});
    host.receive(Buffer.from(hex, 'hex'));
    expect(ended.message).toContain(`(${reason})`);
  });
});

const CONTROL_WORLD = { ...functions.exports[0]!, index: 0, params: [], names: [], result: undefined };

describe('conversations', () => {
  it.each(rows('conversations.json').map((row) => [row.name, row.frames]))(
    '%s: each side takes what the other said',
    (_, frames) => {
      for (const side of ['host', 'plugin'] as const) {
        const bytes = Buffer.concat(
          frames.filter((it: any) => it.from === side).map((it: any) => Buffer.from(it.hex, 'hex')),
        );
        expect(bytes[0]).toBe(1);
        expect(bytes.length).toBeGreaterThan(30);
      }
      // The plugin's side is driven by the host's bytes alone; nothing in them breaks a rule.
      let ended: any = 'not ended';
      const plugin = session('plugin', (error) => {
        ended = error;
      });
      for (const { from, hex } of frames) if (from === 'host') plugin.receive(Buffer.from(hex, 'hex'));
      expect(ended).toBeUndefined();
    },
  );
});

it('functions have the numbers that they are called by, and calls their bytes', async () => {
  expect(await functionRows()).toEqual(rows('functions.json'));
});

const python = spawnSync('python3', ['--version']);
describe.skipIf(python.error !== undefined)('a third reader, in Python and from the page alone,', () => {
  const read = (from: URL) =>
    spawnSync('python3', ['-B', fileURLToPath(new URL('reader.py', from))], { encoding: 'utf8' });

  it('agrees', () => {
    expect(read(folder)).toMatchObject({
      stderr: '',
      status: 0,
      stdout: expect.stringMatching(/^\d+ values, \d+ frames, \d+ conversations, \d+ functions$/m),
    });
  });

  const wrong = [
    ['values.json', '"hex": "ffff03"', '"hex": "feff03"'],
    ['values.json', '"malformed": "02"', '"malformed": "01"'],
    ['frames.json', '"token": 300', '"token": 301'],
    ['frames.json', '"malformed": "frame-type"', '"malformed": "frame-id"'],
    ['conversations.json', '"hex": "01', '"hex": "0e'],
    ['functions.json', '#alive', '#zero'],
  ] as const;
  it.each(wrong)('says what is wrong in %s: %s', async (file, right, changed) => {
    const copy = await mkdtemp(join(tmpdir(), 'hatchway-vectors-'));
    try {
      await cp(folder, copy, { recursive: true });
      const text = await readFile(join(copy, file), 'utf8');
      expect(text).toContain(right);
      await writeFile(join(copy, file), text.replace(right, changed));
      const { status, stderr } = read(pathToFileURL(`${copy}/`));
      expect(status).toBe(1);
      expect(stderr).not.toBe('');
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});
