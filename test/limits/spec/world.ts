/** Runs the commands of one script, with modules as they are or rewritten, and says what came of each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HatchwayError } from '../../../src/errors/index.js';
import {
  RESERVED_MODULE,
  type RewritePolicy,
  rewriteModule,
  supplyMemories,
} from '../../../src/limits/rewrite/index.js';
import { adapt, type NumberType } from './adapter.js';

export interface Value {
  readonly type: string;
  readonly value?: string | readonly string[];
}

export interface Command {
  readonly type: string;
  readonly line: number;
  readonly name?: string;
  readonly as?: string;
  readonly filename?: string;
  readonly module_type?: string;
  readonly module?: string;
  readonly instance?: string;
  readonly action?: {
    readonly type: string;
    readonly module?: string;
    readonly field: string;
    readonly args?: readonly Value[];
  };
  readonly expected?: readonly Value[];
}

/** How modules are rewritten, and what they import for it; `undefined` for modules as they are. */
export type Rewriting =
  | { readonly policy: RewritePolicy; readonly imports: Readonly<Record<string, unknown>> }
  | undefined;

const NUMBERS: ReadonlySet<string> = new Set(['i32', 'i64', 'f32', 'f64', 'v128']);

/** A feature that the rewriter refuses: the module is in neither world. */
export class Refusal extends Error {}

export class World {
  readonly #named = new Map<string, WebAssembly.Exports>();
  readonly #registered: Record<string, any> = Object.create(null);
  readonly #definitions = new Map<string, Uint8Array>();
  #current: WebAssembly.Exports | undefined;

  constructor(
    private readonly folder: string,
    private readonly rewriting: Rewriting,
  ) {
    const nothing = () => {};
    const global = (value: 'i32' | 'i64' | 'f32' | 'f64', it: unknown) =>
      new WebAssembly.Global({ value }, it as never);
    this.#registered.spectest = {
      ...{ print: nothing, print_i32: nothing, print_i64: nothing, print_f32: nothing, print_f64: nothing },
      ...{ print_i32_f32: nothing, print_f64_f64: nothing },
      ...{
        global_i32: global('i32', 666),
        global_i64: global('i64', 666n),
        global_f32: global('f32', 666.6),
        global_f64: global('f64', 666.6),
      },
      memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
      table: new WebAssembly.Table({ element: 'anyfunc', initial: 10, maximum: 20 }),
    };
  }

  /** What came of the command, as text that can be compared; `undefined` if it is nothing to compare. */
  run(command: Command): string | undefined {
    try {
      return this.#run(command);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      return outcomeOf(error);
    }
  }

  #run(command: Command): string | undefined {
    const { type, filename, name } = command;
    switch (type) {
      case 'module':
      case 'assert_unlinkable':
      case 'assert_uninstantiable': {
        if (command.module_type === 'text' || filename === undefined) return undefined;
        this.#current = undefined;
        if (name !== undefined) this.#named.delete(name);
        const exports = this.#instantiate(readFileSync(join(this.folder, filename)));
        this.#current = exports;
        if (name !== undefined) this.#named.set(name, exports);
        return `instantiated ${Object.keys(exports)}`;
      }
      case 'module_definition':
        this.#definitions.set(name ?? '', readFileSync(join(this.folder, filename!)));
        return undefined;
      case 'module_instance': {
        const exports = this.#instantiate(this.#definitions.get(command.module ?? '')!);
        this.#current = exports;
        if (command.instance !== undefined) this.#named.set(command.instance, exports);
        return 'instantiated';
      }
      case 'register':
        this.#registered[command.as!] = name === undefined ? this.#current : this.#named.get(name);
        return undefined;
      case 'assert_invalid':
      case 'assert_malformed':
        if (command.module_type === 'text') return undefined;
        this.#compile(readFileSync(join(this.folder, filename!)));
        return 'compiled';
      case 'action':
      case 'assert_return':
      case 'assert_trap':
      case 'assert_exhaustion':
      case 'assert_exception':
        return this.#act(command);
      default:
        throw new Error(`unknown command ${type}`);
    }
  }

  #compile(bytes: Uint8Array<ArrayBuffer>): readonly [WebAssembly.Module, Record<string, unknown> | undefined] {
    if (this.rewriting === undefined) return [new WebAssembly.Module(bytes), undefined];
    try {
      const rewritten = rewriteModule(bytes, this.rewriting.policy);
      const module = new WebAssembly.Module(rewritten.bytes);
      return [module, { ...supplyMemories(rewritten.memories), ...this.rewriting.imports }];
    } catch (error) {
      if (error instanceof HatchwayError && error.code === 'invalid') throw error.cause;
      if (error instanceof HatchwayError) throw new Refusal(error.message);
      throw error;
    }
  }

  #instantiate(bytes: Uint8Array): WebAssembly.Exports {
    const [module, own] = this.#compile(bytes as Uint8Array<ArrayBuffer>);
    const imports = { ...this.#registered, ...(own && { [RESERVED_MODULE]: own }) };
    return new WebAssembly.Instance(module, imports as WebAssembly.Imports).exports;
  }

  #act({ type, action, expected = [] }: Command): string | undefined {
    const { module, field, args = [] } = action!;
    const exports = module === undefined ? this.#current : this.#named.get(module);
    if (exports === undefined) return 'no module';
    const target = exports[field]!;
    if (action!.type === 'get') return show((target as WebAssembly.Global).value, expected[0]);
    const types = [...args, ...expected].map((it) => it.type);
    if (type === 'assert_return' && types.every((it) => NUMBERS.has(it)) && types.some((it) => !/^i/.test(it))) {
      const params = args.map((it) => it.type as NumberType);
      const results = expected.map((it) => it.type as NumberType);
      const answer = adapt(target, params, results)(...args.flatMap(bitsOf));
      return showBits([answer ?? []].flat(), expected);
    }
    const answer = (target as (...args: unknown[]) => unknown)(...args.map(toJs));
    return [answer]
      .flat()
      .map((it, i) => show(it, expected[i]))
      .join();
  }
}

