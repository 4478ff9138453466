import * as v from 'valibot';
import { quote } from '../errors/index.js';
import type { Problems } from './problems.js';

/** What leads to a value: keys and indices. */
export type ValuePath = readonly (string | number)[];

/** Says where something is, to a person. `key`: the key itself, not what stands under it. */
export type PlaceOf = (path: ValuePath, part?: 'key') => string;

/** Names that would reach the prototype of an object, and that valibot passes over in silence. */
const UNUSABLE = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_DEPTH = 20;

/**
 * The value as the schema has it, or `undefined`; everything wrong with it goes to `problems`.
 * @param what the value is called
 */
export function validate<const T extends v.GenericSchema>(
  schema: T,
  value: unknown,
  placeOf: PlaceOf,
  problems: Problems,
): v.InferOutput<T> | undefined {
  if (!isPlain(value, [], placeOf, problems)) return undefined;
  const result = v.safeParse(schema, value, { abortPipeEarly: true });
  if (result.success) return result.output;
  for (const issue of result.issues.flatMap((it) => deepest(it))) {
    const last = issue.path.at(-1);
    problems.add(
      placeOf(
        issue.path.map(({ key }) => key),
        last?.origin === 'key' ? 'key' : undefined,
      ),
      issue.message,
    );
  }
  return undefined;
}

interface Found {
  readonly path: readonly { readonly key: string | number; readonly origin: string }[];
  readonly message: string;
}

/**
 * Of the alternatives that a value is none of, the one it was meant to be: the one whose complaint lies deepest in the value.
 * Where none goes deeper, the alternatives as a whole.
 */
function deepest(issue: v.BaseIssue<unknown>, prefix: Found['path'] = []): Found[] {
  const path = [...prefix, ...((issue.path ?? []) as unknown as Found['path'])];
  // A list is meant to be the list among the alternatives, an object the object.
  const type = Array.isArray(issue.input) ? 'array' : 'object';
  const inner = (issue.issues ?? []).filter((it) => it.path?.[0]?.type === type);
  if (issue.type !== 'union' || inner.length === 0) return [{ path, message: issue.message }];
  const found = inner.flatMap((it) => deepest(it as v.BaseIssue<unknown>, path));
  const places = new Set<string>();
  // Several alternatives may complain of one place: the first says it.
  return found.filter((it) => {
    const place = JSON.stringify(it.path.map(({ key, origin }) => [key, origin]));
    return !places.has(place) && places.add(place);
  });
}

/** Whether a value is made of lists and plain objects, whose names can be used. */
function isPlain(value: unknown, path: ValuePath, placeOf: PlaceOf, problems: Problems): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (path.length > MAX_DEPTH) {
    problems.add(placeOf(path), 'this lies too deep');
    return false;
  }
  const prototype: unknown = Array.isArray(value) ? null : Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    problems.add(placeOf(path), 'only plain objects and lists are read here');
    return false;
  }
  let usable = true;
  for (const key of Object.keys(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (UNUSABLE.has(key)) {
      problems.add(placeOf(at, 'key'), `${quote(key)} is a name that cannot be used here`);
      usable = false;
    } else if (!isPlain((value as Record<string, unknown>)[key], at, placeOf, problems)) usable = false;
  }
  return usable;
}
