/**
 * What runs inside a JavaScript plugin, between its author's functions and the component's glue: values that leave the
 * plugin are checked against their WIT types, because the glue makes 0 or "undefined" of what is not one. The built file is
 * copied into the plugin as it is, so it imports nothing.
 */

/** A type; numbers are indices into the table of types. */
export type GuestType =
  | readonly ['bool' | 'string' | 'char' | 'float']
  | readonly ['int', name: string, min: number, max: number]
  | readonly ['bigint', name: string, bits: number, signed: boolean]
  | readonly ['list', element: number, length: number | null, typedArray: string | null]
  | readonly ['tuple', items: readonly number[]]
  | readonly ['record', fields: readonly (readonly [string, number])[]]
  | readonly ['variant', cases: readonly (readonly [string, number | null])[]]
  | readonly ['enum', cases: readonly string[]]
  | readonly ['flags', names: readonly string[]]
  | readonly ['option', some: number, nested: boolean]
  | readonly ['result', ok: number | null, error: number | null]
  | readonly ['resource', key: string, name: string];

/** What is known of a function: types are indices, `null` where there is none. */
export interface GuestFunction {
  /** As its author knows it: `filter.apply`. */
  readonly name: string;
  readonly params: readonly (readonly [string, number])[];
  readonly result: number | null;
  /** For a `result`: the type of its error. `errorText` is that of the whole in WIT. */
  readonly fails: boolean;
  readonly error: number | null;
  readonly text: string;
}

type Callable = (this: unknown, ...args: unknown[]) => unknown;
type Class = new (...args: unknown[]) => object;

class Mismatch extends TypeError {}

/**
 * The checks of one plugin. `classes` are those of its resources, by the keys of the table; `report` is told what ends the
 * plugin.
 */
