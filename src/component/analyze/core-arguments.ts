import { quote } from '../../errors/index.js';
import { itemFits } from './core-subtyping.js';
import type { CoreItem, ModuleShape } from './entities.js';
import type { Reporter } from './scope.js';

/** Every import of a core module is among its arguments, and of a type that fits. */
export function checkCoreArguments(
  shape: ModuleShape,
  given: ReadonlyMap<string, ReadonlyMap<string, CoreItem> | undefined>,
  report: Reporter,
): void {
  if (shape.imports === undefined) report('the types of the core module cannot be read');
  for (const needed of shape.imports) {
    if (!given.has(needed.module)) report(`the core module's import ${quote(needed.module)} is not given`);
    const exports = given.get(needed.module);
    const item = exports?.get(needed.name);
    const path = `${quote(needed.module)} ${quote(needed.name)}`;
    if (exports && item === undefined) report(`the core module's import ${path} is not given`);
    if (item === undefined || itemFits(item, needed.item)) continue;
    if (item.sort !== needed.item.sort) report(`the core import ${path} is a ${item.sort}, not a ${needed.item.sort}`);
    report(`the core import ${path} is ${item.sort === 'func' ? 'a function' : `a ${item.sort}`} of another type`);
  }
}
