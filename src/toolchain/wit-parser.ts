import { WitSyntaxError } from './wit-error.js';
import { type Token, tokenize } from './wit-lexer.js';

/**
 * What a WIT text says, as far as we need it: its packages, their interfaces and worlds, and the names in them with their
 * documentation. The types behind the names are jco's to read; here they are only passed over.
 */
export interface WitFile {
  /** The package of the file, where it says so at its start. */
  readonly header?: Declaration;
  readonly uses: readonly TopLevelUse[];
  readonly blocks: readonly Block[];
  /** `package a:b { … }` */
  readonly packages: readonly NestedPackage[];
}

interface Spanned {
  readonly start: number;
  readonly end: number;
}

/** `package a:b@1.0.0`, in a header with its semicolon. */
export interface Declaration extends Spanned {
  readonly name: string;
  readonly docs?: string;
}

/** `use a:b/c as d;` */
export interface TopLevelUse extends Spanned {
  readonly path: string;
  readonly local: string;
}

export interface NestedPackage extends Spanned {
  readonly name: string;
  readonly uses: readonly TopLevelUse[];
  readonly blocks: readonly Block[];
}

/** An interface or a world, or an interface inside a world. */
export interface Block extends Spanned {
  readonly kind: 'interface' | 'world';
  readonly name: string;
  readonly docs?: string;
  readonly items: readonly Item[];
}

export type Item = Spanned & { readonly name: string; readonly docs?: string } & (
    | { readonly kind: 'type'; readonly members: readonly Member[] }
    | { readonly kind: 'function' }
    | { readonly kind: 'use' }
    | { readonly kind: 'include' }
    | { readonly kind: 'import' | 'export'; readonly what: 'path' | 'function' | Block }
  );

/** A field, a case, a flag. A function of a resource is an item of its own. */
export interface Member {
  readonly name: string;
  readonly docs?: string;
}

/** @throws WitSyntaxError */
export function parseWit(text: string): WitFile {
  return new Parser(tokenize(text)).file();
}

class Parser {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  file(): WitFile {
    const header = this.#header();
    const uses: TopLevelUse[] = [];
    const blocks: Block[] = [];
    const packages: NestedPackage[] = [];
    while (this.#next.kind !== 'end') {
      const start = this.#next;
      this.#gates();
      if (this.#is('package')) packages.push(this.#nestedPackage(start));
      else this.#packageItem(start, uses, blocks);
    }
    return { ...(header && { header }), uses, blocks, packages };
  }

  get #next(): Token {
    return this.tokens[this.#at]!;
  }

  #is(text: string): boolean {
    return this.#next.text === text && !this.#next.escaped && this.#next.kind !== 'string';
  }

  #take(): Token {
    const token = this.#next;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): Token {
    if (!this.#is(text)) throw this.#unexpected(`'${text}'`);
    return this.#take();
  }

  #name(what: string): string {
    if (this.#next.kind !== 'name') throw this.#unexpected(what);
    return this.#take().text;
  }

