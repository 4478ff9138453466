/** The short form of the soak: after thousands of messages nothing is left behind. */
import { describe, expect, it } from 'vitest';
import { guestPath } from '../../guests/build.js';
import { createHost } from '../../src/index.js';
import { soak, WORK } from './soak.js';

const MESSAGES = 5000;
/** Noise of the heap. One kilobyte left behind by each message would be as much. */
const NOISE = 3 * 2 ** 20;

describe(`after ${MESSAGES} messages memory is what it was`, () => {
  it.each(Object.entries(WORK))('%s', async (_name, prepare) => {
    const { before, after } = await soak(MESSAGES, await prepare());
    expect(after - before).toBeLessThan(NOISE);
  });
});

describe('a component of 12 MB with a JavaScript engine in it', () => {
  it('loads, runs, and its instances share the compiled code', async () => {
    const host = await createHost();
    const plugin = await host.load(guestPath('javascript', 'title'));
    const imports = { 'hatchway:relay/log': { write() {} } };
    const message = { id: 'm', title: 'hello', body: 'a body', priority: 'normal', labels: ['a'] };
    const answers: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      await using instance = await plugin.instantiate({ imports });
      answers.push(await instance.exports.filter.apply(message));
      answers.push(instance.sync.filter.apply(message));
      expect(instance.state).toBe('idle');
    }
    expect(answers).toHaveLength(6);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ id: 'm', priority: 'normal' });
  });
});
