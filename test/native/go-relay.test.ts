/** A filter of the relay, written in Go and in AssemblyScript: an app cannot tell which. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { guestPath } from '../../guests/build.js';
import { createHost } from '../../src/index.js';
import { describeWithGo, goGuest } from './go-guests.js';

const part = fc.constantFrom('token=', 'PassWord=', 'secret=', 'Bearer ', ' ', '\n', 'abc', 'é🦜', '=', 'token', '');
const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
const message = fc.record({
  id: fc.constant('m1'),
  title: text,
  body: text,
  priority: fc.constantFrom('low', 'urgent'),
  labels: fc.constantFrom([], ['redacted'], ['a', 'b']),
});

describeWithGo('redact', () => {
  it('does the same in Go and in AssemblyScript', async () => {
    const host = await createHost();
    const folder = await goGuest('redact', 'wit/relay.wit', 'filter-plugin');
    const start = async (plugin: Awaited<ReturnType<typeof host.load>>) => {
      const lines: unknown[] = [];
      const write = (...line: unknown[]) => void lines.push(line);
      return { lines, instance: await plugin.instantiate({ imports: { 'hatchway:relay/log': { write } } }) };
    };
    const one = await start(await host.load(folder, { run: true, sandbox: 'off' }));
    const other = await start(await host.load(guestPath('assemblyscript', 'redact')));
    const same = fc.asyncProperty(message, async (it) => {
      const answer = await (one.instance.exports as any).filter.apply(it);
      expect(answer).toEqual(await (other.instance.exports as any).filter.apply(it));
    });
    await fc.assert(same, { numRuns: 300 });
    expect(one.lines.length).toBeGreaterThan(0);
    expect(one.lines).toEqual(other.lines);
    await one.instance[Symbol.asyncDispose]();
  });
});
