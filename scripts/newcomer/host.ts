import { createHost, isErrorOf } from 'hatchway';
import { type Imports, plugin as world } from './plugin.ts';

const imports: Imports = { 'demo:notes/log': { write: (line) => console.log(`log: ${line}`) } };
const shout = await (await createHost()).load('shout/build/shout.wasm', { world });
const { exports } = await shout.instantiate({ imports });

const note = { title: 'milk', body: '', stars: 3 };
console.log(await exports.filter.transform(note));
try {
  await exports.filter.transform({ ...note, title: '' });
} catch (error) {
  if (!isErrorOf(exports.filter.transform, error)) throw error;
  console.log(`refused: ${error.payload.toUpperCase()}`);
}
