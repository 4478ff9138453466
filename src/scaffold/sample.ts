import { resolve, type ValueType } from '../wit/index.js';

/** A value of a type as the command line writes it, or `undefined` where that has no text: resources. */
export function sampleText(type: ValueType): string | undefined {
  const resolved = resolve(type);
  const all = (types: readonly ValueType[]): string[] | undefined => {
    const texts = types.map(sampleText);
    return texts.every((text) => text !== undefined) ? texts : undefined;
  };
  switch (resolved.kind) {
    case 'bool':
      return 'false';
    case 'char':
      return "'a'";
    case 'string':
      return '""';
    case 'list': {
      const element = sampleText(resolved.element);
      if (element === undefined) return undefined;
      return `[${Array(resolved.length ?? 0)
        .fill(element)
        .join(', ')}]`;
    }
    case 'map':
      return '[]';
    case 'tuple': {
      const items = all(resolved.items);
      return items && `(${items.join(', ')})`;
    }
    case 'record': {
      const values = all(resolved.fields.map((field) => field.type));
      return values && `{${resolved.fields.map((field, i) => `${label(field.name)}: ${values[i]}`).join(', ')}}`;
    }
    case 'flags':
      return '{}';
    case 'enum':
      return label(resolved.cases[0]!.name);
    case 'variant': {
      const first = resolved.cases.find((each) => each.type === undefined) ?? resolved.cases[0]!;
      if (first.type === undefined) return label(first.name);
      const payload = sampleText(first.type);
      return payload === undefined ? undefined : `${label(first.name)}(${payload})`;
    }
    case 'option':
      return 'none';
    case 'result': {
      if (resolved.ok === undefined) return 'ok';
      const ok = sampleText(resolved.ok);
      return ok === undefined ? undefined : `ok(${ok})`;
    }
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      return undefined;
    default:
      return '0';
  }
}

/** Words of the value syntax are names behind a `%`. */
function label(name: string): string {
  return ['true', 'false', 'some', 'none', 'ok', 'err', 'inf', 'nan'].includes(name) ? `%${name}` : name;
}
