import { hatchwayError, quote } from '../../errors/index.js';
import { camelCase, type FunctionItem, parseFunctionName, pascalCase } from '../../wit/index.js';
import { functionText } from './function.js';
import { type Lines, literal } from './lines.js';
import { label } from './names.js';
import type { Plan, ResourcePlan } from './plan.js';
import { Types } from './types.js';

/** The class of a resource in its interface. */
export function resourceKey({ definition }: ResourcePlan): string {
  return pascalCase(label(definition.name));
}

/** Declares the objects and the class of a resource; of one that the plugin implements, of both faces. */
export function declareResource(plan: Plan, resource: ResourcePlan, lines: Lines): void {
  const members = new Members(resource);
  if (resource.guest) {
    declareGuest(plan, members, 'async', lines);
    if (plan.faces === 'both') declareGuest(plan, members, 'sync', lines);
  } else {
    declareHost(plan, members, lines);
  }
}

class Members {
  readonly methods: FunctionItem[] = [];
  readonly statics: FunctionItem[] = [];
  readonly create: FunctionItem | undefined;

  constructor(readonly resource: ResourcePlan) {
    const taken = new Set<string>();
    for (const func of resource.functions) {
      const { kind, name } = parseFunctionName(func.name);
      if (kind === 'constructor') {
        this.create = func;
        continue;
      }
      const key = `${kind} ${camelCase(name)}`;
      if (taken.has(key)) {
        throw hatchwayError(
          'unsupported',
          `two functions of ${quote(resource.definition.name)} are both called ${key}`,
        );
      }
      taken.add(key);
      (kind === 'method' ? this.methods : this.statics).push(func);
    }
  }
}

function key(func: FunctionItem): string {
  return camelCase(label(parseFunctionName(func.name).name));
}

function addMethods({ methods }: Members, types: Types, lines: Lines): void {
  for (const func of methods) {
    // `constructor` is what every object has.
    const name = key(func) === 'constructor' && types.view !== 'import' ? 'constructor_' : key(func);
    lines.docs(func.docs);
    lines.add(`${name}: ${functionText(func.type, types, func.type.params.slice(1))};`);
  }
}

function addStatics({ statics }: Members, types: Types, lines: Lines): void {
  for (const func of statics) {
    const name = key(func);
    const taken = types.view !== 'import' && (name === 'prototype' || (name === 'create' && types.view === 'async'));
    lines.docs(func.docs);
    lines.add(`${name}${taken ? '_' : ''}: ${functionText(func.type, types)};`);
  }
}

function declareGuest(plan: Plan, members: Members, view: 'async' | 'sync', lines: Lines): void {
  const { definition } = members.resource;
  const types = new Types(plan, view);
  const name = view === 'async' ? plan.typeName(definition)! : `${plan.typeName(definition)}Sync`;
  const base = view === 'async' ? 'Resource' : 'SyncResource';
  lines.gap();
  lines.docs(definition.docs);
  lines.block(`export interface ${name} extends ${base}<${literal(brand(members.resource))}>`, () =>
    addMethods(members, types, lines),
  );
  lines.gap();
  lines.block(`export interface ${name}Class`, () => {
    const { create } = members;
    if (create !== undefined) {
      lines.docs(create.docs);
      if (view === 'async') lines.add(`create: ${functionText(create.type, types)};`);
      else lines.add(`new (${types.parameters(create.type.params)}): ${name};`);
    }
    addStatics(members, types, lines);
  });
}

function declareHost(plan: Plan, members: Members, lines: Lines): void {
  const { definition } = members.resource;
  const types = new Types(plan, 'import');
  const name = plan.typeName(definition)!;
  lines.gap();
  lines.docs(definition.docs);
  lines.block(`export interface ${name} extends HostResource`, () => addMethods(members, types, lines));
  lines.gap();
  const { create } = members;
  const construct =
    create === undefined
      ? // Only the app makes one, as it likes.
        `abstract new (...args: never[]) => ${name}`
      : `new (${types.parameters(create.type.params)}) => ${name}`;
  if (members.statics.length === 0) {
    lines.docs(create?.docs);
    lines.add(`export type ${name}Class = ${construct};`);
    return;
  }
  lines.block(`export type ${name}Class = (${construct}) &`, () => addStatics(members, types, lines), '};');
}

/** Tells resources apart that have the same methods. */
function brand({ definition }: ResourcePlan): string {
  const { owner, name } = definition;
  const id = owner === undefined || 'package' in owner ? undefined : owner.id;
  return id === undefined ? name : `${id}.${name}`;
}
