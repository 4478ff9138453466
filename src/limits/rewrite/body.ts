import { BULK, CALL, EXCEPTION, IMPORTED_CALL, MEMORY_GROW } from './costs.js';
import {
  CALL_INSTEAD,
  type Edits,
  INDEX,
  CALL as INSERTED_CALL,
  LOOP_CHECK,
  UNWRAP,
  WRAP,
  WRAPPED_CHECK,
} from './edits.js';
import type { Helpers } from './helpers.js';
import { skipAtomic, skipBlockType, skipVector } from './immediates.js';
import { BLOCK, type FrameKind, IF, LOOP, type Placement, TRY } from './placement.js';
import { PlainRun } from './plain.js';
import type { Reader } from './reader.js';

/** What of the module the walk over a body must know. */
export interface BodyContext {
  readonly importedFunctions: number;
  readonly importedGlobals: number;
  /** Whether fuel is counted: the globals that the module defines come two later. */
  readonly counts: boolean;
  /** How many parameters functions have, by type. */
  readonly params: readonly number[];
  readonly helpers: Helpers;
  readonly placement: Placement;
  readonly edits: Edits;
}

const WITH_GLOBALS = new PlainRun(true);
const WITHOUT_GLOBALS = new PlainRun(false);

/**
 * Walks one function's body, from its first instruction, and notes what changes. `reader` ends where the body does; `wrap`
 * says whether loops are wrapped.
 * @returns whether it calls other functions than helpers
 * @throws HatchwayError `unsupported`, with the offset, at an instruction that is not known here.
 */
