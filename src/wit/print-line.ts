import { escapeLabel, isLabel, shown } from './label.js';
import type { FunctionItem, ResolvedType, ResourceType, ValueType } from './model.js';
import { parseFunctionName } from './names.js';
import { functionText, type TypeContext, typeText } from './print-type.js';

/** Where a line is cut: it goes into messages. */
const MAX_LINE = 240;

/**
 * A type as one line of WIT for messages: named types by their names, the rest spelt out; cut at 240 characters. Never throws,
 * whatever the names are.
 * @example printType(type) // 'result<list<message>, string>'
 */
export function printType(type: ValueType | ResourceType): string {
  if (type.kind === 'resource') return 'resource';
  return line((context) => typeText(type, context));
}

/**
 * A function as one line of WIT for messages, with the resource it belongs to; cut at 240 characters. Never throws.
 * @example printFunction(item) // 'counter.add: func(n: u32) -> u32'
 */
export function printFunction(item: FunctionItem): string {
  const { kind, resource, name } = parseFunctionName(item.name);
  const text = line((context) => functionText(item, context));
  if (kind === 'constructor') return `${label(resource!)}: ${text}`;
  return `${resource === undefined ? '' : `${label(resource)}.`}${label(name)}: ${text}`;
}

/** A definition's name as a message shows it. */
function label(name: string): string {
  return isLabel(name) ? escapeLabel(name) : shown(name);
}

class Full extends Error {}

function line(print: (context: TypeContext) => string): string {
  let total = 0;
  const context: TypeContext = {
    nameOf: (definition) => label(definition.name),
    label,
    anonymous: (type, depth) => anonymous(type, context, depth),
    tooDeep: () => '…',
    // Every level counts its text again, so this also bounds the work.
    grown: (length) => {
      total += length;
      if (total > 100 * MAX_LINE) throw new Full();
    },
  };
  try {
    const text = print(context);
    return text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text;
  } catch (error) {
    if (error instanceof Full) return '…';
    throw error;
  }
}

function anonymous(type: ResolvedType, context: TypeContext, depth: number): string {
  const many = (parts: readonly string[]) => `${type.kind} { ${parts.join(', ')} }`;
  switch (type.kind) {
    case 'record':
      return many(type.fields.map((field) => `${label(field.name)}: ${typeText(field.type, context, depth + 1)}`));
    case 'variant':
      return many(
        type.cases.map((one) =>
          one.type === undefined ? label(one.name) : `${label(one.name)}(${typeText(one.type, context, depth + 1)})`,
        ),
      );
    case 'enum':
      return many(type.cases.map((one) => label(one.name)));
    case 'flags':
      return many(type.flags.map((one) => label(one.name)));
    default:
      return type.kind;
  }
}
