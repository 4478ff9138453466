import { ComponentError } from '../../errors/index.js';

type HeaderError = 'invalid-syntax' | 'forbidden' | 'immutable';

const failures = new Map<HeaderError, ComponentError>();

/** One error for each case: making one is slower than the call it answers. */
function failure(tag: HeaderError): ComponentError {
  let error = failures.get(tag);
  if (error === undefined) {
    error = new ComponentError({ tag });
    failures.set(tag, error);
  }
  return error;
}

/** RFC 9110, 5.6.2: what a field's name is made of. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i;
/** Names and values of one list together, in bytes: 128 KiB. */
const MAX_BYTES = 131_072;
/** What belongs to the connection is the host's to say. */
const FORBIDDEN = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

type Entry = readonly [name: string, value: Uint8Array];

/** `wasi:http/types.fields`: an ordered list of header fields, whose names are compared without case. */
export class Fields {
  #entries: Entry[] = [];
  #bytes = 0;
  #mutable = true;

  static fromList(entries: readonly Entry[]): Fields {
    const fields = new Fields();
    for (const [name, value] of entries) fields.append(name, value);
    return fields;
  }

  /** The list as part of a message, which cannot be changed any more. */
  static immutable(fields: Fields): Fields {
    const copy = fields.clone();
    copy.#mutable = false;
    return copy;
  }

  get(name: string): Uint8Array[] {
    return this.#entries.filter((entry) => isNamed(entry, name)).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.#entries.some((entry) => isNamed(entry, name));
  }

  set(name: string, values: readonly Uint8Array[]): void {
    this.#check(name, values);
    this.#remove(name);
    for (const value of values) this.#add(name, value);
  }

  delete(name: string): void {
    this.#check(name, []);
    this.#remove(name);
  }

  append(name: string, value: Uint8Array): void {
    this.#check(name, [value]);
    this.#add(name, value);
  }

  entries(): Entry[] {
    return [...this.#entries];
  }

  clone(): Fields {
    const copy = new Fields();
    copy.#entries = [...this.#entries];
    copy.#bytes = this.#bytes;
    return copy;
  }

  #check(name: string, values: readonly Uint8Array[]): void {
    if (!this.#mutable) throw failure('immutable');
    if (!NAME.test(name) || !values.every(isFieldValue)) throw failure('invalid-syntax');
    if (FORBIDDEN.has(name.toLowerCase())) throw failure('forbidden');
    const added = values.reduce((sum, value) => sum + name.length + value.length, 0);
    // The interface has no case for a list that is too long; `forbidden` is what a host says that does not want it.
    if (this.#bytes + added > MAX_BYTES) throw failure('forbidden');
  }

  #add(name: string, value: Uint8Array): void {
    this.#entries.push([name, value]);
    this.#bytes += name.length + value.length;
  }

  #remove(name: string): void {
    this.#entries = this.#entries.filter((entry) => !isNamed(entry, name));
    this.#bytes = this.#entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  }
}

function isNamed([key]: Entry, name: string): boolean {
  return key.toLowerCase() === name.toLowerCase();
}

/** RFC 9110, 5.5: no line breaks and no NUL. */
function isFieldValue(value: Uint8Array): boolean {
  return !value.some((byte) => byte === 0 || byte === 10 || byte === 13);
}
