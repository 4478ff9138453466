/**
 * Calls every function of the conformance world for long, and measures the guest's memory.
 *
 * `npm run soak:conformance [CALLS] [LANGUAGE]...` runs the long form (100 000 calls of each function, in every language that
 * is a component) and prints what it measured; the tests run a short one.
 */
import { pathToFileURL } from 'node:url';
import { buildGuests } from '../../guests/build.js';
import { provideRust } from '../../guests/rust/toolchain.js';
import { camelCase, parseFunctionName } from '../../src/wit/index.js';
import { App } from '../conformance/app.js';
import { KNOWN } from '../conformance/known.js';
import { conformanceWorld, LANGUAGES, type Language } from '../conformance/languages.js';
import { ECHOED, emptyMixed, mixed } from '../conformance/values.js';

const world = await conformanceWorld();
const functions = world.exports.flatMap((item) =>
  item.kind === 'interface' ? item.interface.functions.map((it) => ({ owner: item.name, name: it.name })) : [],
);

/** Long enough for what is left behind to show; short enough for 100 000 calls. */
const text = 'héllo 🦜'.repeat(100);
const long = { ...mixed, label: text, tags: [text, 'a'] };

/** The one call of a function that does not return. */
const LEFT_OUT = new Set(['trap']);

type Call = (exports: any, app: App) => unknown;

/** One call of each function that is no echo; what it takes it makes, and what it gets it ends. */
const CALLS: Readonly<Record<string, Call>> = {
  text: ({ errors }) => ignoring(() => errors.text({ tag: 'err', val: text })),
  bare: ({ errors }) => ignoring(() => errors.bare(true)),
  structured: ({ errors }) => ignoring(() => errors.structured({ tag: 'not-found', val: text })),
  empty: ({ errors }) => ignoring(() => errors.empty(true)),
  'mixed-by-host': ({ callbacks }) => callbacks.mixedByHost({ ...long, tags: [text] }),
  'shape-by-host': ({ callbacks }) => callbacks.shapeByHost({ tag: 'named', val: text }),
  'strings-by-host': ({ callbacks }) => callbacks.stringsByHost([text, 'a', text]),
  'option-by-host': ({ callbacks }) => callbacks.optionByHost(7n),
  'even-by-host': ({ callbacks }) => ignoring(() => callbacks.evenByHost(13)),
  descend: ({ callbacks }) => callbacks.descend(1),
  '[constructor]counter': ({ counters }) => end(new counters.Counter(1)),
  '[method]counter.value': ({ counters }) => withCounter(counters, (it) => it.value()),
  '[method]counter.add': ({ counters }) => withCounter(counters, (it) => it.add(1)),
  '[method]counter.copy': ({ counters }) => withCounter(counters, (it) => end(it.copy())),
  '[static]counter.merge': ({ counters }) =>
    end(counters.Counter.merge(new counters.Counter(1), new counters.Counter(2))),
  equal: ({ counters }) => withCounter(counters, (it) => counters.equal(it, it)),
  make: ({ counters }) => counters.make(3).forEach(end),
  total: ({ counters }) => counters.total(counters.make(3)),
  alive: ({ counters }) => counters.alive(),
  'name-of-new': ({ desk }) => desk.nameOfNew(text),
  'hand-in-new': ({ desk }) => desk.handInNew(text),
  'inspect-new': ({ desk }) => desk.inspectNew(text),
  pass: ({ desk }, app) => desk.pass(new app.Ticket(text)),
  look: ({ desk }, app) => desk.look(new app.Ticket(text)),
  find: ({ desk }) => desk.find(text),
  keep: ({ desk }, app) => desk.keep(new app.Ticket(text)),
  'give-back': ({ desk }) => desk.giveBack(),
};

function end(it: Disposable): void {
  it[Symbol.dispose]();
}

function withCounter(counters: any, use: (it: any) => unknown): void {
  const it = new counters.Counter(1);
  use(it);
  end(it);
}

function ignoring(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if ((error as { code?: string }).code !== 'component-error') throw error;
  }
}

