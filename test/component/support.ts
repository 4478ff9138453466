/** Components from WAT text, loaded and instantiated; and what a failure looks like to the app. */
import { parse } from '@bytecodealliance/jco';
import { expect } from 'vitest';
import { ComponentError, type ErrorCode, HatchwayError } from '../../src/errors/index.js';
import { createHost, type Instance, type Plugin } from '../../src/host/index.js';
import { camelCase, parseFunctionName, pascalCase, type World } from '../../src/wit/index.js';

const host = await createHost();
const assembled = new Map<string, Promise<Uint8Array>>();

/** The bytes of a component in WAT; each text is assembled once. */
export function assemble(wat: string): Promise<Uint8Array> {
  let bytes = assembled.get(wat);
  if (bytes === undefined) {
    bytes = parse(wat).catch((error: unknown) => {
      // Thrown as its payload: an object without a stack.
      throw new Error(String((error as { payload?: string }).payload ?? error));
    });
    assembled.set(wat, bytes);
  }
  return bytes;
}

export async function load(source: string | Uint8Array): Promise<Plugin> {
  return host.load(typeof source === 'string' ? await assemble(source) : source, { name: 'guest' });
}

export async function instantiate(
  source: string | Uint8Array,
  imports: Readonly<Record<string, unknown>> = {},
): Promise<Instance> {
  return (await load(source)).instantiate({ imports });
}

/** Answers every import of a world with nothing useful: enough to link. */
export function dummies(world: World): Record<string, unknown> {
  const imports: Record<string, unknown> = {};
  const fill = (target: Record<string, unknown>, external: string) => {
    const { kind, resource, name } = parseFunctionName(external);
    if (kind === 'free') {
      target[camelCase(name)] = () => 0;
      return;
    }
    target[pascalCase(resource!)] ??= class {};
    const type = target[pascalCase(resource!)] as { prototype: object };
    const owner = kind === 'static' ? type : type.prototype;
    if (kind !== 'constructor') Object.defineProperty(owner, camelCase(name), { value: () => 0, configurable: true });
  };
  for (const item of world.imports) {
    if (item.kind === 'function') fill(imports, item.name);
    if (item.kind !== 'interface') continue;
    const inner: Record<string, unknown> = {};
    for (const func of item.interface.functions) fill(inner, func.name);
    imports[item.name] = inner;
  }
  return imports;
}

type Failure = HatchwayError | (TypeError & { code: 'argument'; path: string });

/** What a call failed with; the test fails if it did not, or with anything that is no error of hatchway. */
export function failureOf(call: () => unknown): Failure {
  try {
    call();
  } catch (error) {
    return asFailure(error);
  }
  throw new Error('nothing was thrown');
}

/** The same for a promise. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Failure> {
  return asFailure(
    await promise.then(
      () => {
        throw new Error('the promise was fulfilled');
      },
      (error: unknown) => error,
    ),
  );
}

function asFailure(error: unknown): Failure {
  if (error instanceof HatchwayError) return error;
  if (error instanceof TypeError && (error as Failure).code === 'argument') return error as Failure;
  throw error;
}

/** That an instance is poisoned: it says so, with the first failure as the cause. */
export function expectPoisoned(instance: Instance, first: unknown, call: () => unknown): void {
  expect(instance.state).toBe('poisoned');
  const again = failureOf(call);
  expect(again.code satisfies ErrorCode | 'argument').toBe('poisoned');
  expect(again.message).toContain('the instance failed before and cannot be used again');
  expect(again.cause).toBe(first);
}

export { ComponentError, host };