function bitsOf({ type, value }: Value): (number | bigint)[] {
  if (type === 'i64' || type === 'f64') return [BigInt(value as string)];
  if (type !== 'v128') return [Number(value)];
  const lanes = value as readonly string[];
  const width = 128 / lanes.length;
  let all = 0n;
  lanes.forEach((lane, i) => {
    all |= BigInt.asUintN(width, BigInt(lane)) << BigInt(i * width);
  });
  return [BigInt.asIntN(64, all), BigInt.asIntN(64, all >> 64n)];
}

/** Bits as they are, unless the script asks for no more than not a number: engines choose which. */
function showBits(bits: readonly (number | bigint)[], expected: readonly Value[]): string {
  let at = 0;
  return expected
    .map(({ type, value }) => {
      const shown = type === 'v128' ? [bits[at++], bits[at++]] : [bits[at++]];
      return String(value).includes('nan:') ? `${type} with NaN` : shown.join();
    })
    .join(' ');
}

function toJs({ type, value }: Value): unknown {
  if (value === 'null') return null;
  if (type === 'externref') return Number(value);
  const bits = new DataView(new ArrayBuffer(8));
  switch (type) {
    case 'i32':
      return Number(value);
    case 'i64':
      return BigInt(value as string);
    case 'f32':
      bits.setUint32(0, Number(value));
      return bits.getFloat32(0);
    case 'f64':
      bits.setBigUint64(0, BigInt(value as string));
      return bits.getFloat64(0);
    default:
      return value;
  }
}

function show(value: unknown, expected: Value | undefined): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' && Number.isNaN(value)) return 'NaN';
  return `${expected?.type ?? typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`;
}

/** What is not linked or compiled says why in words that name offsets, numbers of imports and maxima. */
function outcomeOf(error: unknown): string {
  if (error instanceof WebAssembly.Exception) return 'a wasm exception';
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  if (error instanceof RangeError) return 'RangeError';
  if (error instanceof WebAssembly.LinkError) return 'LinkError';
  if (error instanceof WebAssembly.CompileError) return 'CompileError';
  return `${error.name} ${error.message}`;
}
