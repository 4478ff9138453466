import type { AnySort } from '../binary/index.js';
import { NO_INDEX, type Plan } from './plan.js';

type NamedIndex = { readonly name: string; readonly sort: AnySort; readonly index: number };

/**
 * What instantiating a component comes to if it does nothing but hand arguments on under other names, as those do that
 * toolchains put around each exported interface: a list of names for what is already there. `undefined` if it does more.
 */
export function forwarded(plan: Plan | undefined, args: readonly NamedIndex[]): readonly NamedIndex[] | undefined {
  if (plan === undefined) return undefined;
  const given = new Map(args.map((it) => [it.name, it]));
  const funcs: NamedIndex[] = [];
  const types: NamedIndex[] = [];
  const exports: NamedIndex[] = [];
  for (const step of plan.steps) {
    if (step.op !== 'import' && step.op !== 'export') return undefined;
    if (step.op === 'export' && step.sort !== 'func' && step.sort !== 'type') return undefined;
    const source: NamedIndex | undefined =
      step.op === 'import' ? given.get(step.name)! : step.sort === 'func' ? funcs[step.index] : types[step.index];
    const sort = step.op === 'export' ? step.sort : source!.sort;
    if (sort !== 'func' && sort !== 'type') return undefined;
    // A type that was defined inside is nothing at run time.
    const item = source ?? { name: step.name, sort, index: NO_INDEX };
    if (sort === 'func') funcs[step.at] = item;
    else types[step.at] = item;
    if (step.op === 'export') exports.push({ ...item, name: step.name });
  }
  return exports;
}
