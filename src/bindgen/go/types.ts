import { hatchwayError } from '../../errors/index.js';
import { type ResolvedType, resolve, resourceOf, type TypeDefinition, type ValueType } from '../../wit/index.js';
import { isNamed, type Plan, terminal } from './plan.js';

const PRIMITIVES: Readonly<Record<string, { go: string; method: string }>> = {
  bool: { go: 'bool', method: 'Bool' },
  u8: { go: 'uint8', method: 'U8' },
  u16: { go: 'uint16', method: 'U16' },
  u32: { go: 'uint32', method: 'U32' },
  u64: { go: 'uint64', method: 'U64' },
  s8: { go: 'int8', method: 'S8' },
  s16: { go: 'int16', method: 'S16' },
  s32: { go: 'int32', method: 'S32' },
  s64: { go: 'int64', method: 'S64' },
  f32: { go: 'float32', method: 'F32' },
  f64: { go: 'float64', method: 'F64' },
  char: { go: 'rune', method: 'Char' },
  string: { go: 'string', method: 'String' },
};

/** The most items of a tuple that package plugin has a type for. */
const MAX_TUPLE = 16;

/** What a WIT type is in Go, and what reads and writes it. */
export class Types {
  /** Tuples that package plugin has no type for, by their sizes. */
  readonly longTuples = new Set<number>();
  usesStreams = false;
  /** Functions that read and write types without a name, by what the types are made of: several can be one type in Go. */
  readonly #helpers = new Map<string, { readonly word: string; readonly type: ValueType }>();
  readonly #words = new Set<string>();

  constructor(readonly plan: Plan) {}

  /** Types that need functions of their own to be read and written, in the order in which they were asked for. It grows while it
   * is walked. */
  get helpers(): Iterable<{ readonly word: string; readonly type: ValueType }> {
    return this.#helpers.values();
  }

  text(type: ValueType): string {
    if (type.kind === 'reference') {
      const { kind } = resolve(type);
      const declared = this.plan.declared(type.definition);
      if (isNamed(kind) || declared.type.kind !== 'resource') return this.plan.typeName(declared);
    }
    const resolved = resolve(type);
    const stream = streamOf(resolved);
    if (stream !== undefined) {
      this.usesStreams = true;
      return stream === 'with' ? 'io.ReadCloser' : 'io.WriteCloser';
    }
    switch (resolved.kind) {
      case 'list':
        if (isBytes(resolved)) return '[]byte';
        return `[${resolved.length ?? ''}]${this.text(resolved.element)}`;
      case 'map':
        return `map[${this.text(resolved.key)}]${this.text(resolved.value)}`;
      case 'tuple':
        return `${this.#tuple(resolved.items.length)}[${resolved.items.map((it) => this.text(it)).join(', ')}]`;
      case 'option':
        return isNilable(resolved.some) ? this.text(resolved.some) : `*${this.text(resolved.some)}`;
      case 'result':
        return `plugin.Result[${this.#side(resolved.ok)}, ${this.#side(resolved.error)}]`;
      case 'own':
      case 'borrow': {
        const name = this.plan.typeName(resourceOf(resolved.resource));
        return this.plan.isExported(resolved.resource) ? name : `*${name}`;
      }
      default:
        return primitive(resolved).go;
    }
  }

  /** An expression that reads a value from `r`. */
  read(type: ValueType): string {
    const resolved = resolve(type);
    if (isBytes(resolved)) return 'r.Bytes()';
    const known = PRIMITIVES[resolved.kind];
    return known ? `r.${known.method}()` : `${this.reader(type)}(r)`;
  }

  /** A statement that writes `value` to `w`. */
  write(type: ValueType, value: string): string {
    const resolved = resolve(type);
    if (isBytes(resolved)) return `w.Bytes(${value})`;
    const known = PRIMITIVES[resolved.kind];
    return known ? `w.${known.method}(${value})` : `${this.writer(type)}(w, ${value})`;
  }

  /** A function that reads a value. */
  reader(type: ValueType): string {
    return this.#codec(type, 'Read', 'read');
  }

  writer(type: ValueType): string {
    return this.#codec(type, 'Write', 'write');
  }