  #unexpected(expected: string): WitSyntaxError {
    const { kind, text, start } = this.#next;
    return new WitSyntaxError(`expected ${expected}, found ${kind === 'end' ? 'the end' : `'${text}'`}`, start);
  }

  /** The end of what was taken last. */
  #end(): number {
    return this.tokens[this.#at - 1]?.end ?? 0;
  }

  #header(): Declaration | undefined {
    if (!this.#is('package')) return undefined;
    const before = this.#at;
    const declaration = this.#declaration();
    if (this.#is('{')) {
      this.#at = before;
      return undefined;
    }
    this.#expect(';');
    return { ...declaration, end: this.#end() };
  }

  #declaration(): Declaration {
    const { start, docs } = this.#expect('package');
    let name = this.#name('the name of a package');
    if (!this.#is(':')) throw this.#unexpected("':'");
    while (this.#is(':') || this.#is('/')) name += this.#take().text + this.#name('a name');
    name += this.#version();
    return { name, start, end: this.#end(), ...(docs && { docs }) };
  }

  #version(): string {
    if (!this.#accept('@')) return '';
    if (this.#next.kind !== 'number') throw this.#unexpected('a version');
    return `@${this.#take().text}`;
  }

  #nestedPackage({ start }: Token): NestedPackage {
    const { name } = this.#declaration();
    const uses: TopLevelUse[] = [];
    const blocks: Block[] = [];
    this.#expect('{');
    while (!this.#accept('}')) {
      const first = this.#next;
      this.#gates();
      this.#packageItem(first, uses, blocks);
    }
    return { name, uses, blocks, start, end: this.#end() };
  }

  #packageItem(first: Token, uses: TopLevelUse[], blocks: Block[]): void {
    if (this.#is('use')) uses.push(this.#topLevelUse());
    else if (this.#is('interface') || this.#is('world')) blocks.push(this.#block(first));
    else throw this.#unexpected("'interface', 'world', 'use' or 'package'");
  }

  #topLevelUse(): TopLevelUse {
    const { start } = this.#expect('use');
    const path = this.#path();
    const local = this.#accept('as') ? this.#name('a name') : path.replace(/@.*$/, '').replace(/^.*\//, '');
    this.#expect(';');
    return { path, local, start, end: this.#end() };
  }

  /** `name`, or `ns:pkg/name@1.0.0`. */
  #path(): string {
    let path = this.#name('the name of an interface');
    while (this.#is(':') || this.#is('/')) path += this.#take().text + this.#name('a name');
    return path + this.#version();
  }

  #block(first: Token): Block {
    const kind = this.#take().text as Block['kind'];
    const name = this.#name(`the name of the ${kind}`);
    return this.#body(kind, name, first);
  }

  #body(kind: Block['kind'], name: string, { docs, start }: Token): Block {
    const items: Item[] = [];
    this.#expect('{');
    while (!this.#accept('}')) {
      const first = this.#next;
      this.#gates();
      if (kind === 'world') this.#worldItem(first, items);
      else this.#interfaceItem(first, items);
    }
    return { kind, name, items, start, end: this.#end(), ...(docs && { docs }) };
  }

  #worldItem(first: Token, items: Item[]): void {
    const named = this.tokens[this.#at + 1]?.kind === 'name';
    if ((this.#is('import') || this.#is('export')) && named) items.push(this.#external(first));
    else if (this.#is('include') && named) items.push(this.#include(first));
    else if (this.#isType()) this.#type(first, items);
    else throw this.#unexpected("'import', 'export', 'include', 'use' or a type");
  }

  #interfaceItem(first: Token, items: Item[]): void {
    if (this.#isType()) {
      this.#type(first, items);
      return;
    }
    const name = this.#name('a function or a type');
    this.#expect(':');
    this.#function();
    items.push(this.#item(first, name, { kind: 'function' }));
  }

  #item<T extends object>(first: Token, name: string, rest: T) {
    const docs = first.docs === undefined ? {} : { docs: first.docs };
    return { ...rest, name, start: first.start, end: this.#end(), ...docs };
  }

  #external(first: Token): Item {
    const kind = this.#take().text as 'import' | 'export';
    if (this.tokens[this.#at + 1]?.text !== ':' || this.#isPackagePath()) {
      const name = this.#path();
      this.#expect(';');
      return this.#item(first, name, { kind, what: 'path' as const });
    }
    const start = this.#next;
    const name = this.#name('a name');
    this.#expect(':');
    if (this.#is('interface')) {
      this.#take();
      const what = this.#body('interface', name, start);
      return this.#item(first, name, { kind, what });
    }
    if (this.#is('func') || this.#is('async')) {
      this.#function();
      return this.#item(first, name, { kind, what: 'function' as const });
    }
    // `import name: path;`, an interface under a name of its own.
    this.#path();
    this.#expect(';');
    return this.#item(first, name, { kind, what: 'path' as const });
  }

  /** Whether `a:b/c` follows, as opposed to a name of its own and what it stands for. */
  #isPackagePath(): boolean {
    for (let i = this.#at + 1; this.tokens[i]?.text === ':' || this.tokens[i]?.text === '/'; i += 2) {
      if (this.tokens[i]!.text === '/') return true;
    }
    return false;
  }

  #include(first: Token): Item {
    this.#expect('include');
    const name = this.#path();
    if (this.#accept('with')) {
      this.#expect('{');
      this.#list('}', () => {
        this.#name('a name');
        this.#expect('as');
        this.#name('a name');
      });
      this.#accept(';');
    } else {
      this.#expect(';');
    }
    return this.#item(first, name, { kind: 'include' });
  }

  #isType(): boolean {
    // A function may have the name of a keyword only behind a `%`.
    return ['use', 'type', 'record', 'variant', 'enum', 'flags', 'resource'].some((keyword) => this.#is(keyword));
  }

  #type(first: Token, items: Item[]): void {
    const keyword = this.#take().text;
    if (keyword === 'use') {
      this.#use(first, items);
      return;
    }
    const name = this.#name(`the name of the ${keyword}`);
    if (keyword === 'resource') {
      this.#resource(first, name, items);
      return;
    }
    const members: Member[] = [];
    if (keyword === 'type') {
      this.#expect('=');
      this.#valueType();
      this.#expect(';');
    } else {
      this.#expect('{');
      this.#list('}', () => members.push(this.#member(keyword)));
    }
    items.push(this.#item(first, name, { kind: 'type', members }));
  }

  #use(first: Token, items: Item[]): void {
    this.#path();
    this.#expect('.');
    this.#expect('{');
    this.#list('}', () => {
      const name = this.#name('the name of a type');
      items.push(this.#item(first, this.#accept('as') ? this.#name('a name') : name, { kind: 'use' }));
    });
    this.#expect(';');
  }

  #member(keyword: string): Member {
    const { docs } = this.#next;
    const name = this.#name('a name');
    if (keyword === 'record') {
      this.#expect(':');
      this.#valueType();
    } else if (keyword === 'variant' && this.#accept('(')) {
      this.#valueType();
      this.#expect(')');
    }
    return { name, ...(docs && { docs }) };
  }

  #resource(first: Token, name: string, items: Item[]): void {
    items.push(this.#item(first, name, { kind: 'type', members: [] }));
    if (this.#accept(';')) return;
    this.#expect('{');
    while (!this.#accept('}')) {
      const start = this.#next;
      this.#gates();
      if (this.#accept('constructor')) {
        this.#parameters();
        if (this.#accept('->')) this.#valueType();
        this.#expect(';');
        items.push(this.#item(start, `[constructor]${name}`, { kind: 'function' }));
        continue;
      }
      const method = this.#name('a method');
      this.#expect(':');
      const kind = this.#accept('static') ? 'static' : 'method';
      this.#function();
      items.push(this.#item(start, `[${kind}]${name}.${method}`, { kind: 'function' }));
    }
  }

  #function(): void {
    this.#accept('async');
    this.#expect('func');
    this.#parameters();
    if (this.#accept('->')) this.#valueType();
    this.#expect(';');
  }

  #parameters(): void {
    this.#expect('(');
    this.#list(')', () => {
      this.#name('a parameter');
      this.#expect(':');
      this.#valueType();
    });
  }

  /** Things with commas between them and perhaps behind the last, up to and with `close`. */
  #list(close: string, element: () => void): void {
    while (!this.#accept(close)) {
      element();
      if (this.#accept(',')) continue;
      if (!this.#is(close)) throw this.#unexpected(`',' or '${close}'`);
    }
  }

  #valueType(): void {
    if (this.#accept('_')) return;
    if (this.#next.kind === 'number') {
      this.#take();
      return;
    }
    this.#name('a type');
    if (this.#accept('<')) this.#list('>', () => this.#valueType());
  }

  /** `@since(version = 1.0.0)` and others. */
  #gates(): void {
    while (this.#accept('@')) {
      this.#name('a gate');
      if (!this.#accept('(')) continue;
      while (!this.#accept(')')) {
        if (this.#take().kind === 'end') throw this.#unexpected("')'");
      }
    }
  }
}
