import { escapeText, type HatchwayError, hatchwayError } from '../../errors/index.js';
import { walkBody } from './body.js';
import { type Limits, readCapped, writeLimits } from './caps.js';
import { CheckCode, type FixedCode, type LoopCode } from './checks.js';
import { copyConstant } from './constant.js';
import { UNPAID } from './costs.js';
import { Edits, INDEX, LOCAL, NOTHING } from './edits.js';
import { ExactBlocks } from './exact-blocks.js';
import { HELPER_TYPE, HELPER_TYPES, Helpers } from './helpers.js';
import { LongestPath } from './longest-path.js';
import { rewriteNames } from './names.js';
import { completePolicy, type Policy, type RewritePolicy } from './policy.js';
import { isRefusal, type Reader } from './reader.js';
import * as section from './sections.js';
import { Writer } from './writer.js';

/** The module name under which a rewritten module imports what the host adds; a module that uses it itself is refused. */
export const RESERVED_MODULE = 'hatchway:limits';
export const FLAG = 'flag';
export const FUEL = 'fuel';
export const TICK = 'tick';

/** A memory that the module defined; now the host makes it. */
export interface HoistedMemory extends Limits {
  /** Under which name of the reserved module it is imported. */
  readonly name: string;
}

export interface RewrittenModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * For each instance the host makes these memories, sizes in pages, none of them shared with another instance, and hands
   * them over under their names in the reserved module. The module exports them as before.
   */
  readonly memories: readonly HoistedMemory[];
  /** The tables that the module defines, as capped, in entries. */
  readonly tables: readonly Limits[];
  /** Whether there is code, so that the flag, or the fuel and the tick, are imported. */
  readonly interruptible: boolean;
  /** How many functions the module had, imports included. They keep their indices and names; helpers come after them. */
  readonly functions: number;
}

/** The engine's bound on one function's body. */
const MAX_BODY_BYTES = 7_654_321;
/** Its bound on a function's locals, parameters included. */
const MAX_LOCALS = 50_000;

/**
 * Rewrites a core module so that the host can stop it and bounds its memories and tables. What it imports and exports stays,
 * but for what is imported from `hatchway:limits`:
 *
 * | import | in | what the host supplies |
 * |---|---|---|
 * | `memory0`, … | all | a memory for each of `memories` |
 * | `flag` | `epoch` | a shared memory of one page, the i32 at 0 is the flag: other than 0, the guest traps |
 * | `fuel` | `fuel` | a mutable i32 global |
 * | `fuel` | `exact-fuel` | a mutable i64 global |
 * | `tick` | both | an exported function of a module, `[] → []`, called when the fuel is below 0: it adds to the fuel, or leaves it and the guest traps |
 *
 * @throws HatchwayError `invalid` if the engine does not accept the bytes; `unsupported` with the offset for what cannot be
 * bounded or is not known (shared memories, memory64, garbage-collected types); `exhausted` where a memory or table starts
 * beyond its limit; `option` for a wrong policy.
 * @example
 * const { bytes, memories } = rewriteModule(source, { interruption: 'epoch' })
 */
export function rewriteModule(bytes: Uint8Array, policy: RewritePolicy): RewrittenModule {
  const complete = completePolicy(policy);
  // What changes below would make valid modules of some that are not.
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) throw refusal(bytes, complete) ?? invalid(bytes);
  return new ModuleRewriter(bytes, complete).rewrite();
}

/** The refusal of a feature that this engine does not have, lest it depends on the engine what a module is refused for. */
function refusal(bytes: Uint8Array, policy: Policy): HatchwayError | undefined {
  try {
    new ModuleRewriter(bytes, policy).survey();
  } catch (error) {
    if (isRefusal(error)) return error;
  }
  return undefined;
}

function invalid(bytes: Uint8Array): Error {
  let cause: unknown;
  try {
    new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    cause = error;
  }
  const why = cause instanceof Error ? `: ${escapeText(cause.message)}` : '';
  return hatchwayError('invalid', `the engine does not accept the core module${why}`, { cause });
}

/** How many of each kind of thing are imported, by the codes of imports. */
type Imported = [functions: number, tables: number, memories: number, globals: number, tags: number];

