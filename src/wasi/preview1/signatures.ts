/** The name of the module that preview 1 is imported from. */
export const PREVIEW1 = 'wasi_snapshot_preview1';

/** What each function takes: `i` for i32 (numbers, pointers), `I` for i64. All answer with an errno but `proc_exit`. */
export const PARAMETERS = {
  args_get: 'ii',
  args_sizes_get: 'ii',
  clock_res_get: 'ii',
  clock_time_get: 'iIi',
  environ_get: 'ii',
  environ_sizes_get: 'ii',
  fd_advise: 'iIIi',
  fd_allocate: 'iII',
  fd_close: 'i',
  fd_datasync: 'i',
  fd_fdstat_get: 'ii',
  fd_fdstat_set_flags: 'ii',
  fd_fdstat_set_rights: 'iII',
  fd_filestat_get: 'ii',
  fd_filestat_set_size: 'iI',
  fd_filestat_set_times: 'iIIi',
  fd_pread: 'iiiIi',
  fd_prestat_dir_name: 'iii',
  fd_prestat_get: 'ii',
  fd_pwrite: 'iiiIi',
  fd_read: 'iiii',
  fd_readdir: 'iiiIi',
  fd_renumber: 'ii',
  fd_seek: 'iIii',
  fd_sync: 'i',
  fd_tell: 'ii',
  fd_write: 'iiii',
  path_create_directory: 'iii',
  path_filestat_get: 'iiiii',
  path_filestat_set_times: 'iiiiIIi',
  path_link: 'iiiiiii',
  path_open: 'iiiiiIIii',
  path_readlink: 'iiiiii',
  path_remove_directory: 'iii',
  path_rename: 'iiiiii',
  path_symlink: 'iiiii',
  path_unlink_file: 'iii',
  poll_oneoff: 'iiii',
  proc_exit: 'i',
  proc_raise: 'i',
  random_get: 'ii',
  sched_yield: '',
  sock_accept: 'iii',
  sock_recv: 'iiiiii',
  sock_send: 'iiiii',
  sock_shutdown: 'ii',
} as const;

export type FunctionName = keyof typeof PARAMETERS;

type Arguments<P extends string> = P extends `${infer First}${infer Rest}`
  ? [First extends 'I' ? bigint : number, ...Arguments<Rest>]
  : [];

/** A function of preview 1. Integers come signed. What it throws becomes the errno; returning is success. */
export type Implementation<Name extends FunctionName> = (...args: Arguments<(typeof PARAMETERS)[Name]>) => void;

export type Implementations = { readonly [Name in FunctionName]: Implementation<Name> };

/** A function as a module imports it: answers with an errno, but for `proc_exit`, which does not come back. */
export type Preview1Function = (...args: (number | bigint)[]) => number | undefined;

const NAMES = Object.keys(PARAMETERS) as FunctionName[];

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(PARAMETERS, name);
}

/**
 * Gives functions their types. A function of JavaScript fits whatever type a module imports it with, and would get whatever
 * that says: doubles, references, nothing. One that went through a module has a type, which the engine checks when it links.
 */
export function typed(
  functions: Readonly<Record<FunctionName, Preview1Function>>,
): Record<FunctionName, Preview1Function> {
  const { exports } = new WebAssembly.Instance(passage(), { [PREVIEW1]: functions });
  return { ...(exports as Record<FunctionName, Preview1Function>) };
}

let compiled: WebAssembly.Module | undefined;

/** A module that exports what it imports. */
function passage(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(encodePassage());
  return compiled;
}

const TYPES = { i: 0x7f, I: 0x7e } as const;

function encodePassage(): Uint8Array<ArrayBuffer> {
  const types = NAMES.map((name) => [
    0x60,
    ...vector([...PARAMETERS[name]].map((type) => [TYPES[type as keyof typeof TYPES]])),
    ...vector(name === 'proc_exit' ? [] : [[TYPES.i]]),
  ]);
  const imports = NAMES.map((name, index) => [...text(PREVIEW1), ...text(name), 0, ...leb(index)]);
  const exports = NAMES.map((name, index) => [...text(name), 0, ...leb(index)]);
  const sections = [types, imports, [], [], [], [], exports].flatMap((items, index) =>
    items.length === 0 ? [] : section(index + 1, vector(items)),
  );
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections]);
}

function section(id: number, body: readonly number[]): number[] {
  return [id, ...leb(body.length), ...body];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return [...leb(value.length), ...new TextEncoder().encode(value)];
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}
