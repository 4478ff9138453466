/**
 * Commands that do not count, each by a rule with the reason. A rule looks at what happened, never at the name of a script
 * or a line in it, so that it holds for other revisions of a suite, too.
 */
import { decodeComponent } from '../../src/component/binary/index.js';
import { HatchwayError } from '../../src/errors/index.js';
import type { Command } from './script.js';

/** A command that was not carried out. Those that need what it would have made are not, either. */
export class Skip extends Error {}

const ENGINE = `the engine (Node ${process.versions.node.split('.')[0]}) lacks the core feature`;

/** @throws Skip if a rule says that the command cannot be carried out as it stands. */
export function checkCommand({ module_type: form }: Command): void {
  if (form === 'text' || form === 'quote') throw new Skip('a rule of the text format: hatchway reads binaries only');
}

/** Why a component that did not load or start does not count; `undefined` if it does. */
export function reasonFor(error: unknown): string | undefined {
  if (!(error instanceof HatchwayError)) return undefined;
  switch (error.code) {
    case 'core-module':
      return 'a core module by itself: the engine runs those';
    case 'unsupported':
      return /asynchronous ABI/.test(error.message) ? 'asynchronous ABI: it decodes, and does not run yet' : undefined;
    case 'invalid': {
      const lacking = FEATURES.find(([pattern]) => pattern.test(error.message));
      return error.cause instanceof WebAssembly.CompileError && lacking ? `${ENGINE}: ${lacking[1]}` : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * Why a call that returned and should have trapped does not count; `undefined` if it does. Scripts from before the rule on
 * wrapping ask a component and its child to keep out of each other; the specification's text lets them call each other while
 * neither is entered from outside (CanonicalABI.md, `may_enter_from`). Where a component imports nothing and has one child,
 * no other entry can be meant.
 */
export function reasonForReturn({ text }: Command, component: Uint8Array): string | undefined {
  if (!/cannot enter component instance/.test(text ?? '')) return undefined;
  const { definitions } = decodeComponent(component);
  const children = definitions.filter((it) => it.kind === 'instance' && it.form === 'instantiate');
  if (children.length !== 1 || definitions.some((it) => it.kind === 'import')) return undefined;
  return 'the specification lets a component and its child call each other, which the script does not know yet';
}

/** What V8 says of a module that uses what it does not have. */
const FEATURES: readonly (readonly [RegExp, string])[] = [
  [/one memory|memory count of/, 'several memories'],
  [/Invalid opcode 0x1f|0x69.*exnref|exnref/i, 'exceptions by reference'],
];
