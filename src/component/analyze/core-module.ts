import { type CoreFunctionType, type CoreSort, type CoreValueType, Reader } from '../binary/index.js';
import type { CoreItem, ModuleShape } from './entities.js';

const VALUE_TYPES: ReadonlyMap<number, CoreValueType> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
  [0x7b, 'v128'],
]);

/**
 * What a core module imports and exports, read from its type, import, function and export sections. Whatever this reader
 * does not know makes the shape unknown rather than wrong, and such a module cannot be instantiated: the engine validates it,
 * but only we know which types the canonical ABI asks of its functions. References are all one type here; none is asked for.
 */
export function readModuleShape(bytes: Uint8Array): ModuleShape {
  try {
    return new ModuleReader(bytes).read();
  } catch {
    return {};
  }
}

class ModuleReader {
  readonly #types: (CoreFunctionType | undefined)[] = [];
  readonly #funcs: (CoreFunctionType | undefined)[] = [];
  readonly #memories: CoreItem[] = [];
  readonly #imports: { module: string; name: string; item: CoreItem }[] = [];
  readonly #exports = new Map<string, CoreItem>();

  constructor(private readonly bytes: Uint8Array) {}

  read(): ModuleShape {
    const reader = new Reader(this.bytes, 8);
    while (!reader.done) {
      const id = reader.byte();
      const body = reader.slice(reader.u32());
      if (id === 1) this.#readTypes(body);
      else if (id === 2) this.#readImports(body);
      else if (id === 3) for (let n = body.count('functions'); n > 0; n--) this.#funcs.push(this.#types[body.u32()]);
      else if (id === 5) for (let n = body.count('memories'); n > 0; n--) this.#memories.push(this.#memory(body));
      else if (id === 7) this.#readExports(body);
    }
    return { imports: this.#imports, exports: this.#exports };
  }

  #readTypes(reader: Reader): void {
    for (let n = reader.count('types'); n > 0; n--) {
      if (reader.peek() !== 0x4e) {
        this.#readType(reader);
        continue;
      }
      reader.byte();
      for (let group = reader.count('types'); group > 0; group--) this.#readType(reader);
    }
  }

  /** Types that are not of functions take their place only. */
  #readType(reader: Reader): void {
    let code = reader.byte();
    if (code === 0x50 || code === 0x4f) {
      reader.vector('supertypes', () => reader.u32());
      code = reader.byte();
    }
    const field = () => {
      this.#valueType(reader);
      reader.byte();
    };
    if (code === 0x60) {
      const params = reader.vector('parameters', () => this.#valueType(reader));
      const results = reader.vector('results', () => this.#valueType(reader));
      this.#types.push({ kind: 'function', params, results });
      return;
    }
    if (code === 0x5e) field();
    else if (code === 0x5f) reader.vector('fields', field);
    else reader.fail('unknown core type');
    this.#types.push(undefined);
  }

  #valueType(reader: Reader): CoreValueType {
    const code = reader.byte();
    if (code === 0x63 || code === 0x64) reader.s33();
    return VALUE_TYPES.get(code) ?? 'ref';
  }

  #readImports(reader: Reader): void {
    for (let n = reader.count('imports'); n > 0; n--) {
      const module = reader.name();
      const name = reader.name();
      this.#imports.push({ module, name, item: this.#importItem(reader) });
    }
  }

  #importItem(reader: Reader): CoreItem {
    switch (reader.byte()) {
      case 0x00: {
        const signature = this.#types[reader.u32()];
        this.#funcs.push(signature);
        return signature ? { sort: 'func', signature } : { sort: 'func' };
      }
      case 0x01:
        this.#valueType(reader);
        this.#limits(reader);
        return { sort: 'table' };
      case 0x02: {
        const memory = this.#memory(reader);
        this.#memories.push(memory);
        return memory;
      }
      case 0x03:
        this.#valueType(reader);
        reader.byte();
        return { sort: 'global' };
      case 0x04:
        reader.byte();
        reader.u32();
        return { sort: 'tag' };
      default:
        return reader.fail('unknown import');
    }
  }

  /** Limits may be 64 bits wide: only their extent in the bytes matters here. */
  #limits(reader: Reader): number {
    const flags = reader.byte();
    const numbers = 1 + (flags & 1) + ((flags >> 3) & 1);
    for (let i = 0; i < numbers; i++) while (reader.byte() >= 0x80);
    return flags;
  }

  #memory(reader: Reader): CoreItem {
    return this.#limits(reader) & 0x04 ? { sort: 'memory', wide: true } : { sort: 'memory' };
  }

  #readExports(reader: Reader): void {
    const sorts: CoreSort[] = ['func', 'table', 'memory', 'global', 'tag'];
    for (let n = reader.count('exports'); n > 0; n--) {
      const name = reader.name();
      const sort = sorts[reader.byte()];
      const index = reader.u32();
      if (sort === undefined) reader.fail('unknown export');
      const memory = sort === 'memory' ? this.#memories[index] : undefined;
      const signature = sort === 'func' ? this.#funcs[index] : undefined;
      this.#exports.set(name, memory ?? (signature ? { sort, signature } : { sort }));
    }
  }
}
