/** Whether what a core module exports may be given to one that imports it (core specification, "Matching"). */
import type { CoreFunctionType, CoreLimits, CoreValueType } from '../binary/index.js';
import type { CoreItem } from './entities.js';

/** Whether `given` may stand where `asked` is. What is not known of a type is left to the engine. */
export function itemFits(given: CoreItem, asked: CoreItem): boolean {
  switch (asked.sort) {
    case 'func':
    case 'tag': {
      if (given.sort !== asked.sort) return false;
      return !(given.signature && asked.signature) || sameSignature(given.signature, asked.signature);
    }
    case 'memory': {
      if (given.sort !== 'memory') return false;
      if (!(given.type && asked.type)) return true;
      return given.type.pageSize === asked.type.pageSize && limitsFit(given.type.limits, asked.type.limits);
    }
    case 'table': {
      if (given.sort !== 'table') return false;
      if (!(given.type && asked.type)) return true;
      return sameType(given.type.element, asked.type.element) && limitsFit(given.type.limits, asked.type.limits);
    }
    case 'global': {
      if (given.sort !== 'global') return false;
      if (!(given.type && asked.type)) return true;
      const [one, other] = [given.type, asked.type];
      if (one.mutable !== other.mutable || one.shared !== other.shared) return false;
      return one.mutable ? sameType(one.type, other.type) : isSubtype(one.type, other.type);
    }
  }
}

/** Whether the type of a function is known, which the canonical ABI relies on. */
export function hasType(item: CoreItem): boolean {
  return item.sort !== 'func' || item.signature !== undefined;
}

export function signatureOf(item: CoreItem): CoreFunctionType | undefined {
  return item.sort === 'func' ? item.signature : undefined;
}

export function sameSignature(a: CoreFunctionType, b: CoreFunctionType): boolean {
  const same = (x: readonly CoreValueType[], y: readonly CoreValueType[]) =>
    x.length === y.length && x.every((type, i) => sameType(type, y[i]!));
  return same(a.params, b.params) && same(a.results, b.results);
}

/** One key for each pair of names. */
export function importKey({ module, name }: { readonly module: string; readonly name: string }): string {
  return `${module.length}:${module}${name}`;
}

function limitsFit(given: CoreLimits, asked: CoreLimits): boolean {
  if (given.shared !== asked.shared || given.wide !== asked.wide || given.minimum < asked.minimum) return false;
  return asked.maximum === undefined || (given.maximum !== undefined && given.maximum <= asked.maximum);
}

function sameType(a: CoreValueType, b: CoreValueType): boolean {
  if (a === b) return true;
  const [one, other] = [parseReference(a), parseReference(b)];
  if (one === undefined || other === undefined || one.nullable !== other.nullable) return false;
  return isDefined(one.heap) && isDefined(other.heap);
}

function isSubtype(a: CoreValueType, b: CoreValueType): boolean {
  if (sameType(a, b)) return true;
  const [one, other] = [parseReference(a), parseReference(b)];
  if (one === undefined || other === undefined || (one.nullable && !other.nullable)) return false;
  // The hierarchy above and below a defined type is the engine's to know.
  if (one.heap === other.heap || isDefined(one.heap) || isDefined(other.heap)) return true;
  return SUPERTYPES[one.heap]?.includes(other.heap) ?? false;
}

function parseReference(type: CoreValueType): { nullable: boolean; heap: string } | undefined {
  if (!type.startsWith('ref ')) return undefined;
  const nullable = type.startsWith('ref null ');
  return { nullable, heap: type.slice(nullable ? 'ref null '.length : 'ref '.length) };
}

/** Types that a module defines itself are numbered there; two modules' numbers say nothing about each other. */
function isDefined(heap: string): boolean {
  return /\d$/.test(heap) && heap !== 'i31';
}

const SUPERTYPES: Readonly<Record<string, readonly string[]>> = {
  eq: ['any'],
  i31: ['eq', 'any'],
  struct: ['eq', 'any'],
  array: ['eq', 'any'],
  none: ['i31', 'struct', 'array', 'eq', 'any'],
  nofunc: ['func'],
  noextern: ['extern'],
  noexn: ['exn'],
  nocont: ['cont'],
};
