import type { Helper } from './helpers.js';
import { Reader } from './reader.js';
import { Writer } from './writer.js';

/** What the name section calls what the rewriter added. */
export const OWN_PREFIX = 'hatchway limits: ';

const FUNCTIONS = 1;
const LABELS = 3;
const GLOBALS = 7;

/**
 * The body of the rewritten `name` section: functions keep theirs, globals that moved too; labels are dropped, since checks
 * have labels of their own. `old` is the body after the section's name; what of it cannot be read is dropped, as engines do.
 */
export function rewriteNames(
  old: Reader | undefined,
  helpers: readonly Helper[],
  firstHelper: number,
  moved: (global: number) => number,
): Writer {
  const out = new Writer();
  out.name('name');
  let functionsWritten = false;
  const functions = (from?: Reader) => {
    functionsWritten = true;
    writeFunctions(out, from, helpers, firstHelper);
  };
  try {
    while (old !== undefined && !old.done) {
      const id = old.byte();
      const size = old.u32();
      const start = old.at;
      old.skip(size);
      const body = new Reader(old.bytes, start, old.at, 'custom');
      if (id > FUNCTIONS && !functionsWritten) functions();
      if (id === FUNCTIONS) functions(body);
      else if (id === GLOBALS) writeGlobals(out, body, moved);
      else if (id !== LABELS) subsection(out, id, (to) => to.copy(body.bytes, body.at, body.end));
    }
  } catch {
    // The rest has no names.
  }
  if (!functionsWritten) functions();
  return out;
}

/** Nothing is written where `write` fails. */
function subsection(out: Writer, id: number, write: (to: Writer) => void): void {
  const body = new Writer();
  write(body);
  out.byte(id);
  out.u32(body.length);
  out.bytes(body.written());
}

function writeFunctions(out: Writer, old: Reader | undefined, helpers: readonly Helper[], first: number): void {
  let count = 0;
  if (old !== undefined) count = old.u32();
  if (count + helpers.length === 0) return;
  subsection(out, FUNCTIONS, (to) => {
    to.u32(count + helpers.length);
    if (old !== undefined) to.copy(old.bytes, old.at, old.end);
    helpers.forEach(({ name }, i) => {
      to.u32(first + i);
      to.name(OWN_PREFIX + name);
    });
  });
}

function writeGlobals(out: Writer, old: Reader, moved: (global: number) => number): void {
  subsection(out, GLOBALS, (to) => {
    const count = old.u32();
    to.u32(count);
    for (let i = 0; i < count; i++) {
      to.u32(moved(old.u32()));
      const start = old.at;
      old.skipName();
      to.copy(old.bytes, start, old.at);
    }
  });
}
