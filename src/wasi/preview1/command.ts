import { escapeText, HatchwayError, hatchwayError, InstanceEnd, quote, timeUp } from '../../errors/index.js';
import type { Deadlines } from '../../limits/index.js';
import {
  type HoistedMemory,
  type Interruption,
  RESERVED_MODULE,
  rewriteModule,
  supplyMemories,
} from '../../limits/rewrite/index.js';
import type { WasiContext } from '../wasi.js';
import { preview1 } from './imports.js';
import { isFunctionName, PREVIEW1 } from './signatures.js';

/** The version before preview 1, which old toolchains made modules for. */
const PREVIEW0 = 'wasi_unstable';

/** A program for WASI preview 1: a core module that imports nothing else, and exports `_start` and its memory. */
export class Preview1Module {
  /** @internal */
  constructor(
    readonly module: WebAssembly.Module,
    /** What each run is to be given. */
    readonly memories: readonly HoistedMemory[],
  ) {}
}

/** What bounds a program. */
export interface ProgramLimits {
  readonly deadlines: Deadlines;
  /** Milliseconds that a run may take; `Infinity` for no bound. */
  readonly timeout: number;
  /** Pages of 64 KiB that its memory may grow to. */
  readonly maxMemoryPages: number;
}

/** Pages that a memory can have at all: what a run may have is the business of its limits. */
const MAX_PAGES = 65_536;

/**
 * Compiles a program for WASI preview 1. Nothing of it runs.
 * @param interruption how it can be stopped.
 * @throws HatchwayError `invalid` for what the engine does not take, or what exports no memory; `missing-import` with each import
 * that is not WASI's; `core-module` for what is no program, such as a library.
 * @example const code = runPreview1(await compilePreview1(bytes, engineInterruption()), context, limits);
 */
export async function compilePreview1(bytes: Uint8Array, interruption: Interruption): Promise<Preview1Module> {
  let source: WebAssembly.Module;
  try {
    source = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } catch (cause) {
    if (!(cause instanceof WebAssembly.CompileError)) throw cause;
    throw hatchwayError('invalid', `the module is not valid: ${escapeText(cause.message)}`, { cause });
  }
  checkExports(source);
  checkImports(source);
  const rewritten = rewriteModule(bytes, { interruption, maxMemoryPages: MAX_PAGES });
  return new Preview1Module(await WebAssembly.compile(rewritten.bytes), rewritten.memories);
}

function checkExports(module: WebAssembly.Module): void {
  const exports = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  if (exports.get('_start') !== 'function') {
    const what = exports.get('_initialize') === 'function' ? 'it is a library' : 'it exports no function _start';
    throw hatchwayError('core-module', `the bytes are a core WebAssembly module, and no program: ${what}`, {
      mend: 'Make a component of it: hatchway build FILE.wasm',
    });
  }
  if (exports.get('memory') !== 'memory') throw hatchwayError('invalid', 'the module exports no memory');
}

function checkImports(module: WebAssembly.Module): void {
  const others = WebAssembly.Module.imports(module).filter((it) => it.module !== PREVIEW1 || !isFunctionName(it.name));
  if (others.length === 0) return;
  const isOld = others.some((it) => it.module === PREVIEW0);
  throw hatchwayError('missing-import', 'the module imports what WASI preview 1 does not have', {
    differences: others.slice(0, MAX_SHOWN).map((it) => `${quote(it.module)} ${quote(it.name)}, a ${it.kind}`),
    mend: isOld
      ? `${PREVIEW0} is older than preview 1: build the program with a newer toolchain.`
      : 'A plugin with imports of its own is a component: hatchway build FILE.wasm makes one.',
  });
}

/** Imports that an error lists. */
const MAX_SHOWN = 20;

/**
 * Runs a program to its end, on this thread. What it has open stays open until the context is disposed.
 * @returns the exit code: 0 where `_start` returned, else 0 to 255
 * @throws HatchwayError `trap`, `timeout`, `exhausted`, `permission-denied`; `invalid` where it imports a function of WASI with another
 * type; `unsupported` for a memory that threads share; what a granted directory fails with.
 */
export function runPreview1({ module, memories }: Preview1Module, context: WasiContext, limits: ProgramLimits): number {
  const { name, waiting } = context;
  let memory: WebAssembly.Memory | undefined;
  const wasi = preview1(context, () => {
    if (memory === undefined) throw waiting.end('trap', 'the module calls WASI before its memory can be reached');
    return memory;
  });
  const { deadlines, timeout, maxMemoryPages } = limits;
  deadlines.enter(timeout);
  let failure: HatchwayError | undefined;
  try {
    const supplied = Object.assign(supplyMemories(memories, maxMemoryPages), deadlines.imports);
    const { exports } = new WebAssembly.Instance(module, {
      [PREVIEW1]: wasi.imports,
      [RESERVED_MODULE]: supplied as WebAssembly.ModuleImports,
    });
    memory = exports.memory as WebAssembly.Memory;
    const start = exports._start as () => void;
    if (start.length > 0) throw hatchwayError('invalid', 'the function _start takes arguments', { ...name });
    start();
    if (wasi.end !== undefined) throw wasi.end;
  } catch (error) {
    failure = failureOf(name, wasi.end ?? error);
  }
  const late = deadlines.leave();
  if (failure === undefined) return 0;
  if (failure.code === 'exited') return failure.exitCode!;
  throw late && failure.code === 'trap' ? timeUp(name, timeout, failure.cause) : failure;
}

/** What a failure inside the guest is to the app. */
function failureOf(name: WasiContext['name'], cause: unknown): HatchwayError {
  if (cause instanceof InstanceEnd) return cause.error;
  if (cause instanceof HatchwayError) return cause;
  if (cause instanceof WebAssembly.LinkError) {
    const what = 'the module imports a function of WASI with another type';
    return hatchwayError('invalid', `${what}: ${escapeText(cause.message)}`, { ...name, cause });
  }
  if (cause instanceof WebAssembly.RuntimeError) {
    return hatchwayError('trap', `the guest trapped: ${escapeText(cause.message)}`, { ...name, cause });
  }
  if (cause instanceof RangeError) {
    const isStack = cause.message.includes('call stack');
    const what = isStack ? 'the guest used up the stack' : 'the engine has no memory left for the guest';
    return hatchwayError('exhausted', what, { ...name, cause });
  }
  if (cause instanceof Error) {
    return hatchwayError('import-failed', `a function of WASI failed: ${cause.message}`, { ...name, cause });
  }
  return hatchwayError('trap', 'the guest failed with an exception', { ...name, cause });
}
