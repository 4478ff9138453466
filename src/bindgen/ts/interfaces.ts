import type { FunctionItem } from '../../wit/index.js';
import { functionText } from './function.js';
import type { Lines } from './lines.js';
import { propertyNames } from './names.js';
import type { InterfacePlan, Plan, ResourcePlan } from './plan.js';
import { resourceKey } from './resources.js';
import { Types, type View } from './types.js';

/** Declares what an interface becomes: an object of functions and classes. For an export twice, once for each face. */
export function declareInterface(plan: Plan, it: InterfacePlan, lines: Lines): void {
  const name = plan.interfaceName(it);
  const views: readonly [string, View][] =
    it.direction === 'import'
      ? [[name, 'import']]
      : [
          [name, 'async'],
          [`${name}Sync`, 'sync'],
        ];
  for (const [declared, view] of views) {
    lines.gap();
    lines.docs(it.docs);
    lines.block(`export interface ${declared}`, () => addMembers(plan, it, view, lines));
  }
}

/** The functions and classes of an interface, or of the world itself. */
export function addMembers(plan: Plan, it: InterfacePlan, view: View, lines: Lines): void {
  const types = new Types(plan, view);
  const keys = propertyNames(it.functions.map((func) => func.name));
  for (const [i, func] of it.functions.entries()) addFunction(keys[i]!, func, types, lines);
  for (const resource of it.resources) {
    const optional = !resource.guest && resource.functions.length === 0 ? '?' : '';
    const name = plan.typeName(resource.definition)!;
    const className = view === 'sync' ? `${name}SyncClass` : `${name}Class`;
    lines.add(`${resourceKey(resource)}${optional}: ${className};`);
  }
}

function addFunction(key: string, func: FunctionItem, types: Types, lines: Lines): void {
  lines.docs(func.docs);
  lines.add(`${key}: ${functionText(func.type, types)};`);
}

/** Whether the app has to offer anything for an import: a resource without functions may be any object. */
export function isRequired(it: InterfacePlan): boolean {
  return it.functions.length > 0 || it.resources.some((resource: ResourcePlan) => resource.functions.length > 0);
}
