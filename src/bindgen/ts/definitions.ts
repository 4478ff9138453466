import type { Case, Label, TypeDefinition } from '../../wit/index.js';
import { type Lines, literal } from './lines.js';
import { propertyNames } from './names.js';
import type { Plan } from './plan.js';
import { Types } from './types.js';

/** Declares a value type; twice where it has resources of the plugin in it, once for each face. */
export function declareType(plan: Plan, definition: TypeDefinition, lines: Lines): void {
  const name = plan.typeName(definition)!;
  declare(name, definition, new Types(plan, 'async'), lines);
  if (plan.isFaced(definition)) declare(`${name}Sync`, definition, new Types(plan, 'sync'), lines);
}

function declare(name: string, { docs, type }: TypeDefinition, types: Types, lines: Lines): void {
  if (type.kind === 'resource') return;
  lines.gap();
  lines.docs(docs);
  switch (type.kind) {
    case 'record': {
      const keys = propertyNames(type.fields.map((field) => field.name));
      lines.block(`export interface ${name}`, () => {
        for (const [i, field] of type.fields.entries()) {
          lines.docs(field.docs);
          lines.add(`${types.property(keys[i]!, field.type)};`);
        }
      });
      break;
    }
    case 'flags': {
      const keys = propertyNames(type.flags.map((flag) => flag.name));
      lines.block(`export interface ${name}`, () => {
        for (const [i, flag] of type.flags.entries()) {
          lines.docs(flag.docs);
          lines.add(`${keys[i]}?: boolean;`);
        }
      });
      break;
    }
    case 'variant':
      union(name, type.cases, (it: Case) => types.case(it.name, it.type), lines);
      break;
    case 'enum':
      union(name, type.cases, (it) => literal(it.name), lines);
      break;
    default:
      lines.add(`export type ${name} = ${types.text(type)};`);
  }
}

/** The longest line that a union is put in. */
const MAX_LINE = 100;

function union<T extends Label>(name: string, cases: readonly T[], text: (it: T) => string, lines: Lines): void {
  const head = `export type ${name} =`;
  const inOneLine = `${head} ${cases.map(text).join(' | ')};`;
  if (inOneLine.length <= MAX_LINE && cases.every((it) => it.docs === undefined)) {
    lines.add(inOneLine);
    return;
  }
  lines.add(head);
  lines.indented(() => {
    for (const [i, it] of cases.entries()) {
      lines.docs(it.docs);
      lines.add(`| ${text(it)}${i === cases.length - 1 ? ';' : ''}`);
    }
  });
}
