import { ComponentError } from '../../src/errors/index.js';
import { resolve, type ValueType } from '../../src/wit/index.js';

/**
 * What a call came to, as text that is equal exactly if the outcomes are: what the import of the relay was given, and what the
 * export then did. The class of a failure counts, not its words.
 */
export interface Outcome {
  readonly given?: string;
  readonly then: string;
}

type Any = any;

export function outcomeOf(call: () => unknown): string {
  try {
    return `returns ${show(call())}`;
  } catch (error) {
    return isComponentError(error) ? `error ${show((error as Any).payload)}` : 'throws';
  }
}

/** An error of the component, ours or jco's: both carry the payload. */
function isComponentError(error: unknown): boolean {
  return error instanceof Error && Object.hasOwn(error, 'payload');
}

/** The answer of an import of type `func(value: T) -> T`: a result is returned or thrown. */
export function echo(type: ValueType, value: Any): unknown {
  if (resolve(type).kind !== 'result') return value;
  if (value.tag === 'ok') return value.val;
  throw new ComponentError(value.val);
}

/** A value as text. Objects are compared by their own properties, whatever their prototype is; buffers by type and contents. */
export function show(value: Any): string {
  switch (typeof value) {
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'string':
      return JSON.stringify(value);
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
      if (ArrayBuffer.isView(value)) return `${value.constructor.name}[${[...(value as Any)].map(show).join(', ')}]`;
      if (value instanceof Map) return `Map{${[...value].map(([k, v]) => `${show(k)} => ${show(v)}`).join(', ')}}`;
      const keys = Object.keys(value).sort();
      return `{${keys.map((key) => `${key}: ${show(value[key])}`).join(', ')}}`;
    }
    default:
      return String(value);
  }
}
