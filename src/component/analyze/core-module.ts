import {
  type CoreCompositeType,
  type CoreExternType,
  Reader,
  readCoreExternType,
  readGlobalType,
  readHeapType,
  readMemoryType,
  readRecursiveTypes,
  readTableType,
  readTagType,
} from '../binary/index.js';
import type { CoreItem, ModuleShape } from './entities.js';

/**
 * What a core module imports and exports, read from the sections that say so. Whatever this reader does not know makes the
 * shape unknown rather than wrong, and such a module cannot be instantiated: the engine validates it, but only we know which
 * types the canonical ABI asks of its functions.
 */
export function readModuleShape(bytes: Uint8Array): ModuleShape {
  try {
    return new ModuleReader(bytes).read();
  } catch {
    return {};
  }
}

type SpaceSort = CoreItem['sort'];
type FunctionItem = CoreItem & { readonly sort: 'func' | 'tag' };
const SORTS: readonly SpaceSort[] = ['func', 'table', 'memory', 'global', 'tag'];

class ModuleReader {
  readonly #types: CoreCompositeType[] = [];
  readonly #functions: (FunctionItem | undefined)[] = [];
  readonly #spaces: Record<SpaceSort, CoreItem[]> = { func: [], table: [], memory: [], global: [], tag: [] };
  readonly #imports: { module: string; name: string; item: CoreItem }[] = [];
  readonly #exports = new Map<string, CoreItem>();

  constructor(private readonly bytes: Uint8Array) {}

  read(): ModuleShape {
    const reader = new Reader(this.bytes, 8);
    while (!reader.done) {
      const id = reader.byte();
      this.#section(id, reader.slice(reader.u32()));
    }
    return { imports: this.#imports, exports: this.#exports };
  }

  #section(id: number, body: Reader): void {
    const each = (what: string, read: () => void) => {
      for (let count = body.count(what); count > 0; count--) read();
    };
    switch (id) {
      case 1:
        return each('types', () => this.#types.push(...readRecursiveTypes(body)));
      case 2:
        return each('imports', () => {
          const [module, name] = [body.name(), body.name()];
          const item = this.#item(readCoreExternType(body));
          this.#imports.push({ module, name, item });
          this.#spaces[item.sort].push(item);
        });
      case 3:
        return each('functions', () => this.#spaces.func.push(this.#function(body.u32())));
      case 4:
        return unlessStrange(() => each('tables', () => this.#add(this.#item(readTable(body)))));
      case 5:
        return each('memories', () => this.#add(this.#item(readMemoryType(body))));
      case 6:
        return unlessStrange(() =>
          each('globals', () => {
            const type = readGlobalType(body);
            skipConstantExpression(body);
            this.#add(this.#item(type));
          }),
        );
      case 7:
        return each('exports', () => this.#readExport(body));
      case 13:
        return each('tags', () => this.#add(this.#item(readTagType(body))));
    }
  }

  #add(item: CoreItem): void {
    this.#spaces[item.sort].push(item);
  }

  #item(type: CoreExternType): CoreItem {
    switch (type.sort) {
      case 'func':
        return this.#function(type.type);
      case 'tag': {
        const { signature } = this.#function(type.type);
        return signature ? { sort: 'tag', signature } : { sort: 'tag' };
      }
      case 'table':
        return { sort: 'table', type };
      case 'memory':
        return { sort: 'memory', type };
      case 'global':
        return { sort: 'global', type };
    }
  }

  /** Functions of one type are one item: there are many of them. */
  #function(index: number): FunctionItem {
    let item = this.#functions[index];
    if (item === undefined) {
      const type = this.#types[index];
      item = type?.kind === 'function' ? { sort: 'func', signature: type } : { sort: 'func' };
      if (type !== undefined) this.#functions[index] = item;
    }
    return item;
  }

  #readExport(reader: Reader): void {
    const name = reader.name();
    const sort = SORTS[reader.byte()];
    const index = reader.u32();
    if (sort === undefined) reader.fail('unknown export');
    this.#exports.set(name, this.#spaces[sort][index] ?? { sort });
  }
}

/** A section whose end is not read leaves the types of its last entries unknown; no function is among them. */
function unlessStrange(read: () => void): void {
  try {
    read();
  } catch {
    // The engine has the last word about what stands there.
  }
}

/** A table may begin with what its entries begin with. */
function readTable(reader: Reader): CoreExternType {
  if (reader.peek() !== 0x40) return readTableType(reader);
  reader.byte();
  if (reader.byte() !== 0x00) reader.fail('unknown form of a table');
  const type = readTableType(reader);
  skipConstantExpression(reader);
  return type;
}

/** What a global begins with: only its end is looked for. */
function skipConstantExpression(reader: Reader): void {
  for (;;) {
    const code = reader.byte();
    if (code === 0x0b) return;
    switch (code) {
      case 0x23: // global.get
      case 0x41: // i32.const
      case 0x42: // i64.const
      case 0xd2: // ref.func
        skipInteger(reader);
        break;
      case 0x43: // f32.const
        reader.slice(4);
        break;
      case 0x44: // f64.const
        reader.slice(8);
        break;
      case 0xd0: // ref.null
        readHeapType(reader);
        break;
      case 0xfb:
        skipReferenceInstruction(reader);
        break;
      case 0xfd: // v128.const, the one vector instruction that is constant
        skipInteger(reader);
        reader.slice(16);
        break;
      default:
        // Additions, subtractions and multiplications of i32 and i64.
        if ((code < 0x6a || code > 0x6c) && (code < 0x7c || code > 0x7e)) reader.fail('unknown constant instruction');
    }
  }
}

/** How many integers follow the instructions on references that are constant. */
const OPERANDS: ReadonlyMap<number, number> = new Map([
  [0, 1], // struct.new
  [1, 1], // struct.new_default
  [6, 1], // array.new
  [7, 1], // array.new_default
  [8, 2], // array.new_fixed
  [26, 0], // any.convert_extern
  [27, 0], // extern.convert_any
  [28, 0], // ref.i31
]);

function skipReferenceInstruction(reader: Reader): void {
  const operands = OPERANDS.get(reader.u32());
  if (operands === undefined) reader.fail('unknown constant instruction');
  for (let i = 0; i < operands; i++) reader.u32();
}

function skipInteger(reader: Reader): void {
  while (reader.byte() >= 0x80);
}