  #codec(type: ValueType, ready: string, made: string): string {
    const { definition, type: resolved } = terminal(type);
    if (definition !== undefined) return made + this.plan.typeName(definition);
    const known = PRIMITIVES[resolved.kind];
    if (known) return `plugin.${ready}${known.method}`;
    if (isBytes(resolved)) return `plugin.${ready}Bytes`;
    const key = this.#key(resolved);
    let helper = this.#helpers.get(key);
    if (helper === undefined) {
      let word = this.#word(resolved);
      while (this.#words.has(word) || this.plan.helpers.has(`read${word}`)) word += '_';
      this.#words.add(word);
      helper = { word, type: resolved };
      this.#helpers.set(key, helper);
    }
    return made + helper.word;
  }

  /** What a type is made of. */
  #key(type: ValueType): string {
    const { definition, type: resolved } = terminal(type);
    if (definition !== undefined) return this.plan.typeName(definition);
    const of = (...parts: (ValueType | undefined)[]) =>
      `${resolved.kind}(${parts.map((it) => (it ? this.#key(it) : '_')).join()})`;
    switch (resolved.kind) {
      case 'list':
        return `${of(resolved.element)}${resolved.length ?? ''}`;
      case 'map':
        return of(resolved.key, resolved.value);
      case 'tuple':
        return of(...resolved.items);
      case 'option':
        return of(resolved.some);
      case 'result':
        return of(resolved.ok, resolved.error);
      case 'stream':
        return of(resolved.element);
      case 'own':
      case 'borrow':
        return `${resolved.kind} ${this.plan.typeName(resourceOf(resolved.resource))}`;
      default:
        return resolved.kind;
    }
  }

  /** What a type without a name is called in the names of functions. */
  #word(type: ValueType): string {
    const { definition, type: resolved } = terminal(type);
    if (definition !== undefined) return this.plan.typeName(definition);
    const known = PRIMITIVES[resolved.kind];
    if (known) return known.method;
    const stream = streamOf(resolved);
    if (stream !== undefined) return stream === 'with' ? 'Input' : 'Output';
    const of = (name: string, ...parts: (ValueType | undefined)[]) =>
      `${name}Of${parts.map((it) => (it ? this.#word(it) : 'Nothing')).join('And')}`;
    switch (resolved.kind) {
      case 'list':
        return of(resolved.length === undefined ? 'List' : `List${resolved.length}`, resolved.element);
      case 'map':
        return of('Map', resolved.key, resolved.value);
      case 'tuple':
        return resolved.items.length > 4 ? `Tuple${resolved.items.length}` : of('Tuple', ...resolved.items);
      case 'option':
        return of('Option', resolved.some);
      case 'result':
        return of('Result', resolved.ok, resolved.error);
      case 'own':
      case 'borrow':
        return `${resolved.kind === 'own' ? 'Own' : 'Lent'}${this.plan.typeName(resourceOf(resolved.resource))}`;
      default:
        return primitive(resolved).method;
    }
  }

  /** The name of a tuple's type. */
  #tuple(items: number): string {
    if (items <= MAX_TUPLE) return `plugin.Tuple${items}`;
    this.longTuples.add(items);
    return `Tuple${items}`;
  }

  #side(type: ValueType | undefined): string {
    return type === undefined ? 'struct{}' : this.text(type);
  }
}

/** Whether nil is no value of the Go type, so that it can stand for none. */
export function isNilable(type: ValueType): boolean {
  const resolved = resolve(type);
  return (
    resolved.kind === 'variant' ||
    resolved.kind === 'own' ||
    resolved.kind === 'borrow' ||
    streamOf(resolved) !== undefined
  );
}

function isBytes(type: ResolvedType): boolean {
  return type.kind === 'list' && type.length === undefined && resolve(type.element).kind === 'u8';
}

function primitive(type: ResolvedType): { go: string; method: string } {
  const known = PRIMITIVES[type.kind];
  if (known === undefined) throw hatchwayError('unsupported', `a ${type.kind} does not cross to a native plugin yet`);
  return known;
}

/** Which way the bytes of a stream flow, seen from where the value is sent. */
export function streamOf(type: ResolvedType): 'with' | 'against' | undefined {
  if (type.kind === 'stream')
    return type.element !== undefined && resolve(type.element).kind === 'u8' ? 'with' : undefined;
  if (type.kind !== 'own') return undefined;
  const { name, owner } = resourceOf(type.resource) as TypeDefinition;
  if (owner === undefined || 'package' in owner || !/^wasi:io\/streams(@|$)/.test(owner.id ?? '')) return undefined;
  return name === 'input-stream' ? 'with' : name === 'output-stream' ? 'against' : undefined;
}
