/** What an author does wrong is told in the author's file, and says what the world wants. */
import { beforeAll, expect, test } from 'vitest';
import type { World } from '../../../src/wit/index.js';
import { compileProject, worldOf } from './project.js';

const wit = `package a:b;
interface filter {
  record message { id: string }
  resource counter { constructor(start: u32); next: func() -> u32; }
  apply: func(message: message) -> result<u8, string>;
}
world w { export filter; export run: func(name: string) -> u32; }`;

const COUNTER = 'export class Counter { constructor(start: u32) {} next(): u32 { return 1; } }';
const APPLY = 'export function apply(message: Message): Result<u8, string> { return Result.ok<u8, string>(1); }';
const RUN = 'export function run(name: string): u32 { return 1; }';
const head = `import { Message } from './bindings/filter';\nimport { Result } from './bindings/wit';\n`;
const plugin = ({ counter = COUNTER, apply = APPLY, run = RUN }) =>
  `${head}export namespace filter {\n${counter}\n${apply}\n}\n${run}\n`;

let world: World;
beforeAll(async () => {
  world = await worldOf(wit);
});

test('without a mistake there is nothing to tell', async () => {
  const report = await compileProject(world, wit, plugin({}));
  expect(report).toEqual({ component: expect.any(Uint8Array), diagnostics: [] });
});

const wantsApply = "the component's world wants filter.apply(message: Message): Result<u8, string>";
test.each<[what: string, parts: Parameters<typeof plugin>[0], line: number, message: string]>([
  ['a function is missing', { apply: '' }, 3, `"apply" is missing: ${wantsApply}`],
  [
    'another type is returned',
    { apply: 'export function apply(message: Message): bool { return true; }' },
    5,
    wantsApply,
  ],
  [
    'a number is returned that may not fit',
    { run: RUN.replace('): u32', '): f64') },
    7,
    'wants run(name: string): u32',
  ],
  ['a parameter has another type', { apply: APPLY.replace('message: Message', 'message: string') }, 5, wantsApply],
  ['a parameter too many', { apply: APPLY.replace('Message)', 'Message, more: u8)') }, 5, wantsApply],
  ['a parameter too few', { apply: APPLY.replace('message: Message', '') }, 5, wantsApply],
  ['a method is missing', { counter: 'export class Counter { constructor(start: u32) {} }' }, 4, '"next" is missing'],
  ['a class is missing', { counter: '' }, 3, '"Counter" is missing'],
  [
    'a constructor takes something else',
    { counter: COUNTER.replace('start: u32', 'start: string') },
    4,
    'new filter.Counter(start: u32)',
  ],
  ['a function of the world is missing', { run: '' }, 1, '"run" is missing'],
  ['a mistake of another kind', { run: RUN.replace('1;', 'one;') }, 7, "Cannot find name 'one'."],
  ['what cannot be read', { run: 'export function (' }, 7, 'expected'],
  [
    'random numbers of nobody',
    { run: RUN.replace('1;', '<u32>Math.random();') },
    7,
    'Math.random is not there: a plugin',
  ],
  ['a trace to nobody', { run: RUN.replace('return', 'trace("here"); return') }, 7, 'trace is not there: a plugin'],
  ['a clock', { run: RUN.replace('1;', '<u32>Date.now();') }, 7, 'Date.now is not there: a plugin'],
])('%s', async (_, parts, line, message) => {
  const { component, diagnostics, failure } = await compileProject(world, wit, plugin(parts));
  expect(component ?? failure).toBeUndefined();
  const errors = diagnostics!.filter(({ severity }) => severity === 'error');
  expect(errors[0]).toMatchObject({ file: 'plugin.ts', line, message: expect.stringContaining(message) });
  expect(errors.filter(({ file }) => file !== 'plugin.ts')).toEqual([]);
});