/** A call of a function, with a value that its language is not known to fail with. */
function callOf({ owner, name }: { owner: string; name: string }, language: string): Call {
  const call = CALLS[name];
  if (call !== undefined) return call;
  const key = camelCase(parseFunctionName(name).name);
  const spared = (args: readonly unknown[]) =>
    KNOWN.some(
      ({ language: its, rows, concerns }) =>
        its === language && (rows === 'all' || rows.includes(name)) && concerns !== 'all' && concerns(args),
    );
  const candidates: (readonly unknown[])[] = [...(LONG[name] ?? []), ...(ECHOED[name] ?? [])];
  const args = candidates.find((it) => !spared(it));
  if (args === undefined) throw new Error(`nothing to call ${name} with`);
  return (exports) => exports[owner][key](...args);
}

const LONG: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  'echo-string': [[text]],
  'echo-mixed': [[long], [{ ...emptyMixed, label: text }]],
  'echo-mixeds': [[[long, long]], [[{ ...emptyMixed, label: text }]]],
  'echo-strings': [[[text, 'a', text]]],
  'echo-option': [[text]],
  'echo-shape': [[{ tag: 'named', val: text }]],
  'echo-tuple': [[[1, text, 2]]],
  'echo-result': [[[{ tag: 'err', val: text }, true]]],
  'echo-bytes': [[new Uint8Array(1000)]],
  'echo-floats': [[new Float64Array(100)]],
  'echo-longs': [[new BigUint64Array(100)]],
  'echo-grid': [[[new Uint8Array(100), new Uint8Array(100)]]],
};

export interface Growth {
  readonly name: string;
  /** Bytes of all the guest's memories, when everything is warm and at the end. */
  readonly before: number;
  readonly after: number;
}

/** Calls each function that many times, a fifth of them to warm up, and measures the memories after each function. */
export async function soakConformance(language: Language, calls: number): Promise<Growth[]> {
  const app = new App();
  const plugin = await language.load(world);
  const { value: instance, memories } = await watchingMemories(() => plugin.instantiate({ imports: app.imports }));
  const size = () => memories.reduce((sum, it) => sum + it.buffer.byteLength, 0);
  const growth: Growth[] = [];
  const work = functions
    .filter(({ name }) => !LEFT_OUT.has(name))
    .map((it) => ({ name: it.name, call: callOf(it, language.name) }));
  const repeat = async (call: Call, from: number, to: number) => {
    for (let i = from; i < to; i++) {
      call(instance.sync, app);
      if (i % 100 === 0) {
        app.clear();
        // Finalizers run as tasks of their own.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  };
  const warm = Math.ceil(calls / 5);
  for (const { call } of work) await repeat(call, 0, warm);
  for (const { name, call } of work) {
    const before = size();
    await repeat(call, warm, calls);
    growth.push({ name, before, after: size() });
  }
  if (instance.sync.counters.alive() !== 0) throw new Error('counters were left behind');
  return growth;
}

/** What `make` answers, and the memories that core modules instantiated by it export. */
async function watchingMemories<T>(make: () => Promise<T>): Promise<{ value: T; memories: WebAssembly.Memory[] }> {
  const memories = new Set<WebAssembly.Memory>();
  const Original = WebAssembly.Instance;
  WebAssembly.Instance = class extends Original {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      for (const it of Object.values(this.exports)) if (it instanceof WebAssembly.Memory) memories.add(it);
    }
  };
  try {
    const value = await make();
    if (memories.size === 0) throw new Error('the guest exports no memory');
    return { value, memories: [...memories] };
  } finally {
    WebAssembly.Instance = Original;
  }
}

/** Those that have a memory of their own. What is transpiled is another of these, and leaves behind what jco does. */
export const GUESTS = LANGUAGES.filter(
  ({ name, faces }) => name !== 'plain object' && name !== 'transpiled' && faces?.includes('sync') !== false,
);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [calls = '100000', ...chosen] = process.argv.slice(2);
  await buildGuests((language, plugin) => language !== 'rust' && plugin === 'conformance');
  await provideRust();
  await buildGuests((language) => language === 'rust');
  const MiB = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  for (const language of GUESTS.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
    const started = performance.now();
    const growth = await soakConformance(language, Number(calls));
    const seconds = (performance.now() - started) / 1000;
    const [first, last] = [growth[0]!, growth.at(-1)!];
    console.log(
      `${language.name}: ${calls} calls of each of ${growth.length} functions, ${MiB(first.before)} → ${MiB(last.after)}, ${seconds.toFixed(0)} s`,
    );
    for (const it of growth.filter(({ before, after }) => after > before)) {
      console.log(`  ${it.name}: ${MiB(it.before)} → ${MiB(it.after)}`);
    }
  }
}
