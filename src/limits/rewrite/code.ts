import { walkBody } from './body.js';
import { CheckCode, type FixedCode, type LoopCode } from './checks.js';
import { SMALL_BULK, UNPAID, UNPAID_EXACT, UNPAID_LEAF } from './costs.js';
import { Edits, INDEX, LOCAL, NOTHING } from './edits.js';
import { ExactBlocks } from './exact-blocks.js';
import { Helpers } from './helpers.js';
import { LongestPath } from './longest-path.js';
import type { Policy } from './policy.js';
import * as section from './sections.js';
import type { Survey } from './survey.js';
import { Writer } from './writer.js';

/** The engine's bound on one function's body. */
const MAX_BODY_BYTES = 7_654_321;
/** Its bound on a function's locals, parameters included. */
const MAX_LOCALS = 50_000;

/** The code section with its checks, absent where there is no code, and the functions that the checks call. */
export interface RewrittenCode {
  readonly code: Writer | undefined;
  readonly helpers: Helpers;
}

/** Puts the checks into every function of a module. */
export function rewriteCode(sections: section.Sections, survey: Survey, policy: Policy): RewrittenCode {
  const { interruption, maxStretch, chunkBytes } = policy;
  const { counts } = survey;
  const code = new CheckCode({
    interruption,
    memory: survey.imported[2] + survey.memories.length,
    global: survey.imported[3],
    refuel: survey.functions,
  });
  const small = interruption === 'exact-fuel' || chunkBytes < SMALL_BULK ? 0 : SMALL_BULK;
  const helpers = new Helpers(survey.functions, code, chunkBytes, small);
  if (!survey.interruptible) return { code: undefined, helpers };
  if (counts) helpers.addRefuel(survey.params.length, survey.tableCount);

  const edits = new Edits();
  const placement =
    interruption === 'exact-fuel' ? new ExactBlocks(edits, maxStretch) : new LongestPath(edits, maxStretch, counts);
  const context = {
    importedFunctions: survey.imported[0],
    importedGlobals: survey.imported[3],
    counts,
    params: survey.params,
    helpers,
    placement,
    edits,
  };
  const reader = sections.open(section.CODE);
  const bodies = new Writer((reader.end - reader.at) * 1.5 + 1024);
  const functions = reader.u32();
  // How many there are with the helpers is known at the end.
  const total = bodies.reserve();
  const types = sections.open(section.FUNCTION);
  types.u32();
  const plain = code.loop(undefined, 0);
  const counted = new Map<number, { check: FixedCode; loop: LoopCode }>();
  for (let i = 0; i < functions; i++) {
    const size = reader.u32();
    const start = reader.at;
    reader.skip(size);
    const body = reader.slice(start, reader.at);
    const groups = body.u32();
    const afterCount = body.at;
    let locals = survey.params[types.u32()]!;
    for (let n = groups; n > 0; n--) {
      locals += body.u32();
      body.valueType();
    }
    edits.clear();
    const count = edits.add(start, NOTHING, 0);
    const declaration = edits.add(body.at, NOTHING, 0);
    const countable = counts && locals < MAX_LOCALS;
    const calls = walkBody(body, context, countable);
    let loop = plain;
    let check: FixedCode = code;
    if (countable && (placement.loops || edits.checks)) {
      // Many functions have as many locals as others.
      const key = calls ? locals : -1 - locals;
      let codes = counted.get(key);
      if (codes === undefined) {
        const unpaid = interruption === 'exact-fuel' ? UNPAID_EXACT : calls ? UNPAID : UNPAID_LEAF;
        codes = { check: code.inLocal(locals), loop: code.loop(locals, Math.min(unpaid, maxStretch)) };
        counted.set(key, codes);
      }
      if (!placement.loops) check = codes.check;
      loop = codes.loop;
      edits.settle(count, INDEX, groups + 1, afterCount - start);
      edits.settle(declaration, LOCAL, 0);
    }
    const grown = size + edits.growth(check, loop);
    if (grown > MAX_BODY_BYTES)
      reader.fail(`function ${survey.imported[0] + i} with its checks is larger than engines take`, start);
    bodies.u32(grown);
    edits.apply(check, loop, reader.bytes, start, body.end, bodies);
  }
  bodies.fill(total, functions + helpers.all.length);
  for (const { body } of helpers.all) {
    bodies.u32(body.length);
    bodies.bytes(body);
  }
  return { code: bodies, helpers };
}
