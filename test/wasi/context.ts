/** WASI contexts for tests: what an instance has, without a guest. */
import { type ErrorCode, HatchwayError, InstanceEnd, isComponentError } from '../../src/errors/index.js';
import {
  type AuditEvent,
  type GrantsOption,
  Permissions,
  parseAppGrants,
  resolveGrants,
} from '../../src/grants/index.js';
import { WasiContext, type WasiOptions } from '../../src/wasi/index.js';
import { wasiPackage } from '../../src/wit/index.js';

type Interface = Record<string, (...args: any[]) => any>;

/** A context with these grants, and what it writes and records. */
export function makeContext(grants: GrantsOption = {}, options: Partial<WasiOptions> = {}) {
  const name = { plugin: 'guest', instance: 'guest' };
  const events: AuditEvent[] = [];
  const written = { stdout: '', stderr: '' };
  const output = (stream: 'stdout' | 'stderr') => ({
    write: (bytes: Uint8Array) => {
      written[stream] += Buffer.from(bytes).toString();
    },
  });
  const resolved = resolveGrants({ app: parseAppGrants(grants, { cwd: process.cwd() }) });
  const permissions = new Permissions(name, resolved, (event) => events.push(event));
  const context = new WasiContext({
    name,
    permissions,
    args: [],
    stdin: { kind: 'bytes', bytes: new Uint8Array(0) },
    stdout: output('stdout'),
    stderr: output('stderr'),
    terminals: { stdin: false, stdout: false, stderr: false },
    waiting: 100,
    ...options,
  });
  /** An interface by its name without the version: `wasi:io/poll`. */
  const face = (id: string): Interface => {
    const interfaces = context.interfaces([wasiPackage(`${id}@0.2.12`)!]);
    return interfaces[`${id}@0.2.12`] as Interface;
  };
  return { context, permissions, events, written, face };
}

/** What a call of the guest answers with: its value, the error of its result, or the end of the instance. */
export function outcome(
  call: () => unknown,
): { value: unknown } | { error: unknown } | { end: ErrorCode; message: string } {
  try {
    return { value: call() };
  } catch (error) {
    if (isComponentError(error)) return { error: error.payload };
    if (!(error instanceof InstanceEnd) || !(error.error instanceof HatchwayError)) throw error;
    return { end: error.error.code, message: error.error.message };
  }
}
