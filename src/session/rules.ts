import { MAX_BODY, Type } from '../wire/index.js';
import type { Role } from './hello.js';

/** What holds for every frame of a type, before its body is looked at. */
export interface FrameRule {
  readonly name: string;
  /** Bytes of the body. */
  readonly min: number;
  readonly max: number;
  /** `none`: 0. `any`: 0, or an id that was used. `used`: an id of a call or a stream. */
  readonly id: 'none' | 'any' | 'used';
  /** Counts against the connection's window. */
  readonly message?: true;
  /** May go on in `rest` frames. */
  readonly more?: true;
  /** Who sends it, where only one side does. */
  readonly only?: Role;
}

const rules: [number, FrameRule][] = [
  [Type.hello, { name: 'hello', min: 15, max: 8192, id: 'none' }],
  [Type.call, { name: 'call', min: 4, max: MAX_BODY, id: 'used', message: true, more: true }],
  [Type.return, { name: 'return', min: 0, max: MAX_BODY, id: 'used', message: true, more: true }],
  [Type.error, { name: 'error', min: 3, max: 8192, id: 'used', message: true }],
  [Type.cancel, { name: 'cancel', min: 1, max: 1, id: 'used' }],
  [Type.rest, { name: 'rest', min: 1, max: MAX_BODY, id: 'used' }],
  [Type.data, { name: 'data', min: 1, max: MAX_BODY, id: 'used' }],
  [Type.window, { name: 'window', min: 1, max: 5, id: 'any' }],
  [Type.end, { name: 'end', min: 0, max: 0, id: 'used' }],
  [Type.reset, { name: 'reset', min: 0, max: 0, id: 'used' }],
  [Type.drop, { name: 'drop', min: 2, max: MAX_BODY, id: 'none' }],
  [Type.log, { name: 'log', min: 7, max: MAX_BODY, id: 'none', message: true, only: 'plugin' }],
  [Type.stdio, { name: 'stdio', min: 2, max: MAX_BODY, id: 'none', message: true, only: 'plugin' }],
  [Type.ping, { name: 'ping', min: 1, max: 5, id: 'none', only: 'host' }],
  [Type.pong, { name: 'pong', min: 1, max: 5, id: 'none', only: 'plugin' }],
  [Type.goodbye, { name: 'goodbye', min: 2, max: 8192, id: 'none' }],
];

/** By type; absent for types that are unknown. */
export const RULES: readonly (FrameRule | undefined)[] = Array.from(
  { length: 64 },
  (_, type) => rules.find(([one]) => one === type)?.[1],
);