export function createChecks(
  types: readonly GuestType[],
  classes: Map<string, Class>,
  report: (message: string) => void = () => {},
) {
  function check(index: number, value: any, path: string): unknown {
    const type = types[index]!;
    const wrong = (expected: string) => new Mismatch(`${path}: expected ${expected}, got ${describe(value)}`);
    switch (type[0]) {
      case 'bool':
        if (typeof value !== 'boolean') throw wrong('a boolean');
        return value;
      case 'string':
        if (typeof value !== 'string') throw wrong('a string');
        return value;
      case 'char':
        if (typeof value !== 'string' || !isCharacter(value)) throw wrong('a string of one character');
        return value;
      case 'float':
        if (typeof value !== 'number') throw wrong('a number');
        return value;
      case 'int': {
        const [, name, min, max] = type;
        if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
          throw wrong(`${name}, a whole number from ${min} to ${max}`);
        }
        return value;
      }
      case 'bigint': {
        const [, name, bits, signed] = type;
        const fits = typeof value === 'bigint' && (signed ? BigInt.asIntN : BigInt.asUintN)(bits, value) === value;
        if (!fits) throw wrong(`${name}, a bigint of ${bits} bits${signed ? '' : ', not negative'}`);
        return value;
      }
      case 'list': {
        const [, element, length, typedArray] = type;
        const TypedArray = typedArray === null ? undefined : (globalThis as any)[typedArray];
        // The glue has globals of its own: what it made is no instance of ours.
        const isTyped: boolean = typedArray !== null && tagOf(value) === typedArray;
        if (!isTyped && !Array.isArray(value)) throw wrong(typedArray ?? 'an array');
        if (length !== null && value.length !== length) {
          throw new Mismatch(`${path}: expected ${length} elements, got ${value.length}`);
        }
        // A typed array can hold nothing else.
        if (isTyped) return value;
        const items = Array.from(value as unknown[], (item, i) => check(element, item, `${path}[${i}]`));
        return TypedArray === undefined ? items : TypedArray.from(items);
      }
      case 'tuple': {
        const [, items] = type;
        if (!Array.isArray(value)) throw wrong(`an array of ${items.length}`);
        if (value.length !== items.length) {
          throw new Mismatch(`${path}: expected ${items.length} elements, got ${value.length}`);
        }
        return items.map((item, i) => check(item, value[i], `${path}[${i}]`));
      }
      case 'record':
        return checkRecord(type[1], value, path, wrong);
      case 'variant': {
        const [, cases] = type;
        const tags = () => `{ tag } with a tag of ${oneOf(cases.map(([tag]) => tag))}`;
        if (typeof value !== 'object' || value === null) throw wrong(tags());
        const found = cases.find(([tag]) => tag === value.tag);
        if (found === undefined)
          throw new Mismatch(`${path}.tag: expected ${oneOf(cases.map(([tag]) => tag))}, got ${describe(value.tag)}`);
        const [tag, payload] = found;
        return payload === null ? { tag } : { tag, val: check(payload, value.val, `${path}.val`) };
      }
      case 'enum':
        if (!type[1].includes(value)) throw wrong(oneOf(type[1]));
        return value;
      case 'flags': {
        if (typeof value !== 'object' || value === null) throw wrong('an object of flags');
        const unknown = Object.keys(value).find((key) => !type[1].includes(key));
        if (unknown !== undefined) throw new Mismatch(`${path}: there is no flag "${unknown}", only ${oneOf(type[1])}`);
        for (const name of type[1]) {
          if (value[name] !== undefined && typeof value[name] !== 'boolean') {
            throw new Mismatch(`${path}.${name}: expected a boolean, got ${describe(value[name])}`);
          }
        }
        return value;
      }
      case 'option': {
        const [, some, nested] = type;
        if (!nested) return value === undefined || value === null ? undefined : check(some, value, path);
        if (value?.tag === 'none') return { tag: 'none' };
        if (value?.tag === 'some') return { tag: 'some', val: check(some, value.val, `${path}.val`) };
        throw wrong('{ tag: "some", val } or { tag: "none" }');
      }
      case 'result': {
        if (value?.tag !== 'ok' && value?.tag !== 'err') throw wrong('{ tag: "ok", val } or { tag: "err", val }');
        const side = value.tag === 'ok' ? type[1] : type[2];
        return { tag: value.tag, val: side === null ? undefined : check(side, value.val, `${path}.val`) };
      }
      case 'resource': {
        const known = classes.get(type[1]);
        if (known !== undefined && !(value instanceof known)) throw wrong(`a ${type[2]}`);
        return value;
      }
    }
  }

  function checkRecord(
    fields: readonly (readonly [string, number])[],
    value: any,
    path: string,
    wrong: (expected: string) => Error,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('an object');
    // A name that is almost that of a field explains why the field is missing.
    const names = fields.map(([name]) => name);
    const missing = names.filter((name) => value[name] === undefined);
    const unknown = missing.length === 0 ? undefined : Object.keys(value).find((key) => !names.includes(key));
    const hint = (name: string) =>
      unknown === undefined
        ? ''
        : `; "${unknown}", which it has, is no field${missing.length === 1 ? `: is "${name}" meant?` : ''}`;
    const copy: Record<string, unknown> = {};
    for (const [name, type] of fields) {
      if (value[name] === undefined && !isOptional(type)) {
        throw new Mismatch(`${path}: the field "${name}" is missing${hint(name)}`);
      }
      copy[name] = check(type, value[name], `${path}.${name}`);
    }
    if (unknown !== undefined)
      throw new Mismatch(
        `${path}: there is no field "${unknown}"${missing.length === 1 ? `: is "${missing[0]}" meant?` : ''}`,
      );
    return copy;
  }

  /**
   * What came in, put right: in a payload of a variant the glue leaves the sign of small integers out (-1 of an s32 comes as
   * 4294967295). Elements of lists are read another way.
   */
  function arrived(index: number, value: any): unknown {
    if (!isAffected(index)) return value;
    const type = types[index]!;
    switch (type[0]) {
      case 'int':
        return value > type[3] ? value - 2 * (type[3] + 1) : value;
      case 'tuple':
        return value.map((item: unknown, i: number) => arrived(type[1][i]!, item));
      case 'record':
        for (const [name, field] of type[1]) value[name] = arrived(field, value[name]);
        return value;
      case 'variant': {
        const payload = type[1].find(([tag]) => tag === value.tag)?.[1] ?? null;
        return payload === null ? value : { tag: value.tag, val: arrived(payload, value.val) };
      }
      case 'result': {
        const side = value.tag === 'ok' ? type[1] : type[2];
        return side === null ? value : { tag: value.tag, val: arrived(side, value.val) };
      }
      case 'option':
        if (!type[2]) return value === undefined ? undefined : arrived(type[1], value);
        return value.tag === 'none' ? value : { tag: 'some', val: arrived(type[1], value.val) };
      default:
        return value;
    }
  }

  const affected = new Map<number, boolean>();

  /** Whether a type has signed integers outside of lists. */
  function isAffected(index: number): boolean {
    const known = affected.get(index);
    if (known !== undefined) return known;
    const answer = partsOf(types[index]!).some(isAffected) || (types[index]![0] === 'int' && types[index]![2] < 0);
    affected.set(index, answer);
    return answer;
  }

  function partsOf(type: GuestType): readonly number[] {
    const present = (parts: readonly (number | null)[]) => parts.filter((part) => part !== null);
    switch (type[0]) {
      case 'tuple':
        return type[1];
      case 'record':
        return type[1].map(([, field]) => field);
      case 'variant':
        return present(type[1].map(([, payload]) => payload));
      case 'result':
        return present([type[1], type[2]]);
      case 'option':
        return [type[1]];
      default:
        return [];
    }
  }

  const isOptional = (index: number) => types[index]![0] === 'option';

  /** What to throw for what the author's code threw: the error of its `result`, or what ends the plugin. */
  function failure(fn: GuestFunction, thrown: any): unknown {
    const isError = tagOf(thrown) === 'Error' || thrown instanceof Error;
    // An error of an import that was not caught has a payload of its own.
    const payload = isError && Object.hasOwn(thrown, 'payload') ? (thrown as any).payload : thrown;
    if (fn.fails && (!isError || payload !== thrown)) {
      if (fn.error === null && payload === undefined) return { payload: undefined };
      try {
        if (fn.error !== null) return { payload: check(fn.error, payload, `what ${fn.name} threw`) };
      } catch (mismatch) {
        if (!isError) return trapOrText(fn, mismatch);
      }
    }
    if (isError && takesText(fn)) return { payload: textOf(thrown) };
    const wanted = !fn.fails
      ? `${fn.text} has no error`
      : `its error is ${fn.error === null ? 'nothing (throw undefined)' : 'a value to throw'}: ${fn.text}`;
    return trap(`${fn.name} threw ${isError ? textOf(thrown) : describe(thrown)}; ${wanted}`);
  }

  /** An error that ends the plugin. The glue takes what is thrown for an error of the world, unless that cannot be had. */
  function trap(message: string): Error {
    report(message);
    const error = new TypeError(message);
    return Object.defineProperty(error, 'payload', {
      get() {
        throw error;
      },
    });
  }

  const takesText = (fn: GuestFunction) => fn.error !== null && types[fn.error]![0] === 'string';

  function trapOrText(fn: GuestFunction, problem: unknown): unknown {
    const { message } = problem as Error;
    return takesText(fn) ? { payload: message } : trap(message);
  }

  /** The author's function, with what it returns or throws checked. */
  function exported(fn: GuestFunction, callee: Callable): Callable {
    const finish = (value: unknown) => {
      if (fn.result === null) return undefined;
      try {
        return check(fn.result, value, `the result of ${fn.name}`);
      } catch (mismatch) {
        throw trapOrText(fn, mismatch);
      }
    };
    const fail = (thrown: unknown): never => {
      throw failure(fn, thrown);
    };
    return function (this: unknown, ...args) {
      let value: any;
      try {
        value = callee.apply(
          this,
          fn.params.map(([, type], i) => arrived(type, args[i])),
        );
      } catch (thrown) {
        return fail(thrown);
      }
      return value instanceof Promise ? value.then(finish, fail) : finish(value);
    };
  }

  /** A function of the app, with what it is given checked. */
  function imported(fn: GuestFunction, callee: Callable): Callable {
    return function (this: unknown, ...args) {
      const value = callee.apply(this, argumentsOf(fn, args));
      return fn.result === null ? value : arrived(fn.result, value);
    };
  }

  function argumentsOf(fn: GuestFunction, args: readonly unknown[]): unknown[] {
    return fn.params.map(([name, type], i) => check(type, args[i], `${name}, an argument of ${fn.name}`));
  }

  /** A resource of the app, whose functions are checked in place: the glue knows it by its identity. */
  function importedClass(key: string, original: any, functions: readonly ClassMember[]): unknown {
    classes.set(key, original);
    for (const [kind, name, fn] of functions) {
      const owner = kind === 'method' ? original.prototype : original;
      if (kind !== 'constructor') owner[name] = imported(fn, owner[name]);
    }
    const made = functions.find(([kind]) => kind === 'constructor')?.[2];
    if (made === undefined) return original;
    return new Proxy(original, {
      construct: (target, args, newTarget) => Reflect.construct(target, argumentsOf(made, args), newTarget),
    });
  }

  /** The author's class as the glue sees it: its instances are the author's own, their methods are called checked. */
  function exportedClass(key: string, original: any, functions: readonly ClassMember[]): unknown {
    classes.set(key, original);
    function construct(...args: unknown[]) {
      try {
        return new original(...args);
      } catch (thrown) {
        report(`new ${original.name} threw ${thrown instanceof Error ? textOf(thrown) : describe(thrown)}`);
        throw thrown;
      }
    }
    const facade: any = construct;
    Object.defineProperty(facade, Symbol.hasInstance, { value: (value: unknown) => value instanceof original });
    for (const [kind, name, fn] of functions) {
      if (kind === 'method')
        facade.prototype[name] = exported(fn, function (this: any, ...args) {
          return this[name](...args);
        });
      if (kind === 'static') facade[name] = exported(fn, (...args) => original[name](...args));
    }
    return facade;
  }

  return { exported, imported, importedClass, exportedClass };
}

