/** Where hatchway and the reference may judge an artifact differently, and why. What no rule matches is a bug of one of them. */
import type { Judgement } from './judge.js';
import type { Verdict } from './reference.js';

interface Rule {
  readonly reason: string;
  /** Of hatchway's message, where hatchway refuses what the reference takes. */
  readonly ours?: RegExp;
  /** Of the reference's message, where it is the other way round. */
  readonly theirs?: RegExp;
}

export const RULES: readonly Rule[] = [
  {
    reason: 'hatchway does not run start functions and values of components, nor reads them',
    ours: /start functions and values are not supported|is not supported/,
  },
  {
    reason:
      'names that say where a dependency comes from are not in the specification any more; the reference still reads them',
    ours: /^"(?:unlocked-dep|locked-dep|url|integrity)=.* is not a valid import or export name/,
  },
  {
    reason: 'hatchway bounds the size of a value, before anything of that size is made',
    ours: /takes 268435456 bytes or more/,
  },
  {
    reason: 'hatchway bounds the parts and the nesting of a type',
    ours: /a type has more than 1000000 parts|nests? deeper than 100/,
  },
  {
    reason:
      'the specification has a stream or future not carry a borrow (Explainer.md, "Asynchronous Value Types"); the reference does not check it',
    ours: /a (?:stream|future) cannot carry a borrow/,
  },
  {
    reason:
      'the specification has keys of maps be what can be compared (Explainer.md, "map"); the reference does not check it',
    ours: /a map cannot have keys of type/,
  },
  {
    reason: 'the specification has what is implemented be an interface; the reference takes any name',
    ours: /implements .*, which is not the id of an interface/,
  },
  {
    reason: 'the reference does not notice that the last core module or component is cut short',
    ours: /reaches past the end of the bytes \(at byte 0x[0-9a-f]+, (?:core module|component) section\)/,
  },
  {
    reason:
      'two names of one resource are one type (Explainer.md, "Type Definitions"); the reference tells them apart where an export is ascribed',
    theirs: /resource types are not the same \(ResourceId \{ globally_unique_id: (\d+),.*globally_unique_id: \1,/,
  },
];

/** Why they part here; `undefined` where nothing says so. */
export function reasonFor(ours: Judgement, theirs: Verdict): string | undefined {
  return RULES.find((rule) =>
    ours.error ? rule.ours?.test(ours.error.message) : rule.theirs?.test(theirs.error ?? ''),
  )?.reason;
}

/** Whether they say the same; a core module is the engine's to judge, whose features are not the reference's. */
export function agree(ours: Judgement, theirs: Verdict): boolean {
  return ours.engine === true || (ours.error === undefined) === (theirs.error === undefined);
}
