/** What the type checker knows of plugins loaded with a generated world, and what it refuses, without a cast. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diagnose } from './compile.js';
import { generateFrom } from './corpus.js';

const SHOP = `package test:shop@1.2.0;
interface log {
  enum level { info, warn }
  write: func(level: level, line: string);
}
interface store {
  variant error { missing(string), full }
  get: func(key: string) -> result<list<u8>, error>;
  resource cursor {
    constructor(prefix: string);
    next: func() -> option<string>;
  }
}
interface pricing {
  record item { name: string, price: u64, note: option<string> }
  variant problem { too-dear(u64), unknown }
  price: func(item: item) -> result<u64, problem>;
  all: func() -> list<item>;
}
interface carts {
  use pricing.{item};
  resource cart {
    constructor(owner: string);
    add: func(item: item) -> u32;
    merge: static func(a: cart, b: cart) -> result<cart, string>;
  }
  resource receipt { text: func() -> string; }
  buy: func(cart: cart) -> receipt;
}
world shop {
  import log;
  import store;
  export pricing;
  export carts;
}`;

const USE = readFileSync(new URL('shop.types.txt', import.meta.url), 'utf8');

/** Every mistake in the file is marked as one: what the checker does not find is reported as much as what it should not. */
test('arguments, fields, imports, errors and resources have their types', async () => {
  const files = new Map([
    ['shop.ts', await generateFrom(SHOP)],
    ['use.ts', USE],
  ]);
  expect(Object.fromEntries(diagnose(files))).toEqual({ 'shop.ts': [], 'use.ts': [] });
});

test('the marks count', async () => {
  const files = new Map([
    ['shop.ts', await generateFrom(SHOP)],
    ['use.ts', USE.replaceAll('@ts-expect-error', '')],
  ]);
  const marks = USE.split('@ts-expect-error').length - 1;
  const lines = new Set(
    diagnose(files)
      .get('use.ts')!
      .map((message) => message.split(':')[0]),
  );
  expect(lines.size).toBe(marks);
});

test('interfaces of WASI need not be given, and can be', async () => {
  const wit = `package test:clocked;
world clocked {
  import wasi:clocks/wall-clock@0.2.12;
  export seven: func() -> u32;
}
package wasi:clocks@0.2.12 {
  interface wall-clock { now: func() -> u64; }
}`;
  const use = `import { createHost } from 'hatchway';
import { clocked } from './clocked.js';
const plugin = await (await createHost()).load('clocked.wasm', { world: clocked });
await plugin.instantiate();
await plugin.instantiate({ grants: { clocks: 'frozen' } });
await plugin.instantiate({ imports: { 'wasi:clocks/wall-clock': { now: () => 1n } } });
// @ts-expect-error: the time is a bigint
await plugin.instantiate({ imports: { 'wasi:clocks/wall-clock': { now: () => 1 } } });
`;
  const messages = diagnose(
    new Map([
      ['clocked.ts', await generateFrom(wit)],
      ['use.ts', use],
    ]),
  );
  expect(messages.get('use.ts')).toEqual([]);
});
