/** The table: what must hold of every implementation of the conformance world, by either face. */
import type { World } from '../../src/index.js';
import type { Interface } from '../../src/wit/index.js';
import { callbackRows } from './rows/callbacks.js';
import { counterRows } from './rows/counters.js';
import { deskRows } from './rows/desk.js';
import { echoRows } from './rows/echo.js';
import { errorRows } from './rows/errors.js';
import type { Subject } from './subject.js';

export interface Row {
  readonly name: string;
  /** @throws if it does not hold. */
  check(subject: Subject): Promise<void>;
}

export interface Group {
  readonly name: string;
  readonly rows: readonly Row[];
}

export function conformanceRows(world: World): Group[] {
  return [
    { name: 'echo', rows: echoRows(interfaceOf(world, 'echo')) },
    { name: 'errors', rows: errorRows },
    { name: 'callbacks', rows: callbackRows },
    { name: 'resources of the plugin', rows: counterRows },
    { name: 'resources of the app', rows: deskRows },
  ];
}

function interfaceOf(world: World, name: string): Interface {
  const item = world.exports.find((it) => it.name === `hatchway:conformance/${name}@0.1.0`);
  if (item?.kind !== 'interface') throw new Error(`the world exports no ${name}`);
  return item.interface;
}
