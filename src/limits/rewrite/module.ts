import { escapeText, type HatchwayError, hatchwayError } from '../../errors/index.js';
import { type Limits, writeLimits } from './caps.js';
import { rewriteCode } from './code.js';
import { copyData, copyElement, copyExport, copyGlobal, copyTable } from './copies.js';
import { HELPER_TYPE, HELPER_TYPES, type Helpers } from './helpers.js';
import { copyImport, RESERVED_MODULE } from './imports.js';
import { rewriteNames } from './names.js';
import { completePolicy, type Policy, type RewritePolicy } from './policy.js';
import { isRefusal } from './reader.js';
import * as section from './sections.js';
import { type HoistedMemory, Survey } from './survey.js';
import { Writer } from './writer.js';

export { RESERVED_MODULE } from './imports.js';
export type { HoistedMemory } from './survey.js';
export const FLAG = 'flag';
export const FUEL = 'fuel';
export const TICK = 'tick';

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

/**
 * Rewrites a core module so that the host can stop it and bounds its memories and tables. What it imports and exports stays,
 * but for what is imported from `hatchway:limits`:
 *
 * | import | in | what the host supplies |
 * |---|---|---|
 * | `memory0`, … | all | a memory for each of `memories` |
 * | `flag` | `epoch` | a shared memory of one page, the i32 at `FLAG_ADDRESS` is the flag: other than 0, the guest traps |
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
    new Survey(section.splitSections(bytes), policy);
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

/** Puts a module together again, section by section. */
class ModuleRewriter {
  readonly #sections: section.Sections;
  readonly #survey: Survey;
  readonly #out: Writer;
  #helpers!: Helpers;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly policy: Policy,
  ) {
    this.#sections = section.splitSections(bytes);
    this.#survey = new Survey(this.#sections, policy);
    this.#out = new Writer(bytes.length + (bytes.length >> 1) + 1024);
  }

  rewrite(): RewrittenModule {
    // The code comes before the sections it adds to.
    const { code, helpers } = rewriteCode(this.#sections, this.#survey, this.policy);
    this.#helpers = helpers;
    const out = this.#out;
    out.copy(this.bytes, 0, 8);
    for (const id of section.ORDER) {
      if (id === section.CODE) {
        if (code !== undefined) this.#section(id, () => out.append(code));
      } else this.#rewriteSection(id);
    }
    for (const custom of this.#sections.kept) out.copy(custom, 0, custom.length);
    this.#names();
    const { memories, tables, interruptible, functions } = this.#survey;
    return { bytes: out.written(), memories, tables, interruptible, functions };
  }

  #section(id: number, write: () => void): void {
    this.#out.byte(id);
    const size = this.#out.reserve();
    write();
    this.#out.fillSize(size);
  }

  /** Copies a section, with what is added to it or moved in it. */
  #rewriteSection(id: number): void {
    const sections = this.#sections;
    const { moved } = this.#survey;
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
        const own = this.#survey.memories.length + (this.#survey.interruptible ? (this.#survey.counts ? 2 : 1) : 0);
        vector(
          own,
          () => copyImport(reader, this.policy, out),
          () => this.#ownImports(),
        );
        return;
      }
      case section.FUNCTION:
        append(added.length, () => {
          for (const { type } of added) out.u32(this.#survey.params.length + HELPER_TYPE[type]);
        });
        return;
      case section.TABLE:
        vector(
          this.#survey.counts ? 1 : 0,
          () => {
            copyTable(reader, out, this.#survey.moved, this.policy.maxTableEntries);
          },
          () => {
            if (this.#survey.counts) out.bytes([0x70, 0x01, 0x01, 0x01]);
          },
        );
        return;
      case section.MEMORY:
        return;
      case section.ELEMENT:
        vector(
          this.#survey.counts ? 1 : 0,
          () => copyElement(reader, out, moved),
          () => {
            if (this.#survey.counts) this.#tickElement();
          },
        );
        return;
    }
    if (!sections.has(id)) return;
    if (this.#survey.counts) {
      if (id === section.GLOBAL) return vector(0, () => copyGlobal(reader, out, moved), nothing);
      if (id === section.EXPORT) return vector(0, () => copyExport(reader, out, moved), nothing);
      if (id === section.DATA) return vector(0, () => copyData(reader, out, moved), nothing);
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
    for (const { name, ...limits } of this.#survey.memories)
      add(name, () => {
        out.byte(0x02);
        writeLimits(out, limits);
      });
    if (!this.#survey.interruptible) return;
    if (this.#survey.counts) {
      add(FUEL, () => out.bytes([0x03, this.policy.interruption === 'fuel' ? 0x7f : 0x7e, 0x01]));
      add(TICK, () => out.bytes([0x03, 0x70, 0x00]));
    } else add(FLAG, () => out.bytes([0x02, 0x03, 0x01, 0x01]));
  }

  /** Puts the tick where the helper calls it: imported as a function it would move every other function. */
  #tickElement(): void {
    const out = this.#out;
    out.byte(0x06);
    out.u32(this.#survey.tableCount);
    out.bytes([0x41, 0x00, 0x0b, 0x70, 0x01, 0x23]);
    out.u32(this.#survey.imported[3] + 1);
    out.byte(0x0b);
  }

  #names(): void {
    const helpers = this.#helpers.all;
    const { names } = this.#sections;
    if (names === undefined && helpers.length === 0) return;
    const body = rewriteNames(names, helpers, this.#survey.functions, this.#survey.moved);
    this.#section(0, () => this.#out.append(body));
  }
}

function nothing(): void {}
