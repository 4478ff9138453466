import type { FunctionItem, ValueType } from '../wit/index.js';
import { type RemoteFunction, remoteFunction } from './functions.js';

/**
 * What a host calls on instance 0, the process itself, whatever its world is:
 *
 *     world: func() -> list<u8>;
 *     dispense: func(instance: u32, name: string, config: list<tuple<string, string>>) -> result<_, string>;
 *     release: func(instance: u32);
 */
const string: ValueType = { kind: 'string' };
const u32: ValueType = { kind: 'u32' };

function control(index: number, name: string, params: [string, ValueType][], result?: ValueType): RemoteFunction {
  const item: FunctionItem = {
    name,
    type: { params: params.map(([name, type]) => ({ name, type })), async: false, ...(result && { result }) },
  };
  return remoteFunction(name, item, index);
}

export const CONTROL = {
  world: control(0, 'world', [], { kind: 'list', element: { kind: 'u8' } }),
  dispense: control(
    1,
    'dispense',
    [
      ['instance', u32],
      ['name', string],
      ['config', { kind: 'list', element: { kind: 'tuple', items: [string, string] } }],
    ],
    { kind: 'result', error: string },
  ),
  release: control(2, 'release', [['instance', u32]]),
} as const;

export const CONTROLS: readonly RemoteFunction[] = [CONTROL.world, CONTROL.dispense, CONTROL.release];
