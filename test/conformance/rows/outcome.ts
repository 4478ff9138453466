import { expect } from 'vitest';
import { ComponentError } from '../../../src/index.js';
import { rejectionOf } from '../../component/support.js';
import type { Running, Subject } from '../subject.js';

/** What a call failed with, whichever face it was made by: at once or by its promise. */
export function failure(call: () => unknown): ReturnType<typeof rejectionOf> {
  return rejectionOf((async () => call())());
}

/** That a call answers with an error of its type. */
export async function expectError(call: () => unknown, payload: unknown): Promise<void> {
  const error = await failure(call);
  expect(error).toBeInstanceOf(ComponentError);
  expect((error as ComponentError).payload).toEqual(payload);
}

/** That a call is refused for what it was given, at that path, and that the plugin was not called. */
export async function expectRefused(
  { instance, app, exports }: Running,
  call: () => unknown,
  path: string,
): Promise<void> {
  app.clear();
  const alive = await exports.counters.alive();
  expect(await failure(call)).toMatchObject({ code: 'argument', path });
  expect(instance.state).toBe('idle');
  expect(await exports.counters.alive()).toBe(alive);
  expect([app.calls, app.made, app.dropped, app.handedIn, app.inspected]).toEqual([[], [], [], [], []]);
}

/** That a call ends the instance, which says so from then on. */
export async function expectPoisoned({ instance, exports }: Running, code: string, call: () => unknown): Promise<void> {
  const error = await failure(call);
  expect(error.code).toBe(code);
  expect(instance.state).toBe('poisoned');
  expect(await failure(() => exports.echo.echoU8(1))).toMatchObject({ code: 'poisoned', cause: error });
}

/** That a check holds for each row of arguments, and fails for those that are known to fail. */
export async function expectOfEach(
  { shared, fresh, spared }: Subject,
  row: string,
  calls: readonly (readonly unknown[])[],
  check: (running: Running, args: readonly unknown[]) => Promise<void>,
): Promise<void> {
  for (const args of calls) {
    const known = spared.note(row, args);
    if (known === undefined) await check(shared, args);
    else if (!known.sometimes)
      await expect(check(await fresh(), args), 'this is known to fail, and does not').rejects.toThrow();
  }
}
