import { quote } from '../errors/index.js';
import { type ResolvedType, resolve, type ValueType } from '../wit/index.js';

/** What a value of the type looks like, for an error: `a u8`, `a record {a: …, b: …}`. */
export function expectation(type: ValueType): string {
  const resolved = resolve(type);
  switch (resolved.kind) {
    case 'bool':
      return 'true or false';
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
      return `an ${resolved.kind}`;
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
      return `a ${resolved.kind}`;
    case 'char':
      return "a char 'x'";
    case 'string':
      return 'a string "…"';
    case 'list':
      return resolved.length === undefined ? 'a list […]' : `a list of ${resolved.length} […]`;
    case 'map':
      return 'a map [(key, value), …]';
    case 'tuple':
      return `a tuple of ${resolved.items.length} (…)`;
    case 'record':
      return 'a record {name: value, …}';
    case 'flags':
      return 'flags {name, …}';
    case 'enum':
      return `one of ${names(resolved.cases)}`;
    case 'variant':
      return `one of ${names(resolved.cases)}`;
    case 'option':
      return 'some(…) or none';
    case 'result':
      return 'ok(…) or err(…)';
    default:
      return withoutText(resolved);
  }
}

/** Names to choose from, a dozen at most. */
export function names(choices: readonly { readonly name: string }[]): string {
  const shown = choices.slice(0, 12).map(({ name }) => quote(name));
  if (choices.length > shown.length) shown.push(`${choices.length - shown.length} more`);
  return shown.join(', ');
}

/** The kinds of types whose values cannot be written: they only mean something inside a running instance. */
export function withoutText(type: ResolvedType): string {
  switch (type.kind) {
    case 'own':
    case 'borrow':
      return `a handle of the resource ${quote(type.resource.name)}`;
    case 'error-context':
      return 'an error-context';
    default:
      return `a ${type.kind}`;
  }
}
