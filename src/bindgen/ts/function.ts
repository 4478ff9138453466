import type { FunctionType } from '../../wit/index.js';
import type { Types } from './types.js';

/** The type of a function as a property: as one, its parameters are checked strictly in both directions. */
export function functionText(type: FunctionType, types: Types, params = type.params): string {
  const returns = types.view === 'async' ? `Promise<${types.returns(type)}>` : types.returns(type);
  const text = `(${types.parameters(params)}) => ${returns}`;
  const error = types.throws(type);
  return error === undefined ? text : `Fallible<${text}, ${error}>`;
}
