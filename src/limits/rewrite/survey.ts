import { hatchwayError } from '../../errors/index.js';
import { type Limits, readCapped } from './caps.js';
import { copyTable } from './copies.js';
import { copyImport } from './imports.js';
import type { Policy } from './policy.js';
import * as section from './sections.js';
import { Writer } from './writer.js';

/** A memory that the module defined; now the host makes it. */
export interface HoistedMemory extends Limits {
  /** Under which name of the reserved module it is imported. */
  readonly name: string;
}

/** How many of each kind of thing are imported, by the codes of imports. */
type Imported = [functions: number, tables: number, memories: number, globals: number, tags: number];

/**
 * What stands before a module's code, on which the indices of what is added depend. Holds for any bytes; what cannot be
 * bounded is refused here.
 */
export class Survey {
  readonly imported: Imported = [0, 0, 0, 0, 0];
  readonly memories: HoistedMemory[] = [];
  /** The tables that the module defines, as capped. */
  readonly tables: Limits[] = [];
  /** How many parameters functions have, by type. */
  readonly params: number[] = [];
  /** Functions, imported ones included. */
  readonly functions: number;
  /** Whether there is code. */
  readonly interruptible: boolean;

  constructor(
    private readonly sections: section.Sections,
    private readonly policy: Policy,
  ) {
    this.#readTypes();
    this.#readImports();
    const defined = sections.open(section.FUNCTION).u32();
    this.interruptible = defined > 0;
    this.functions = this.imported[0] + defined;
    this.#readTables();
    this.#readMemories();
  }

  /** Tables, imported ones included. */
  get tableCount(): number {
    return this.imported[1] + this.tables.length;
  }

  /** Whether fuel is counted. */
  get counts(): boolean {
    return this.interruptible && this.policy.interruption !== 'epoch';
  }

  /** Where a global is now: the fuel and the tick come after the imported ones. */
  readonly moved = (index: number): number => (this.counts && index >= this.imported[3] ? index + 2 : index);

  /** Only functions: the rest of what a type section can hold is for the garbage collector. */
  #readTypes(): void {
    const reader = this.sections.open(section.TYPE);
    const count = reader.u32();
    for (let i = 0; i < count; i++) {
      if (reader.byte() !== 0x60) reader.refuse('garbage-collected types', reader.at - 1);
      const params = reader.u32();
      for (let n = params; n > 0; n--) reader.valueType();
      for (let n = reader.u32(); n > 0; n--) reader.valueType();
      this.params.push(params);
    }
  }

  #readImports(): void {
    const reader = this.sections.open(section.IMPORT);
    for (let n = reader.u32(); n > 0; n--) this.imported[copyImport(reader, this.policy, undefined)]++;
  }

  #readTables(): void {
    const reader = this.sections.open(section.TABLE);
    const { maxTableEntries } = this.policy;
    for (let n = reader.u32(); n > 0; n--)
      this.tables.push(copyTable(reader, new Writer(), this.moved, maxTableEntries));
  }

  #readMemories(): void {
    const { maxMemories, maxMemoryPages } = this.policy;
    const reader = this.sections.open(section.MEMORY);
    const count = reader.u32();
    if (count > maxMemories) {
      throw hatchwayError('exhausted', `the module has ${count} memories, and the limit is ${maxMemories}`, {
        offset: reader.at,
        section: 'memory',
      });
    }
    for (let i = 0; i < count; i++)
      this.memories.push({ name: `memory${i}`, ...readCapped(reader, 'memory', maxMemoryPages) });
  }
}
