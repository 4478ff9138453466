import { beforeAll, expect, it } from 'vitest';
import { guestPath } from '../../guests/build.js';
import { ComponentError, createHost } from '../../src/index.js';
import { describeWithRust } from '../setup/rust.js';

interface Message {
  id: string;
  title: string;
  body: string;
  priority: string;
  labels: string[];
}

describeWithRust('rust/relay-filter', () => {
  let apply: (message: Message) => Message | undefined;
  let log: [string, string][];
  const plain: Message = { id: 'm1', title: 'Good morning', body: 'héllo 🦜', priority: 'low', labels: ['a'] };

  beforeAll(async () => {
    const plugin = await (await createHost()).load(guestPath('rust', 'relay-filter'));
    const write = (level: string, line: string) => log.push([level, line]);
    const instance = await plugin.instantiate({ imports: { 'hatchway:relay/log': { write } } });
    apply = (message) => {
      log = [];
      return instance.sync.filter.apply(message);
    };
  });

  it('passes on what is about nothing it knows', () => {
    expect(apply(plain)).toEqual(plain);
    expect(log).toEqual([]);
  });

  it.each([
    ['Disk is full', ['a', 'storage'], 'normal'],
    ['QUOTA of db1 reached', ['a', 'storage', 'database'], 'normal'],
    ['intrusions?', ['a', 'security'], 'high'],
    ['db2 is unreachable', ['a', 'database', 'outage'], 'urgent'],
    ['the undisturbed', ['a'], 'low'],
  ])('%s', (title, labels, priority) => {
    expect(apply({ ...plain, title })).toEqual({ ...plain, title, labels, priority });
  });

  it('looks at the body too, labels once, and lowers no priority', () => {
    const message = { ...plain, body: 'a volume', priority: 'high', labels: ['storage'] };
    expect(apply(message)).toEqual(message);
    expect(log).toEqual([]);
  });

  it('says that it raised a priority', () => {
    apply({ ...plain, title: 'outage' });
    expect(log).toEqual([['info', 'm1 is about outage: its priority was raised']]);
  });

  it('refuses a message that says nothing', () => {
    expect(() => apply({ ...plain, title: ' ', body: '' })).toThrow(ComponentError);
    expect(apply(plain)).toEqual(plain);
  });
});
