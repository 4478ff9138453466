/**
 * The same components through the code that jco generates and through ours: the same values must come of the same calls, but
 * for the differences that are known.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { printType, type ValueType } from '../../src/wit/index.js';
import * as m from '../wit/build.js';
import { DIFFERENCES, REFUSED } from './differences.js';
import { translateWithJco } from './jco.js';
import { loadWithHatchway } from './ours.js';
import { show } from './outcome.js';
import { type Call, type Pair, relay, relayPair } from './pair.js';
import { relayComponent } from './relay.js';
import { ROWS, TEXTS } from './rows.js';

/** Relays of all types of a table, as one component. */
function relays(types: readonly ValueType[]): Pair {
  let pair: Pair | undefined;
  beforeAll(async () => {
    pair = await relayPair(types);
  });
  return { jco: (i, value) => pair!.jco(i, value), ours: (i, value) => pair!.ours(i, value) };
}

const cases = (rows: typeof ROWS) =>
  rows.flatMap(({ type, values }, i) =>
    values.map((value) => [cut(printType(type)), cut(show(value)), i, value] as const),
  );

const cut = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

describe('a value goes in and out as with jco', () => {
  const pair = relays(ROWS.map(({ type }) => type));
  it.each(cases(ROWS))('%s: %s', (_type, _value, i, value) => {
    const jco = pair.jco(i, value);
    expect(jco.then).not.toBe('throws');
    expect(pair.ours(i, value)).toEqual(jco);
  });
});

describe('what is not of its type is refused as with jco, and nothing is called', () => {
  const pair = relays(REFUSED.map(({ type }) => type));
  it.each(cases(REFUSED))('%s: %s', (_type, _value, i, value) => {
    expect(pair.jco(i, value)).toEqual({ then: 'throws' });
    expect(pair.ours(i, value)).toEqual({ then: 'throws' });
  });
});

describe('a known difference is still one', () => {
  const pair = relays(DIFFERENCES.map(({ type }) => type));
  const rows = DIFFERENCES.map((row, i) => ({ ...row, i, name: printType(row.type), text: show(row.value) }));
  it.each(rows)('$section: $name: $text', ({ i, value, jco, ours }) => {
    expect(jco).not.toBe(ours);
    expect(pair.jco(i, value).then).toBe(jco);
    const outcome = pair.ours(i, value);
    expect(outcome.then).toBe(ours);
    if (ours === 'throws') expect(outcome.given).toBeUndefined();
  });
});

describe('strings are the same in every encoding', () => {
  const check = (call: Call) => {
    for (const text of TEXTS) expect(call(0, text)).toEqual({ given: show(text), then: `returns ${show(text)}` });
    expect(call(1, TEXTS)).toEqual({ given: show(TEXTS), then: `returns ${show(TEXTS)}` });
  };
  const types = [m.string, m.list(m.string)];

  it.each(['utf8', 'utf16'] as const)('%s', async (encoding) => {
    const { jco, ours } = await relayPair(types, encoding);
    check(jco);
    check(ours);
  });

  it('latin1+utf16, which jco does not translate', async () => {
    const component = await relayComponent(types, 'compact-utf16');
    await expect(translateWithJco(component)).rejects.toThrow('StringEncoding');
    check(await relay(types, await loadWithHatchway(component)));
  });
});
