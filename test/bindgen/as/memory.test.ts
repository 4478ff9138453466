/** What a call takes it gives back: 100 000 calls of any shape leave a guest's memory as large as the first ones made it. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { createHost, decodeWorld, type Instance } from '../../../src/index.js';
import { camelCase } from '../../../src/wit/index.js';
import { App } from '../../conformance/app.js';
import { ECHOED } from '../../conformance/values.js';
import { encodeWit } from '../../wit/encode.js';
import { compileProject } from './project.js';

const CALLS = 100_000;
/** Until the collector has found its rhythm. */
const FIRST = 5_000;

const at = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const witSource = `${await at('wit/conformance.wit')}
world measured { include conformance; export pages: func() -> u32; }`;

const text = 'sixteen letters!'.repeat(8);
const message = ECHOED['echo-mixed']![0]![0];

let instance: Instance;
const app = new App();
// Most of what an error costs, and no part of this.
Error.stackTraceLimit = 0;
beforeAll(async () => {
  const world = decodeWorld(await encodeWit(witSource, 'measured'));
  const source = `${await at('guests/assemblyscript/conformance/plugin.ts')}
    export function pages(): u32 { return memory.size(); }`;
  const { component } = await compileProject(world, witSource, source, { optimize: true });
  instance = await (await (await createHost()).load(component!, { world })).instantiate({ imports: app.imports });
});

/** Each a call that leaves nothing behind. */
const shapes: Record<string, (exports: any, i: number) => void> = {
  ...Object.fromEntries(
    Object.entries(ECHOED).map(([name, rows]) => {
      const key = camelCase(name);
      const some = rows.filter((args) => args.every((value) => !isLong(value)));
      return [name, (exports: any, i: number) => void exports.echo[key](...some[i % some.length]!)];
    }),
  ),
  'long strings': ({ echo }) => void echo.echoString(text),
  errors: ({ errors }) => void failing(() => errors.text({ tag: 'err', val: text })),
  'structured errors': ({ errors }) => void failing(() => errors.structured({ tag: 'not-found', val: text })),
  'records through the app': ({ callbacks }) => void callbacks.mixedByHost(message),
  'lists through the app': ({ callbacks }) => void callbacks.stringsByHost([text, '', text]),
  'errors of the app': ({ callbacks }) => void failing(() => callbacks.evenByHost(13)),
  'objects of the plugin': ({ counters: { Counter, total, make } }) => {
    using counter = new Counter(3);
    using copy = counter.copy();
    total([Counter.merge(new Counter(1), new Counter(copy.value())), ...make(2)]);
  },
  'resources of the app': ({ desk }) => {
    desk.nameOfNew(text);
    desk.handInNew(text);
    desk.look(new app.Ticket('lent'));
    desk.pass(new app.Ticket('passed'));
    app.clear();
  },
};

describe.each(Object.keys(shapes))('%s', (name) => {
  test('leaves the memory as it is', () => {
    const exports = instance.sync as any;
    const call = shapes[name]!;
    for (let i = 0; i < FIRST; i++) call(exports, i);
    const before = exports.pages();
    for (let i = 0; i < CALLS; i++) call(exports, i);
    expect(exports.pages()).toBe(before);
    app.clear();
  });
});

test('no object of the plugin is left', () => {
  expect((instance.sync as any).counters.alive()).toBe(0);
});

/** Many calls with these would take longer than they tell. */
function isLong(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'length' in value
    ? Number(value.length) > 100
    : `${value}`.length > 100;
}

function failing(call: () => unknown): void {
  try {
    call();
  } catch {
    return;
  }
  throw new Error('it did not fail');
}
