import { hatchwayError } from '../../errors/index.js';
import { type FunctionItem, wasiPackage } from '../../wit/index.js';
import { functionText } from './function.js';
import type { Lines } from './lines.js';
import { propertyNames } from './names.js';
import { hasMembers, type InterfacePlan, type Plan, type ResourcePlan } from './plan.js';
import { resourceKey } from './resources.js';
import { Types, type View } from './types.js';

/**
 * Declares what an interface becomes: an object of functions and classes. For an export whose types are others in each face,
 * twice.
 */
export function declareInterface(plan: Plan, it: InterfacePlan, lines: Lines): void {
  const name = plan.interfaceName(it);
  const views: [string, View][] = [[name, it.direction === 'import' ? 'import' : 'async']];
  if (it.direction === 'export' && plan.hasTwoFaces(it)) views.push([`${name}Sync`, 'sync']);
  for (const [declared, view] of views) {
    lines.gap();
    lines.docs(it.docs);
    lines.block(`export interface ${declared}`, () => addMembers(plan, it, view, lines));
  }
}

/** An exported interface as one face has it. */
export function interfaceText(plan: Plan, it: InterfacePlan, view: View): string {
  if (!hasMembers(it)) return 'object';
  const name = plan.interfaceName(it);
  if (view !== 'sync') return name;
  return plan.hasTwoFaces(it) ? `${name}Sync` : `Sync<${name}>`;
}

/** The functions and classes of an interface, or of the world itself. */
export function addMembers(plan: Plan, it: InterfacePlan, view: View, lines: Lines): void {
  const types = new Types(plan, view);
  const keys = propertyNames(it.functions.map((func) => func.name));
  for (const [i, func] of it.functions.entries()) addFunction(exportedKey(keys[i]!, it), func, types, lines);
  for (const resource of it.resources) {
    const optional = !resource.guest && resource.functions.length === 0 ? '?' : '';
    const name = plan.typeName(resource.definition)!;
    const className = view === 'sync' ? `${name}SyncClass` : `${name}Class`;
    lines.add(`${resourceKey(resource)}${optional}: ${className};`);
  }
}

/** What an instance has itself: no function of the world can be called that. */
function exportedKey(key: string, it: InterfacePlan): string {
  if (it.direction === 'import') return key;
  if (key === 'then') throw hatchwayError('unsupported', 'the export "then" would make its owner a promise');
  return it.name === '' && key === 'of' ? 'of_' : key;
}

function addFunction(key: string, func: FunctionItem, types: Types, lines: Lines): void {
  lines.docs(func.docs);
  lines.add(`${key}: ${functionText(func.type, types)};`);
}

/** Whether the app has to offer anything for an import: a resource without functions may be any object, and WASI is there. */
export function isRequired(it: InterfacePlan): boolean {
  if (wasiPackage(it.name) !== undefined) return false;
  return it.functions.length > 0 || it.resources.some((resource: ResourcePlan) => resource.functions.length > 0);
}
