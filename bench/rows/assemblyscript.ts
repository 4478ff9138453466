/** What generated bindings cost an AssemblyScript guest, against the Canonical ABI written by hand. */
import { loop, type Subject } from '../measure.js';
import type { Result, Row } from '../row.js';
import { assemblyScript, assemblyScriptCalls, type Way } from '../subjects/assemblyscript.js';

const item = { id: 7, name: 'a name of some length', ratio: 0.5, tags: ['one', 'two', 'three'] };

export const assemblyScriptRows: Row[] = (
  [
    ['as-string', 'string echo: 128 characters', 'sum += f.echoString(x).length;', 'sixteen letters!'.repeat(8)],
    ['as-record', 'record echo', 'sum += f.echoItem(x).id;', item],
    ['as-strings', 'list<string> echo: 50', 'sum += f.echoStrings(x).length;', Array.from({ length: 50 }, String)],
    ['as-records', 'list<record> echo: 20', 'sum += f.echoItems(x).length;', Array.from({ length: 20 }, () => item)],
    ['as-bytes', 'list<u8> echo: 1 KiB', 'sum += f.echoBytes(x).length;', new Uint8Array(1024).fill(7)],
  ] as const
).map(([id, title, body, x]) => {
  const subject = (way: Way): Subject => ({
    name: way,
    prepare: async () => loop(body, await assemblyScriptCalls(way), x),
  });
  return {
    id,
    title: `AssemblyScript guest: ${title}`,
    subjects: [subject('by hand'), subject('bindings')],
    goals: [{ of: 'bindings', against: 'by hand', atMost: 1.3 }],
  };
});

/** How large the two are. */
export async function assemblyScriptSizes(): Promise<Result> {
  const [byHand, bindings] = await Promise.all((['by hand', 'bindings'] as const).map(assemblyScript));
  const figure = (subject: string, bytes: Uint8Array) => ({
    ...{ subject, value: bytes.length / 1024, ratio: bytes.length / byHand!.length },
  });
  return {
    ...{ id: 'as-size', title: 'AssemblyScript guest: the component', unit: 'KB' },
    figures: [figure('by hand', byHand!), figure('bindings', bindings!)],
    goals: [],
  };
}
