/**
 * AssemblyScript bindings of a world: source text, made of the model alone. See `generateAs` for what becomes of each
 * type, and `names.ts` for what becomes of names.
 */
import type { World } from '../../wit/index.js';
import type { GeneratedFile } from '../file.js';
import { AbiFile } from './abi-file.js';
import { componentFile } from './component-file.js';
import { interfaceFile } from './interface-file.js';
import { Plan } from './plan.js';
import { witFile } from './wit-file.js';

/**
 * AssemblyScript bindings of a world, to be written into one folder beside the author's `plugin.ts`:
 *
 * | file | what it has |
 * |---|---|
 * | `<interface>.ts` | the types of an interface; if it is imported, its functions and resources, ready to be called; if it is exported, a comment with what `plugin.ts` has to export |
 * | `world.ts` | the same for what the world itself imports |
 * | `wit.ts` | `Result`, `Option` and what else AssemblyScript has not |
 * | `abi.ts`, `component.ts` | the glue; `component.ts` is the file to compile |
 *
 * `plugin.ts` exports a namespace for each exported interface, with its functions, and a class for each of its resources;
 * functions the world itself exports are exported as they are. A class may have a method `drop(): void`, called when the
 * host drops the last it has of an object.
 *
 * | WIT | AssemblyScript |
 * |---|---|
 * | `bool`, `u8` … `s64`, `f32`, `f64`, `string` | `bool`, `u8` … `i64`, `f32`, `f64`, `string` |
 * | `char` | `Char`, an `i32` |
 * | `list<T>` | `T[]`; of numbers a typed array (`Uint8Array` … `Float64Array`); with a fixed length `StaticArray<T>` |
 * | `map<K, V>` | `Map<K, V>` |
 * | `option<T>` | `T \| null`; `Option<T>` where T is a number, an enum or an option that is itself `\| null` |
 * | `result<T, E>` | `Result<T, E>`, with `Unit` for an absent side |
 * | `tuple<A, B>` | `Tuple2<A, B>` with `_0` and `_1` |
 * | `record` | a class; its constructor takes the fields in their order |
 * | `variant` | a class with a static method for each case, `kind` to tell them apart and a getter for each payload |
 * | `enum` | an `enum` |
 * | `flags` | a class with a `bool` for each |
 * | resource, imported | a class; `drop()` ends the handle, and passing it where WIT takes it by value empties it; one that was lent to a call ends with the call |
 * | resource, exported | the class of `plugin.ts` |
 *
 * @throws HatchwayError `unsupported` for streams, futures, error contexts and async functions.
 */
export function generateAs(world: World): GeneratedFile[] {
  const plan = new Plan(world);
  const abi = new AbiFile(plan);
  const files: GeneratedFile[] = [];
  for (const file of plan.files) {
    files.push({ path: `${file.path}.ts`, text: interfaceFile(plan, file, abi) });
  }
  files.push({ path: 'component.ts', text: componentFile(plan, abi) });
  files.push({ path: 'abi.ts', text: abi.toString() });
  const support = new Set(files.flatMap(({ text }) => supportIn(text)));
  if (support.size > 0) files.push({ path: 'wit.ts', text: witFile(support) });
  return files;
}

/** What a file imports from `wit.ts`. */
function supportIn(text: string): string[] {
  const names = /^import \{ (.*) \} from "\.\/wit";$/m.exec(text)?.[1];
  return names === undefined ? [] : names.split(', ');
}
