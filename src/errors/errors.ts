import { quote } from './quote.js';

/**
 * Every code an error can carry. A code is stable; its message may be reworded.
 *
 * | code | when |
 * |---|---|
 * | `malformed` | the bytes are not a component, or break the binary format; `offset` and `section` say where |
 * | `core-module` | the bytes are a core module where a component is expected |
 * | `invalid` | the bytes decode but are not a valid component, or a type is wrong inside it |
 * | `unsupported` | valid, but something hatchway or this engine cannot run |
 * | `world-mismatch` | the component's world is not the one the app asked for |
 * | `missing-import` | an import the app does not offer, or offers wrongly |
 * | `option` | an option that does not exist, is not built yet, or has a wrong value |
 * | `grants` | grants, a manifest or a policy that cannot be read, contradict each other, or cannot be enforced |
 * | `argument` | a value the app handed over has the wrong type (always a `TypeError`) |
 * | `component-error` | the guest answered with the error of its `result` (always a `ComponentError`) |
 * | `trap` | the guest trapped, or broke the canonical ABI |
 * | `exhausted` | a bound was reached: the stack, lifted bytes, the queue |
 * | `import-failed` | a host import threw something that is not a declared error |
 * | `poisoned` | the instance failed before; `cause` is the first failure |
 * | `disposed` | the instance was disposed |
 * | `reentrant` | the instance is already running and was called from inside itself |
 * | `cancelled` | the caller's signal was aborted before the call started |
 * | `not-found` | no such file, function or export |
 * | `permission-denied` | what an instance was not granted (always a `PermissionDeniedError`) |
 * | `timeout` | a call took longer than its limit |
 * | `exited` | the guest ended its instance; `exitCode` says how |
 * | `protocol` | a plugin that runs elsewhere, or the host it talks to, broke the protocol between them |
 * | `unavailable` | a plugin that runs elsewhere has ended, or its instance has |
 */
export type ErrorCode =
  | 'malformed'
  | 'core-module'
  | 'invalid'
  | 'unsupported'
  | 'world-mismatch'
  | 'missing-import'
  | 'option'
  | 'grants'
  | 'argument'
  | 'component-error'
  | 'trap'
  | 'exhausted'
  | 'import-failed'
  | 'poisoned'
  | 'disposed'
  | 'reentrant'
  | 'cancelled'
  | 'not-found'
  | 'permission-denied'
  | 'timeout'
  | 'exited'
  | 'protocol'
  | 'unavailable';

export interface ErrorDetails {
  /** The plugin's name, if the error concerns one. */
  plugin?: string;
  /** The instance's name, if the error concerns one. */
  instance?: string;
  /** What the reader can do about it; becomes the end of the message. */
  mend?: string;
  /** Byte offset in the artifact. */
  offset?: number;
  /** The section of the component the offset lies in. */
  section?: string;
  /** Each difference, in WIT terms. */
  differences?: readonly string[];
  /** What the guest exited with: 0 to 255. */
  exitCode?: number;
  /** Whether a call that failed had been started. Where not, the resources it was to give away are still the caller's. */
  started?: boolean;
  cause?: unknown;
}

const DETAILS = ['plugin', 'instance', 'mend', 'offset', 'section', 'differences', 'exitCode', 'started'] as const;

/**
 * What every failure of hatchway is.
 * @example
 * try { await host.load(bytes) } catch (error) { if (error.code === 'malformed') console.log(error.offset) }
 */
export class HatchwayError extends Error {
  readonly code: ErrorCode;
  declare readonly plugin?: string;
  declare readonly instance?: string;
  declare readonly mend?: string;
  declare readonly offset?: number;
  declare readonly section?: string;
  declare readonly differences?: readonly string[];
  declare readonly exitCode?: number;
  declare readonly started?: boolean;

  /** What happened, without where and without what mends it. */
  readonly #what: string;

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    super(compose(what, details), 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.#what = what;
    const { cause: _, ...rest } = details;
    Object.assign(this, rest);
  }

  /** The same error where more is known of it. The details given here count before its own. */
  with(details: ErrorDetails): HatchwayError {
    const own: ErrorDetails = {};
    for (const key of DETAILS) if (this[key] !== undefined) Object.assign(own, { [key]: this[key] });
    return new HatchwayError(this.code, this.#what, { cause: this.cause ?? this, ...own, ...details });
  }
}
Object.defineProperty(HatchwayError.prototype, 'name', { value: 'HatchwayError', configurable: true, writable: true });

/** Marks a `ComponentError` for every copy of hatchway that a process has loaded: `instanceof` knows one. */
const BRAND = Symbol.for('hatchway.ComponentError');

/** Whether a value is a `ComponentError`, of this copy of hatchway or of another. */
export function isComponentError(value: unknown): value is ComponentError {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}

/**
 * The error of a WIT `result`, on its way through JavaScript: an export that returns `result<T, E>` throws it, and an
 * import throws it to answer with an error. `payload` is the value of E (`undefined` where the result has none).
 * @example throw new ComponentError('no such key')
 */
export class ComponentError<E = unknown> extends HatchwayError {
  readonly payload: E;
  readonly [BRAND] = true;

