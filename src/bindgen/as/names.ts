import { hatchwayError, quote } from '../../errors/index.js';
import { camelCase, pascalCase } from '../../wit/index.js';

/**
 * What a WIT name becomes. Functions, parameters and fields are camelCase, types and cases of enums PascalCase. A name
 * that AssemblyScript or the generated code keeps for itself, or that another name of the same scope took before it, gets
 * a `_` at its end, or as many as it takes; WIT names have none.
 */

/** Words that AssemblyScript or TypeScript reads as syntax or as a type of its own, and the globals generated code uses. */
const KEPT_VALUES = (
  'abstract as async await break case catch class const constructor continue debugger declare default delete do else ' +
  'enum export extends false finally for from function get if implements import in instanceof interface is keyof let ' +
  'module namespace new null of override package private protected public readonly return set static super switch this ' +
  'throw true try type typeof undefined unreachable var void while with yield ' +
  'i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 v128 bool string externref anyref eqref ' +
  'changetype reinterpret assert abi plugin'
).split(' ');

/** What the files of glue use besides. */
const KEPT_GLUE = (
  'load store memory heap idof offsetof instantiate isDefined isReference area scratch release hold free blocks held ' +
  'borrows cabi_realloc result'
).split(' ');

/** Types that the generated code names. Others of AssemblyScript's own may be hidden by one of the same name. */
const KEPT_TYPES = (
  'Array ArrayBufferView Map StaticArray String Object Function Int8Array Int16Array Int32Array Int64Array Uint8Array ' +
  'Uint16Array Uint32Array Uint64Array Float32Array Float64Array Char Unit Option Result Resource Table'
).split(' ');

/** The names of one scope. */
export class Names {
  readonly #taken: Set<string>;

  constructor(kept: Iterable<string> = []) {
    this.#taken = new Set(kept);
  }

  /** Takes a name as it is, or with `_` at its end. */
  take(name: string): string {
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) {
      throw hatchwayError('unsupported', `AssemblyScript cannot have a name made of ${quote(name)}`);
    }
    let free = name;
    while (this.#taken.has(free)) free += '_';
    this.#taken.add(free);
    return free;
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  value(witName: string): string {
    return this.take(camelCase(witName));
  }

  type(witName: string): string {
    return this.take(pascalCase(witName));
  }
}

/** A scope for values: parameters, fields, methods. `more` is what else is kept there. */
export function valueNames(...more: string[]): Names {
  return new Names([...KEPT_VALUES, ...more]);
}

/** The scope of a file: functions and types. */
export function fileNames(): Names {
  return new Names([...KEPT_VALUES, ...KEPT_TYPES, ...Array.from({ length: 32 }, (_, i) => `Tuple${i + 1}`)]);
}

/** The scope of what the files of glue import other files as; the names of functions they have start otherwise. */
export function aliasNames(): Names {
  return new Names([...KEPT_VALUES, ...KEPT_GLUE]);
}

/** A scope where nothing is kept, such as the cases of an enum. */
export function freeNames(): Names {
  return new Names();
}
