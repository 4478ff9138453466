/** How values and names are shown in errors. */

/** What a value is, whichever globals it was made with. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

export function textOf(error: Error): string {
  return error.name === 'Error' || !error.name ? error.message : `${error.name}: ${error.message}`;
}

export function isCharacter(value: string): boolean {
  const [first, second] = value;
  return first !== undefined && second === undefined && !/[\ud800-\udfff]/u.test(value);
}

export function oneOf(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' | ');
}

export function describe(value: unknown): string {
  if (typeof value === 'string')
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === 'number') return `the number ${Object.is(value, -0) ? '-0' : value}`;
  if (typeof value === 'bigint') return `the bigint ${value}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Promise) return 'a promise';
  return Array.isArray(value) ? 'an array' : 'an object';
}
