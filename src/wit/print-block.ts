import { HatchwayError } from '../errors/index.js';
import { identifier, packagePath } from './label.js';
import type { FunctionItem, TypeDefinition } from './model.js';
import { parseFunctionName, parseInterfaceId } from './names.js';
import { printFunction } from './print-line.js';
import { functionText, typeText } from './print-type.js';
import type { Scope } from './scope.js';
import type { Text } from './text.js';
import { typesOfFunction } from './walk.js';

/** The body of an interface, or the types and functions of a world: what is written between one pair of braces. */
export interface Block {
  /** The package in which the block stands. */
  readonly package: string;
  readonly types: readonly TypeDefinition[];
  readonly functions: readonly FunctionItem[];
  /** What could not be said. */
  readonly notes: string[];
}

/** Types first, then functions with `keyword` before each, one blank line between two; the notes are left to the caller. */
export function printBlock(scope: Scope, block: Block, text: Text, keyword = ''): void {
  const resources = scope.declared.filter(({ type }) => type.kind === 'resource');
  const methods = new Map(resources.map(({ name }): [string, FunctionItem[]] => [name, []]));
  const free: FunctionItem[] = [];
  for (const item of block.functions) {
    scope.reach(typesOfFunction(item));
    const { kind, resource } = parseFunctionName(item.name);
    if (kind === 'free') free.push(item);
    else if (!methods.has(resource!)) block.notes.push(printFunction(item));
    else methods.get(resource!)!.push(item);
  }
  for (const { type } of scope.declared) if (type.kind !== 'resource') scope.reach([type]);

  for (const [id, names] of scope.uses) {
    const list = names.map(({ name, local }) =>
      name === local ? identifier(name) : `${identifier(name)} as ${identifier(local)}`,
    );
    text.line(`use ${interfacePath(id, block.package)}.{${list.join(', ')}};`);
  }
  for (const definition of scope.declared) {
    text.gap();
    text.docs(definition.docs);
    printDefinition(definition, methods.get(definition.name) ?? [], scope, block, text);
  }
  for (const item of free) {
    const line = functionLine(item, scope, block, keyword);
    if (line === undefined) continue;
    text.gap();
    text.docs(item.docs);
    text.line(line);
  }
}

/** `name: func(…);`, or `undefined` and a note if it names what no name reaches. */
export function functionLine(item: FunctionItem, scope: Scope, block: Block, keyword = ''): string | undefined {
  const { kind, name } = parseFunctionName(item.name);
  const prefix = kind === 'constructor' ? '' : `${keyword}${identifier(name)}: `;
  try {
    return `${prefix}${functionText(item, scope.context)};`;
  } catch (error) {
    if (!(error instanceof HatchwayError) || error.code !== 'unsupported') throw error;
    block.notes.push(keyword + printFunction(item));
    return undefined;
  }
}

function printDefinition(
  definition: TypeDefinition,
  methods: readonly FunctionItem[],
  scope: Scope,
  block: Block,
  text: Text,
): void {
  const name = identifier(definition.name);
  const { type } = definition;
  switch (type.kind) {
    case 'resource':
      printResource(name, methods, scope, block, text);
      break;
    case 'record':
      printParts(`record ${name}`, type.fields, text, (field) => `: ${typeText(field.type, scope.context)}`);
      break;
    case 'variant':
      printParts(`variant ${name}`, type.cases, text, (one) =>
        one.type === undefined ? '' : `(${typeText(one.type, scope.context)})`,
      );
      break;
    case 'enum':
      printParts(`enum ${name}`, type.cases, text, () => '');
      break;
    case 'flags':
      printParts(`flags ${name}`, type.flags, text, () => '');
      break;
    // Without `own<>` this would be another name of the resource, not of a handle to it.
    case 'own':
      text.line(`type ${name} = own<${typeText(type, scope.context)}>;`);
      break;
    default:
      text.line(`type ${name} = ${typeText(type, scope.context)};`);
  }
}

function printResource(name: string, methods: readonly FunctionItem[], scope: Scope, block: Block, text: Text): void {
  const lines = methods.flatMap((item) => {
    const line = functionLine(item, scope, block);
    return line === undefined ? [] : [{ docs: item.docs, line }];
  });
  if (lines.length === 0) {
    text.line(`resource ${name};`);
    return;
  }
  text.block(`resource ${name}`, () => {
    for (const { docs, line } of lines) {
      text.docs(docs);
      text.line(line);
    }
  });
}

function printParts<Part extends { readonly name: string; readonly docs?: string }>(
  head: string,
  parts: readonly Part[],
  text: Text,
  rest: (part: Part) => string,
): void {
  text.block(head, () => {
    for (const part of parts) {
      text.docs(part.docs);
      text.line(`${identifier(part.name)}${rest(part)},`);
    }
  });
}

/** An interface as text inside `inPackage` names it: the bare name within its own package. */
export function interfacePath(id: string, inPackage: string): string {
  const { package: base, name, version } = parseInterfaceId(id) ?? { package: id, name: id };
  const suffix = version === undefined ? '' : `@${version}`;
  if (base + suffix === inPackage) return identifier(name);
  const [path, at = ''] = packagePath(base + suffix).split(/(?=@)/);
  return `${path}/${identifier(name)}${at}`;
}
