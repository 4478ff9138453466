/** Where hatchway and the reference may judge an artifact differently, and why. What no rule matches is a bug of one of them. */
import type { Judgement } from './judge.js';
import { sectionsOf } from './mutate.js';
import type { Verdict } from './reference.js';

interface Rule {
  readonly reason: string;
  /** Of hatchway's message, where hatchway refuses what the reference takes. */
  readonly ours?: RegExp;
  /** Of the reference's message, where it is the other way round. */
  readonly theirs?: RegExp;
  /** Only of artifacts like this. */
  readonly where?: (bytes: Uint8Array) => boolean;
}

/** Whether a section of canonical definitions has this byte, in the artifact or in a component in it. */
const inCanon = (byte: number) =>
  function has(bytes: Uint8Array): boolean {
    return sectionsOf(bytes).some(({ id, body }) => (id === 8 && body.includes(byte)) || (id === 4 && has(body)));
  };

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
  {
    reason:
      'thread.available-parallelism (0x42) has a flag in the specification (Binary.md, "Canonical Definitions"); the reference reads none',
    ours: /./,
    theirs: /./,
    where: inCanon(0x42),
  },
  {
    reason:
      'the reference reads 0x20, an exact function of a proposal for core modules, wherever there are core sorts; the specification has none',
    ours: /unknown core (?:sort|import or export) 0x20/,
  },
  {
    reason:
      'names of interfaces that differ in case only are one name (Explainer.md, "Name Uniqueness": `foo:bar/BAZ`); the reference takes both',
    ours: /"[^"]*:[^"]*" is too like/,
  },
];

/** Why they part here; `undefined` where nothing says so. */
export function reasonFor(bytes: Uint8Array, ours: Judgement, theirs: Verdict): string | undefined {
  const matches = (rule: Rule) =>
    ours.error === undefined ? rule.theirs?.test(theirs.error ?? '') : rule.ours?.test(ours.error.message);
  return RULES.find((rule) => matches(rule) && (rule.where === undefined || rule.where(bytes)))?.reason;
}

/** Whether they say the same; a core module is the engine's to judge, whose features are not the reference's. */
export function agree(ours: Judgement, theirs: Verdict): boolean {
  return ours.engine === true || (ours.error === undefined) === (theirs.error === undefined);
}