export function walkBody(reader: Reader, context: BodyContext, wrap: boolean): boolean {
  const { placement, helpers, edits, importedFunctions } = context;
  const { bytes, end } = reader;
  const { counts } = context;
  const plain = counts ? WITHOUT_GLOBALS : WITH_GLOBALS;
  let at = reader.at;
  let depth = 0;
  /** How many wrapped loops there are around the inside of each frame, itself included. */
  const wraps: number[] = [0];
  /** The edits of the headers of loops. */
  const headers: number[] = [];
  let calls = false;
  let callsHelpers = false;
  /** What has been run through since the placement was last told. */
  let cost = 0;

  const tell = () => {
    placement.advance(cost);
    cost = 0;
  };
  const u32 = (): number => {
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      result |= (byte & 0x7f) << shift;
      if (!(byte >= 0x80)) return result >>> 0;
    }
  };
  const open = (kind: FrameKind) => {
    tell();
    depth++;
    wraps[depth] = wraps[depth - 1]!;
    placement.open(kind, at);
  };
  /** The label between `from` and here counts from frame `inside`; each wrapped loop that it crosses has put three more in between. */
  const relabel = (from: number, label: number, inside: number) => {
    const crossed = wraps[inside]! - wraps[inside - label]!;
    if (crossed > 0) edits.add(from, INDEX, label + 3 * crossed, at - from);
  };
  /** Whether the block type at the offset is that of a function with parameters. */
  const hasParameters = (from: number): boolean => {
    if (bytes[from]! >= 0x40 && bytes[from]! < 0x80) return false;
    const after = at;
    at = from;
    const type = u32();
    at = after;
    return context.params[type] !== 0;
  };
  /** An instruction that is expensive, with a check before it. */
  const checked = (start: number, price: number) => {
    tell();
    placement.check(start);
    cost = price;
  };
  /** An instruction as expensive as the operand on top of the stack says. */
  const tolled = (start: number, unit: 'bytes' | 'entries') => {
    if (counts) edits.add(start, INSERTED_CALL, helpers.toll(unit));
    checked(start, BULK);
  };
  /** A helper in place of the instruction at `start`. */
  const instead = (start: number, helper: number) => {
    edits.add(start, CALL_INSTEAD, helper, at - start);
    callsHelpers = true;
    placement.call();
    cost += helpers.price;
    tell();
  };
  const call = (price: number) => {
    calls = true;
    placement.call();
    cost += price;
    tell();
    placement.mayThrow();
  };

  placement.begin(at);
  let { room } = placement;
  while (at < end) {
    plain.step(bytes, at, end, room - cost + 1);
    at = plain.at;
    cost += plain.count;
    if (at >= end) break;
    const start = at;
    if (cost > room) {
      tell();
      placement.check(start);
      room = placement.room;
      continue;
    }
    const code = bytes[at++]!;
    cost++;
    switch (code) {
      case 0x01: // nop
        cost--;
        continue;
      case 0x23: // global.get
      case 0x24: {
        // global.set
        const from = at;
        const index = u32();
        if (index >= context.importedGlobals) edits.add(from, INDEX, index + 2, at - from);
        continue;
      }
      case 0x1c: // select, typed
        reader.at = at;
        for (let n = reader.u32(); n > 0; n--) reader.valueType();
        at = reader.at;
        continue;
      case 0xd0: // ref.null
        reader.at = at;
        reader.heapType();
        at = reader.at;
        continue;
      case 0x02: // block
        cost--;
        at = skipBlockType(reader, at);
        open(BLOCK);
        break;
      case 0x03: {
        // loop
        cost--;
        const from = at;
        at = skipBlockType(reader, at);
        tell();
        const wrapped = wrap && !hasParameters(from);
        if (wrapped) edits.add(start, WRAP, at - from);
        depth++;
        wraps[depth] = wraps[depth - 1]! + (wrapped ? 1 : 0);
        headers[depth] = placement.open(LOOP, at, wrapped ? WRAPPED_CHECK : LOOP_CHECK);
        break;
      }
      case 0x04: // if
        at = skipBlockType(reader, at);
        open(IF);
        break;
      case 0x06: // try
        cost--;
        at = skipBlockType(reader, at);
        open(TRY);
        break;
      case 0x1f: {
        // try_table
        at = skipBlockType(reader, at);
        open(TRY);
        for (let n = u32(); n > 0; n--) {
          const kind = bytes[at++]!;
          if (kind > 3) reader.fail(`unknown kind of handler ${kind}`, at - 1);
          if (kind < 2) u32();
          const from = at;
          const label = u32();
          relabel(from, label, depth - 1);
          placement.catchAt(label);
        }
        // The checks come after the handlers.
        placement.fallThrough(at);
        break;
      }
      case 0x05: // else
        cost--;
        tell();
        placement.otherwise(at);
        break;
      case 0x07: // catch
        u32();
        cost--;
        tell();
        placement.handler(at);
        break;
      case 0x19: // catch_all
        cost--;
        tell();
        placement.handler(at);
        break;
      case 0x0b: // end
        cost--;
        tell();
        placement.close(at);
        if (depth > 0 && wraps[depth]! > wraps[depth - 1]!) edits.add(at, UNWRAP, headers[depth]!);
        depth--;
        break;
      case 0x18: // delegate
        relabel(start + 1, u32(), depth - 1);
        cost--;
        tell();
        placement.close(at);
        depth--;
        break;
      case 0x0c: {
        // br
        tell();
        const label = u32();
        placement.branch(label, start);
        relabel(start + 1, label, depth);
        placement.stop();
        break;
      }
      case 0x0d: // br_if
      case 0xd5: // br_on_null
      case 0xd6: {
        // br_on_non_null
        tell();
        const label = u32();
        placement.branch(label, start);
        relabel(start + 1, label, depth);
        placement.fallThrough(at);
        break;
      }
      case 0x0e: {
        // br_table
        tell();
        const labels = u32();
        const first = at;
        for (let n = labels; n >= 0; n--) placement.branch(u32(), start);
        // What the branches come to stands before the instruction, so their labels come second.
        at = first;
        for (let n = labels; n >= 0; n--) {
          const from = at;
          relabel(from, u32(), depth);
        }
        placement.stop();
        break;
      }
      case 0x0f: // return
        tell();
        placement.leave(start);
        placement.stop();
        break;
      case 0x00: // unreachable
        tell();
        placement.stop();
        break;
      case 0x08: // throw
      case 0x09: {
        // rethrow
        const index = u32();
        cost += EXCEPTION;
        tell();
        placement.leave(start);
        if (code === 0x09) relabel(start + 1, index, depth);
        placement.mayThrow();
        placement.stop();
        break;
      }
      case 0x0a: // throw_ref
        cost += EXCEPTION;
        tell();
        placement.leave(start);
        placement.mayThrow();
        placement.stop();
        break;
      case 0x10: // call
        call(u32() < importedFunctions ? IMPORTED_CALL : CALL);
        break;
      case 0x11: // call_indirect
        u32();
        u32();
        call(CALL);
        break;
      case 0x14: // call_ref
        u32();
        call(CALL);
        break;
      case 0x12: // return_call
        call(u32() < importedFunctions ? IMPORTED_CALL : CALL);
        placement.leave(start);
        placement.stop();
        break;
      case 0x13: // return_call_indirect
        u32();
        u32();
        call(CALL);
        placement.leave(start);
        placement.stop();
        break;
      case 0x15: // return_call_ref
        u32();
        call(CALL);
        placement.leave(start);
        placement.stop();
        break;
      case 0x40: // memory.grow
        while (bytes[at++]! >= 0x80);
        checked(start, MEMORY_GROW);
        break;
      case 0xd3: // ref.eq
      case 0xfb:
        reader.refuse('garbage-collected types', start);
        break;
      case 0xfc: {
        const operation = u32();
        if (operation <= 7) continue; // truncations that saturate
        switch (operation) {
          case 8: // memory.init
            u32();
            u32();
            tolled(start, 'bytes');
            break;
          case 9: // data.drop
          case 13: // elem.drop
          case 16: // table.size
            u32();
            continue;
          case 10: {
            // memory.copy
            const to = u32();
            instead(start, helpers.copy(to, u32()));
            break;
          }
          case 11: // memory.fill
            instead(start, helpers.fill(u32()));
            break;
          case 12: // table.init
          case 14: // table.copy
            u32();
            u32();
            tolled(start, 'entries');
            break;
          case 15: // table.grow
          case 17: // table.fill
            u32();
            tolled(start, 'entries');
            break;
          default:
            reader.fail(`unknown instruction 0xfc 0x${operation.toString(16)}`, start);
        }
        break;
      }
      case 0xfd:
      case 0xfe: {
        const operation = u32();
        at = code === 0xfd ? skipVector(bytes, operation, at) : skipAtomic(bytes, operation, at);
        if (at < 0) reader.fail(`unknown instruction 0x${code.toString(16)} 0x${operation.toString(16)}`, start);
        continue;
      }
      default:
        reader.fail(`unknown instruction 0x${code.toString(16)}`, start);
    }
    room = placement.room;
  }
  if (at !== end || depth !== -1) reader.fail('a body does not end where its size says', at, 'malformed');
  placement.finish(calls || callsHelpers);
  return calls;
}