  constructor(payload: E, details?: ErrorDetails) {
    super('component-error', `the component answered with an error: ${describePayload(payload)}`, details);
    this.payload = payload;
  }
}
Object.defineProperty(ComponentError.prototype, 'name', {
  value: 'ComponentError',
  configurable: true,
  writable: true,
});

/** What was refused to an instance, by which rule, and what would allow it. Holds no secret's value. */
export interface Denial {
  /** The same in the audit log, in the error and in events. */
  readonly id: string;
  readonly plugin: string;
  readonly instance: string;
  /** The word of the grant that is missing: `read`, `write`, `env`, … */
  readonly kind: string;
  /** What the guest asked for, in its own terms: a guest path, a variable's name, an address. */
  readonly target: string;
  /** What decided. */
  readonly rule: string;
  /** The line or flag that would allow it. */
  readonly grantWith: string;
}

/**
 * An instance asked for what it was not granted, in a way that has no error of its own to answer with.
 * @example if (error instanceof PermissionDeniedError) console.log(error.denial.grantWith)
 */
export class PermissionDeniedError extends HatchwayError {
  readonly denial: Denial;

  constructor(denial: Denial) {
    const { plugin, instance, kind, target, rule, grantWith } = denial;
    super('permission-denied', `${kind} of ${quote(target, 200)} is refused: ${rule}`, {
      plugin,
      instance,
      mend: `To allow it: ${grantWith}`,
    });
    this.denial = denial;
  }
}
Object.defineProperty(PermissionDeniedError.prototype, 'name', {
  value: 'PermissionDeniedError',
  configurable: true,
  writable: true,
});

/**
 * Thrown by a function that hatchway itself implements for a guest: ends the instance with exactly this error. What any
 * other import throws is the app's failure.
 */
export class InstanceEnd extends Error {
  constructor(readonly error: HatchwayError) {
    super(error.message, { cause: error });
  }
}

/** Builds an error: `what` happened, where, and what mends it. */
export function hatchwayError(code: ErrorCode, what: string, details?: ErrorDetails): HatchwayError {
  return new HatchwayError(code, what, details);
}

/**
 * The error for a call whose time was up.
 * @param timeout milliseconds; `Infinity` where it was not the call's own time.
 */
export function timeUp(
  name: { readonly plugin?: string; readonly instance?: string },
  timeout: number,
  cause?: unknown,
): HatchwayError {
  const what = Number.isFinite(timeout)
    ? `the call took longer than its limit of ${timeout} ms`
    : 'the time of the call around this one was up';
  return hatchwayError('timeout', what, {
    ...name,
    mend: 'Raise `limits: { timeout }` if it may take that long; the instance is at its end.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function compose(what: string, { plugin, instance, offset, section, differences = [], mend }: ErrorDetails): string {
  let message = plugin === undefined ? '' : `plugin ${quote(plugin)}`;
  if (instance !== undefined && instance !== plugin) message += `${message ? ', ' : ''}instance ${quote(instance)}`;
  message += message ? `: ${what}` : what;
  if (offset !== undefined) message += ` (at byte 0x${offset.toString(16)}${section ? `, ${section} section` : ''})`;
  for (const difference of differences) message += `\n  - ${difference}`;
  if (mend !== undefined)
    message += differences.length > 0 ? `\n${mend}` : `${message.endsWith('.') ? '' : '.'} ${mend}`;
  return message;
}

/**
 * A value the app handed over is wrong. `path` says which (`message.extras[3][1]`), `expected` what WIT wants there.
 * Nothing was called.
 */
export function argumentError(
  path: string,
  expected: string,
  got: unknown,
): TypeError & { code: 'argument'; path: string } {
  const error = new TypeError(`${path}: expected ${expected}, got ${describe(got)}`) as TypeError & {
    code: 'argument';
    path: string;
  };
  error.code = 'argument';
  error.path = path;
  return error;
}

/** A short account of a value that runs no code of the value's own. */
function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the string ${quote(value, 40)}`;
    case 'number':
      return `the number ${Object.is(value, -0) ? '-0' : value}`;
    case 'bigint':
      return `the bigint ${value.toString().slice(0, 40)}`;
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    default:
      if (value === null) return 'null';
      return Array.isArray(value) ? 'an array' : 'an object';
  }
}

function describePayload(payload: unknown): string {
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) {
    const tag = Object.getOwnPropertyDescriptor(payload, 'tag')?.value;
    if (typeof tag === 'string') return quote(tag);
  }
  return describe(payload);
}
