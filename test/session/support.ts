/** Two sessions in one process, and worlds for them. */
import { functionTable, type IncomingBytes, Session, type SessionOptions } from '../../src/session/index.js';
import type { FunctionItem, Interface, TypeDefinition, ValueType, World } from '../../src/wit/index.js';

export const t = (kind: string): ValueType => ({ kind }) as ValueType;
export const list = (element: ValueType): ValueType => ({ kind: 'list', element });
export const record = (fields: Record<string, ValueType>): ValueType => ({
  kind: 'record',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});

export function func(name: string, params: Record<string, ValueType>, result?: ValueType): FunctionItem {
  return {
    name,
    type: {
      params: Object.entries(params).map(([name, type]) => ({ name, type })),
      async: false,
      ...(result && { result }),
    },
  };
}

export const message = record({ id: t('string'), priority: t('u8'), labels: list(t('string')) });

const bytes: ValueType = { kind: 'stream', element: t('u8') };

const pluginTypes: TypeDefinition[] = [];
const hostTypes: TypeDefinition[] = [];
const pluginInterface: Interface = { id: 'test:test/plugin', types: pluginTypes, functions: [] };
const hostInterface: Interface = { id: 'test:test/host', types: hostTypes, functions: [] };
export const counter: TypeDefinition = { name: 'counter', owner: pluginInterface, type: { kind: 'resource' } };
export const file: TypeDefinition = { name: 'file', owner: hostInterface, type: { kind: 'resource' } };
pluginTypes.push(counter);
hostTypes.push(file);
const own = (resource: TypeDefinition): ValueType => ({ kind: 'own', resource });
const borrow = (resource: TypeDefinition): ValueType => ({ kind: 'borrow', resource });
const streams: Interface = { id: 'wasi:io/streams@0.2.3', types: [], functions: [] };
const outputStream: TypeDefinition = { name: 'output-stream', owner: streams, type: { kind: 'resource' } };

/** A world with one of everything that crosses. */
export const world: World = {
  package: 'test:test',
  name: 'plugin',
  imports: [
    {
      kind: 'interface',
      name: 'test:test/host',
      interface: {
        ...hostInterface,
        functions: [
          func('double', { value: t('u32') }, t('u32')),
          func('log', { line: t('string') }),
          func('[method]file.read', { self: borrow(file) }, t('string')),
          func('open', { path: t('string') }, own(file)),
          func('close', { file: own(file) }),
        ],
      },
    },
  ],
  exports: [
    { kind: 'function', name: 'run', function: func('run', { input: list(t('u8')) }, list(t('u8'))) },
    {
      kind: 'interface',
      name: 'test:test/plugin',
      interface: {
        ...pluginInterface,
        functions: [
          func('apply', { message }, { kind: 'result', ok: message, error: t('string') }),
          func('[constructor]counter', { start: t('u32') }, own(counter)),
          func('[method]counter.add', { self: borrow(counter), by: t('u32') }, t('u32')),
          func('take', { counter: own(counter) }, t('u32')),
          func('use-file', { file: borrow(file) }, t('string')),
          func('keep-file', { file: own(file) }),
          func('sum', { bytes }, t('u32')),
          func('produce', { count: t('u32') }, bytes),
          func('fill', { out: own(outputStream), count: t('u32') }),
        ],
      },
    },
  ],
};

export const functions = functionTable(world);
export const exported = (name: string) => functions.exports.find((it) => it.key.endsWith(name))!;
export const imported = (name: string) => functions.imports.find((it) => it.key.endsWith(name))!;

/** A clock that tests move. */
export class Clock {
  time = 1000;
  now = () => this.time;
}

/** A host and a plugin that hand each other their bytes, in pieces of `cut` bytes. */
export class Pair {
  readonly clock = new Clock();
  readonly host: Session;
  readonly plugin: Session;
  readonly ends: { host?: unknown; plugin?: unknown } = {};
  /** The bytes that went each way. */
  readonly traffic: { from: 'host' | 'plugin'; bytes: Uint8Array }[] = [];

  constructor(
    host: Partial<SessionOptions> = {},
    plugin: Partial<SessionOptions> = {},
    private readonly cut = 65_536,
  ) {
    const refuse = { handle: (call: any) => call.fail('unimplemented', 'not in this test'), onOutput: () => {} };
    this.host = new Session({
      role: 'host',
      name: 'test host',
      functions,
      now: this.clock.now,
      onEnd: (error) => {
        this.ends.host = error;
      },
      ...refuse,
      ...host,
    });
    this.plugin = new Session({
      role: 'plugin',
      name: 'test plugin',
      digest: new Uint8Array(32),
      functions,
      now: this.clock.now,
      onEnd: (error) => {
        this.ends.plugin = error;
      },
      ...refuse,
      ...plugin,
    });
  }

  /** Until neither has anything to say. */
  pump(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const from of ['host', 'plugin'] as const) {
        const to = from === 'host' ? this.plugin : this.host;
        for (const piece of this[from].take()) {
          moved = true;
          this.traffic.push({ from, bytes: piece.slice() });
          for (let at = 0; at < piece.length; at += this.cut) {
            // As from a static receive buffer: overwritten once it was taken.
            const lent = Uint8Array.from(piece.subarray(at, at + this.cut));
            to.receive(lent);
            lent.fill(0xaa);
          }
        }
        this[from].hasLeft();
      }
    }
  }

  /** Calls, and pumps until there is an answer. */
  call(side: 'host' | 'plugin', fn: Parameters<Session['call']>[1], args: unknown[], instance = 1, options = {}): any {
    let outcome: { failure: unknown; value: unknown } | undefined;
    this[side].call(
      instance,
      fn,
      args,
      (failure, value) => {
        outcome = { failure, value };
      },
      options,
    );
    this.pump();
    if (outcome === undefined) throw new Error('no answer');
    if (outcome.failure !== undefined) throw outcome.failure;
    return outcome.value;
  }
}

/** Reads a stream to its end; gives how many bytes came, and how it ended. */
export async function readWhole(stream: IncomingBytes): Promise<[number, IncomingBytes['ended']]> {
  let count = 0;
  await new Promise<void>((resolve) => {
    stream.onReadable = () => {
      for (let piece = stream.read(); piece !== undefined; piece = stream.read()) count += piece.length;
      if (stream.ended !== undefined) resolve();
    };
    stream.onReadable();
  });
  return [count, stream.ended];
}
