import type { ResourceType, ValueType } from './model.js';

/** The types a type is made of, one level down and in order. References and handles name their type and have no parts. */
export function partsOf(type: ValueType | ResourceType): ValueType[] {
  switch (type.kind) {
    case 'list':
      return [type.element];
    case 'map':
      return [type.key, type.value];
    case 'tuple':
      return [...type.items];
    case 'record':
      return type.fields.map((field) => field.type);
    case 'variant':
      return present(type.cases.map((one) => one.type));
    case 'option':
      return [type.some];
    case 'result':
      return present([type.ok, type.error]);
    case 'stream':
    case 'future':
      return present([type.element]);
    default:
      return [];
  }
}

/** Those that are there. */
export function present(types: readonly (ValueType | undefined)[]): ValueType[] {
  return types.filter((type) => type !== undefined);
}
