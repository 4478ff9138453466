import { beforeAll, describe, expect, it } from 'vitest';
import { guestPath } from '../../guests/build.js';
import { ComponentError, createHost } from '../../src/index.js';

interface Message {
  id: string;
  title: string;
  body: string;
  priority: string;
  labels: string[];
}
type Apply = (message: Message) => Message | undefined;

const plain: Message = { id: 'm1', title: 'a title', body: 'héllo 🦜', priority: 'normal', labels: ['a', ''] };
let log: [string, string][];

async function load(language: 'assemblyscript' | 'javascript', plugin: string): Promise<Apply> {
  const host = await createHost();
  const loaded = await host.load(guestPath(language, plugin));
  const instance = await loaded.instantiate({
    imports: { 'hatchway:relay/log': { write: (level: string, line: string) => log.push([level, line]) } },
  });
  return (message) => {
    log = [];
    return (instance.sync as unknown as { filter: { apply: Apply } }).filter.apply(message);
  };
}

describe('assemblyscript/mute', () => {
  let apply: Apply;
  beforeAll(async () => {
    apply = await load('assemblyscript', 'mute');
  });

  it.each(['normal', 'high', 'urgent'])('passes on what is of %s priority', (priority) => {
    expect(apply({ ...plain, priority })).toEqual({ ...plain, priority });
  });

  it('drops what is of low priority, unless it is labelled keep', () => {
    expect(apply({ ...plain, priority: 'low' })).toBeUndefined();
    expect(apply({ ...plain, priority: 'low', labels: ['x', 'keep'] })?.labels).toEqual(['x', 'keep']);
  });
});

describe('assemblyscript/redact', () => {
  let apply: Apply;
  beforeAll(async () => {
    apply = await load('assemblyscript', 'redact');
  });

  it('passes on what has no secrets as it is', () => {
    expect(apply(plain)).toEqual(plain);
    expect(log).toEqual([]);
  });

  it.each([
    ['token=abc', 'token=***', 1],
    ['Password=hunter2 and secret=🦜🦜, done', 'Password=*** and secret=*** done', 2],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer ***', 1],
    ['token= is empty, token=x is not', 'token= is empty, token=*** is not', 1],
    ['token=password=x', 'token=***', 1],
  ])('%s', (body, masked, count) => {
    expect(apply({ ...plain, body })).toEqual({ ...plain, body: masked, labels: ['a', '', 'redacted'] });
    expect(log).toEqual([['info', `masked ${count} secret${count === 1 ? '' : 's'} in m1`]]);
  });

  it('labels a message once', () => {
    expect(apply({ ...plain, title: 'token=x', labels: ['redacted'] })?.labels).toEqual(['redacted']);
  });
});

describe('javascript/title', () => {
  let apply: Apply;
  beforeAll(async () => {
    apply = await load('javascript', 'title');
  });

  it.each([
    [plain, '[NORMAL] a title (a, )'],
    [{ ...plain, priority: 'urgent', labels: [] }, '[URGENT] a title'],
    [{ ...plain, title: ' {priority} $& ', labels: [] }, '[NORMAL] {priority} $&'],
  ])('%o', (message, title) => {
    expect(apply(message)).toEqual({ ...message, title });
    expect(log).toEqual([]);
  });

  it('says that it drops lines', () => {
    expect(apply({ ...plain, title: 'one\ntwo', labels: [] })?.title).toBe('[NORMAL] one');
    expect(log).toEqual([['warn', 'the title of m1 has several lines; only the first is kept']]);
  });

  it('refuses a message without a title', () => {
    expect(() => apply({ ...plain, title: ' ' })).toThrow(ComponentError);
    expect(apply(plain)?.title).toBe('[NORMAL] a title (a, )');
  });
});
