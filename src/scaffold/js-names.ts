const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/** A name where JavaScript declares one: words it keeps for itself get a `_`. */
export function parameterName(name: string): string {
  return RESERVED.has(name) ? `${name}_` : name;
}
