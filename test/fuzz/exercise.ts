/**
 * Instantiates artifacts and calls what they export, in a process of its own: `tsx test/fuzz/exercise.ts` reads each after its length
 * and prints a line of JSON. Everything an artifact can make a call fail with must be an error of ours.
 */
import { fileURLToPath } from 'node:url';
import { HatchwayError, isComponentError } from '../../src/errors/index.js';
import { createHost, type Instance, type Plugin } from '../../src/host/index.js';
import { printResult, unprintable } from '../../src/wave/index.js';
import { camelCase, resolve, type ValueType } from '../../src/wit/index.js';
import { dummies } from '../component/support.js';

export interface Exercise {
  /** By function: what it answered, in the command line's syntax, or the code it failed with. */
  readonly calls: Readonly<Record<string, { readonly answer?: string; readonly code?: string }>>;
  /** Why it could not be loaded or instantiated. */
  readonly code?: string;
  /** An error that is not ours, or an instance that went on after one. */
  readonly broken?: string;
  readonly milliseconds: number;
}

/** Calls of one artifact at most. */
const MOST_CALLS = 12;

const host = await createHost();

function codeOf(error: unknown): string {
  if (error instanceof HatchwayError) return error.code;
  if (error instanceof TypeError && (error as { code?: string }).code === 'argument') return 'argument';
  throw error;
}

const printable = (type: ValueType | undefined) => type === undefined || unprintable(type) === undefined;

async function exercise(bytes: Uint8Array): Promise<Exercise> {
  const started = performance.now();
  const calls: Record<string, { answer?: string; code?: string }> = {};
  const done = (more: object) => ({ calls, ...more, milliseconds: performance.now() - started });
  try {
    let plugin: Plugin;
    let make: () => Promise<Instance>;
    let instance: Instance;
    try {
      plugin = await host.load(bytes, { name: 'fuzzed' });
      const imports = dummies(plugin.world);
      make = () => plugin.instantiate({ imports, limits: { timeout: '200ms', memory: '16Mi' } });
      instance = await make();
    } catch (error) {
      return done({ code: codeOf(error) });
    }
    const functions = plugin.world.exports.flatMap((it) => (it.kind === 'function' ? [it.function] : []));
    const values = new Map<string, unknown>();
    for (const { name, type } of functions.slice(0, MOST_CALLS)) {
      if (instance.state === 'poisoned') instance = await make();
      if (instance.state !== 'idle') return done({ broken: `the instance is ${instance.state}` });
      const other = name.slice(1);
      // `g0` takes what `f0` has answered.
      if (type.params.length > 0 && !values.has(other)) continue;
      const args = type.params.map(() => values.get(other));
      const wrapped = type.result !== undefined && resolve(type.result).kind === 'result';
      const answer = (value: unknown) => {
        if (type.params.length === 0) values.set(other, value);
        calls[name] = { answer: printable(type.result) ? printResult(value, type.result) : '' };
      };
      try {
        const value = instance.sync[camelCase(name)](...args);
        answer(wrapped ? { tag: 'ok', val: value } : value);
      } catch (error) {
        if (isComponentError(error)) answer({ tag: 'err', val: error.payload });
        else calls[name] = { code: codeOf(error) };
      }
    }
    if (instance.state === 'busy') return done({ broken: 'the instance is busy for ever' });
    instance.dispose();
    return done({});
  } catch (error) {
    return done({ broken: error instanceof Error ? `${error.stack}` : String(error) });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let pending = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    pending = Buffer.concat([pending, chunk as Buffer]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32LE()) {
      const end = 4 + pending.readUInt32LE();
      const bytes = Uint8Array.from(pending.subarray(4, end));
      pending = pending.subarray(end);
      process.stdout.write(`${JSON.stringify(await exercise(bytes))}\n`);
    }
  }
}