/**
 * A place in the plugin's memory, which the host finds by its marker, for the text of what ends the plugin: there is no other
 * way out for it. It is made when the plugin is built, and stays where it is.
 * @param size bytes of the report before its text, as `TRAP_REPORT` has it.
 */
export function createReport(marker: readonly number[], size: number): (message: string) => void {
  const limit = 500;
  // A buffer of its own, and not a small one: those move.
  const buffer = new ArrayBuffer(size + 2 * limit);
  new Uint8Array(buffer).set(marker);
  const fields = new DataView(buffer);
  return (message) => {
    const length = Math.min(message.length, limit);
    for (let i = 0; i < length; i++) fields.setUint16(size + 2 * i, message.charCodeAt(i), true);
    fields.setUint32(24, 2 * length, true);
    fields.setUint32(16, 1, true);
  };
}

export type ClassMember = readonly [kind: 'constructor' | 'method' | 'static', name: string, fn: GuestFunction];

/** What the author's module has to have. Found when the plugin is built: its modules run then. */
export function need(owner: any, path: string, name: string, wanted: string): any {
  const found = owner[name];
  if (typeof found !== 'function') throw unfit(path, found, wanted);
  return /^[A-Z]/.test(name) ? found : found.bind(owner);
}

/** The object that is exported for an interface. */
export function object(owner: any, name: string): any {
  const found = owner[name];
  if (typeof found !== 'object' || found === null)
    throw unfit(name, found, 'an object with the functions of the interface');
  return found;
}

function unfit(path: string, found: unknown, wanted: string): Error {
  const what = found === undefined ? 'is missing' : `is ${describe(found)}`;
  return new Error(`the export ${path} ${what}; the world wants ${wanted}`);
}

/** What a value is, whichever globals it was made with. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function textOf(error: Error): string {
  return error.name === 'Error' || !error.name ? error.message : `${error.name}: ${error.message}`;
}

function isCharacter(value: string): boolean {
  const [first, second] = value;
  return first !== undefined && second === undefined && !/[\ud800-\udfff]/u.test(value);
}

function oneOf(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' | ');
}

function describe(value: unknown): string {
  if (typeof value === 'string')
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === 'number') return `the number ${Object.is(value, -0) ? '-0' : value}`;
  if (typeof value === 'bigint') return `the bigint ${value}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Promise) return 'a promise';
  return Array.isArray(value) ? 'an array' : 'an object';
}