class ModuleRewriter {
  readonly #sections: section.Sections;
  readonly #imported: Imported = [0, 0, 0, 0, 0];
  readonly #memories: HoistedMemory[] = [];
  readonly #tables: Limits[] = [];
  readonly #out: Writer;
  /** How many parameters functions have, by type. */
  readonly #params: number[] = [];
  #types = 0;
  #functions = 0;
  #tableCount = 0;
  #interruptible = false;
  #helpers!: Helpers;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly policy: Policy,
  ) {
    this.#sections = section.splitSections(bytes);
    this.#out = new Writer(bytes.length + (bytes.length >> 1) + 1024);
  }

  rewrite(): RewrittenModule {
    // The counts that indices of what is added depend on come first, and the code before the sections it adds to.
    this.survey();
    const code = this.#code();
    const out = this.#out;
    out.copy(this.bytes, 0, 8);
    for (const id of section.ORDER) {
      if (id === section.CODE) {
        if (code !== undefined) this.#section(id, () => out.append(code));
      } else this.#rewriteSection(id);
    }
    for (const custom of this.#sections.kept) out.copy(custom, 0, custom.length);
    this.#names();
    return {
      bytes: out.written().slice(),
      memories: this.#memories,
      tables: this.#tables,
      interruptible: this.#interruptible,
      functions: this.#functions,
    };
  }

  get #counts(): boolean {
    return this.#interruptible && this.policy.interruption !== 'epoch';
  }

  /** Where a global is now: the fuel and the tick come after the imported ones. */
  readonly #moved = (index: number): number => (this.#counts && index >= this.#imported[3] ? index + 2 : index);

  /** Reads what stands before the code. Holds for any bytes. */
  survey(): void {
    this.#readTypes();
    this.#readImports();
    const defined = this.#sections.open(section.FUNCTION).u32();
    this.#interruptible = defined > 0;
    this.#functions = this.#imported[0] + defined;
    const tables = this.#sections.open(section.TABLE);
    const count = tables.u32();
    this.#tableCount = this.#imported[1] + count;
    for (let i = 0; i < count; i++) this.#tables.push(this.#table(tables, new Writer()));
    this.#readMemories();
  }

  /** Only functions: the rest of what a type section can hold is for the garbage collector. */
  #readTypes(): void {
    const reader = this.#sections.open(section.TYPE);
    this.#types = reader.u32();
    for (let i = 0; i < this.#types; i++) {
      if (reader.byte() !== 0x60) reader.refuse('garbage-collected types', reader.at - 1);
      const params = reader.u32();
      for (let n = params; n > 0; n--) reader.valueType();
      for (let n = reader.u32(); n > 0; n--) reader.valueType();
      this.#params.push(params);
    }
  }

  #readImports(): void {
    const reader = this.#sections.open(section.IMPORT);
    for (let n = reader.u32(); n > 0; n--) this.#import(reader, undefined);
  }

  /** Reads an import, and writes it if there is where. */
  #import(reader: Reader, out: Writer | undefined): void {
    const start = reader.at;
    if (reader.name() === RESERVED_MODULE)
      reader.fail(`the module imports from "${RESERVED_MODULE}", which is reserved`, start);
    reader.skipName();
    const kind = reader.byte();
    if (out === undefined && kind < 5) this.#imported[kind as 0]++;
    let limits: Limits | undefined;
    switch (kind) {
      case 0x00:
        reader.skipInteger();
        break;
      case 0x01:
        reader.valueType();
        out?.copy(reader.bytes, start, reader.at);
        limits = readCapped(reader, 'table', this.policy.maxTableEntries);
        break;
      case 0x02:
        out?.copy(reader.bytes, start, reader.at);
        limits = readCapped(reader, 'memory', this.policy.maxMemoryPages);
        break;
      case 0x03:
        reader.valueType();
        reader.byte();
        break;
      case 0x04:
        reader.byte();
        reader.skipInteger();
        break;
      default:
        reader.fail(`unknown import kind ${kind}`, reader.at - 1);
    }
    if (out === undefined) return;
    if (limits !== undefined) writeLimits(out, limits);
    else out.copy(reader.bytes, start, reader.at);
  }

  #readMemories(): void {
    const reader = this.#sections.open(section.MEMORY);
    const count = reader.u32();
    if (count > this.policy.maxMemories)
      throw hatchwayError(
        'exhausted',
        `the module has ${count} memories, and the limit is ${this.policy.maxMemories}`,
        {
          offset: reader.at,
          section: 'memory',
        },
      );
    for (let i = 0; i < count; i++)
      this.#memories.push({ name: `memory${i}`, ...readCapped(reader, 'memory', this.policy.maxMemoryPages) });
  }

  #code(): Writer | undefined {
    const { interruption, maxStretch, chunkBytes } = this.policy;
    const code = new CheckCode({
      interruption,
      memory: this.#imported[2] + this.#memories.length,
      global: this.#imported[3],
      refuel: this.#functions,
    });
    const helpers = new Helpers(this.#functions, code, chunkBytes);
    this.#helpers = helpers;
    if (!this.#interruptible) return undefined;
    if (this.#counts) helpers.addRefuel(this.#types, this.#tableCount);

    const edits = new Edits();
    const placement =
      interruption === 'exact-fuel'
        ? new ExactBlocks(edits, maxStretch)
        : new LongestPath(edits, maxStretch, this.#counts);
    const context = {
      importedFunctions: this.#imported[0],
      importedGlobals: this.#imported[3],
      counts: this.#counts,
      params: this.#params,
      helpers,
      placement,
      edits,
    };
    const reader = this.#sections.open(section.CODE);
    const bodies = new Writer((reader.end - reader.at) * 1.5);
    const functions = reader.u32();
    const types = this.#sections.open(section.FUNCTION);
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
      let locals = this.#params[types.u32()]!;
      for (let n = groups; n > 0; n--) {
        locals += body.u32();
        body.valueType();
      }
      edits.clear();
      const count = edits.add(start, NOTHING, 0);
      const declaration = edits.add(body.at, NOTHING, 0);
      const countable = this.#counts && locals < MAX_LOCALS;
      walkBody(body, context, countable);
      let loop = plain;
      let check: FixedCode = code;
      if (countable && (placement.loops || edits.checks)) {
        // Many functions have as many locals as others.
        let codes = counted.get(locals);
        if (codes === undefined) {
          codes = { check: code.inLocal(locals), loop: code.loop(locals, Math.min(UNPAID, maxStretch)) };
          counted.set(locals, codes);
        }
        if (!placement.loops) check = codes.check;
        loop = codes.loop;
        edits.settle(count, INDEX, groups + 1, afterCount - start);
        edits.settle(declaration, LOCAL, 0);
      }
      const grown = size + edits.growth(check, loop);
      if (grown > MAX_BODY_BYTES)
        reader.fail(`function ${this.#imported[0] + i} with its checks is larger than engines take`, start);
      bodies.u32(grown);
      edits.apply(check, loop, this.bytes, start, body.end, bodies);
    }
    const all = new Writer(bodies.length + 1024);
    all.u32(functions + helpers.all.length);
    all.append(bodies);
    for (const { body } of helpers.all) {
      all.u32(body.length);
      all.bytes(body);
    }
    return all;
  }

  #section(id: number, write: () => void): void {
    this.#out.byte(id);
    const size = this.#out.reserveSize();
    write();
    this.#out.fillSize(size);
  }

  /** Copies a section, with what is added to it or moved in it. */
  #rewriteSection(id: number): void {
    const sections = this.#sections;
    const out = this.#out;
    const reader = sections.open(id);
    const vector = (added: number, each: () => void, add: () => void) => {
      const count = reader.u32();
      if (count + added === 0) return;
      this.#section(id, () => {
        out.u32(count + added);
        for (let i = 0; i < count; i++) each();
        add();
      });
    };
    const rest = () => out.copy(reader.bytes, reader.at, reader.end);
    /** Appends to a vector whose elements stay as they are. */
    const append = (added: number, add: () => void) => {
      let copied = false;
      const once = () => {
        if (!copied) rest();
        copied = true;
      };
      vector(added, once, add);
    };
    const added = this.#helpers.all;
    switch (id) {
      case section.TYPE:
        append(added.length > 0 ? HELPER_TYPES.length : 0, () => {
          if (added.length > 0) for (const type of HELPER_TYPES) out.bytes(type);
        });
        return;
      case section.IMPORT: {
        const own = this.#memories.length + (this.#interruptible ? (this.#counts ? 2 : 1) : 0);
        vector(
          own,
          () => this.#import(reader, out),
          () => this.#ownImports(),
        );
        return;
      }
      case section.FUNCTION:
        append(added.length, () => {
          for (const { type } of added) out.u32(this.#types + HELPER_TYPE[type]);
        });
        return;
      case section.TABLE:
        vector(
          this.#counts ? 1 : 0,
          () => {
            this.#table(reader, out);
          },
          () => {
            if (this.#counts) out.bytes([0x70, 0x01, 0x01, 0x01]);
          },
        );
        return;
      case section.MEMORY:
        return;
      case section.ELEMENT:
        vector(
          this.#counts ? 1 : 0,
          () => this.#element(reader),
          () => {
            if (this.#counts) this.#tickElement();
          },
        );
        return;
    }
    if (!sections.has(id)) return;
    if (this.#counts) {
      if (id === section.GLOBAL) return vector(0, () => this.#global(reader), nothing);
      if (id === section.EXPORT) return vector(0, () => this.#export(reader), nothing);
      if (id === section.DATA) return vector(0, () => this.#data(reader), nothing);
    }
    this.#section(id, rest);
  }

  #ownImports(): void {
    const out = this.#out;
    const add = (name: string, description: () => void) => {
      out.name(RESERVED_MODULE);
      out.name(name);
      description();
    };
    for (const { name, ...limits } of this.#memories)
      add(name, () => {
        out.byte(0x02);
        writeLimits(out, limits);
      });
    if (!this.#interruptible) return;
    if (this.#counts) {
      add(FUEL, () => out.bytes([0x03, this.policy.interruption === 'fuel' ? 0x7f : 0x7e, 0x01]));
      add(TICK, () => out.bytes([0x03, 0x70, 0x00]));
    } else add(FLAG, () => out.bytes([0x02, 0x03, 0x01, 0x01]));
  }

  #table(reader: Reader, out: Writer): Limits {
    const start = reader.at;
    const initialized = reader.peek() === 0x40;
    if (initialized) reader.skip(2);
    reader.valueType();
    out.copy(reader.bytes, start, reader.at);
    const limits = readCapped(reader, 'table', this.policy.maxTableEntries);
    writeLimits(out, limits);
    if (initialized) copyConstant(reader, out, this.#moved);
    return limits;
  }

  #global(reader: Reader): void {
    const start = reader.at;
    reader.valueType();
    reader.byte();
    this.#out.copy(reader.bytes, start, reader.at);
    copyConstant(reader, this.#out, this.#moved);
  }

  #export(reader: Reader): void {
    const start = reader.at;
    reader.skipName();
    const kind = reader.byte();
    this.#out.copy(reader.bytes, start, reader.at);
    const index = reader.u32();
    this.#out.u32(kind === 0x03 ? this.#moved(index) : index);
  }

  #element(reader: Reader): void {
    const out = this.#out;
    const start = reader.at;
    const flags = reader.u32();
    if (flags > 7) reader.fail(`unknown flags ${flags} of an element segment`, start);
    const active = (flags & 1) === 0;
    const explicit = (flags & 2) !== 0;
    const expressions = (flags & 4) !== 0;
    if (active && explicit) reader.skipInteger();
    out.copy(reader.bytes, start, reader.at);
    if (active) copyConstant(reader, out, this.#moved);
    const kind = reader.at;
    if (flags & 3) {
      if (expressions) reader.valueType();
      else reader.byte();
    }
    const count = reader.u32();
    if (!expressions) for (let i = 0; i < count; i++) reader.skipInteger();
    out.copy(reader.bytes, kind, reader.at);
    if (expressions) for (let i = 0; i < count; i++) copyConstant(reader, out, this.#moved);
  }

  /** Puts the tick where the helper calls it: imported as a function it would move every other function. */
  #tickElement(): void {
    const out = this.#out;
    out.byte(0x06);
    out.u32(this.#tableCount);
    out.bytes([0x41, 0x00, 0x0b, 0x70, 0x01, 0x23]);
    out.u32(this.#imported[3] + 1);
    out.byte(0x0b);
  }

  #data(reader: Reader): void {
    const out = this.#out;
    const start = reader.at;
    const flags = reader.u32();
    if (flags > 2) reader.fail(`unknown flags ${flags} of a data segment`, start);
    if (flags === 2) reader.skipInteger();
    out.copy(reader.bytes, start, reader.at);
    if (flags !== 1) copyConstant(reader, out, this.#moved);
    const from = reader.at;
    reader.skip(reader.u32());
    out.copy(reader.bytes, from, reader.at);
  }

  #names(): void {
    const helpers = this.#helpers.all;
    const { names } = this.#sections;
    if (names === undefined && helpers.length === 0) return;
    const body = rewriteNames(names, helpers, this.#functions, this.#moved);
    this.#section(0, () => this.#out.append(body));
  }
}

function nothing(): void {}
