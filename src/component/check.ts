import type { ValueType } from '../wit/index.js';
import { Codecs, Context, type HandleScope, type ResourceFace } from './abi/index.js';
import { argumentFailure } from './call/index.js';

/** Values that never reach a guest are checked in a context without memory; resources pass as they are. */
const anyResource = { check: () => undefined } as unknown as ResourceFace;
const NOWHERE = new Context({ resources: [anyResource] } as unknown as HandleScope, undefined, undefined);
const codecs = new Codecs('utf8', 'sync', { get: () => 0 });

/**
 * Checks that a JavaScript value is of a WIT type, as a call into a guest would. Handles are not looked into.
 * @throws TypeError naming the path from `name` on.
 */
export function checkValue(name: string, type: ValueType, value: unknown): void {
  NOWHERE.startCheck();
  try {
    codecs.of(type).check(NOWHERE, value);
  } catch (error) {
    throw argumentFailure(name, error);
  }
}
