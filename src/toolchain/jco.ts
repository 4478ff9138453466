import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { PeerProcess } from './child.js';
import { findPeer } from './peer.js';

/** The peer's name. */
export const JCO = '@bytecodealliance/jco';

/** Milliseconds for which a process without a job is kept: a build asks three times. */
const PATIENCE = 5000;

/** A process that has jco loaded and nothing to do. It never has a failure behind it. */
let idle: PeerProcess | undefined;

async function jco(name: string, ...args: unknown[]): Promise<Uint8Array> {
  const module = wasmTools();
  const child = idle?.isAlive ? idle : new PeerProcess();
  idle = undefined;
  try {
    const bytes = new Uint8Array((await child.run({ module, function: name, args })) as Uint8Array);
    keep(child);
    return bytes;
  } catch (error) {
    child.end();
    throw error;
  }
}

function keep(child: PeerProcess): void {
  idle?.end();
  idle = child;
  setTimeout(() => {
    if (idle !== child) return;
    idle = undefined;
    child.end();
  }, PATIENCE).unref();
}

/** The module of jco that reads WIT and makes components, without the rest of jco where it can be had so. */
function wasmTools(): string {
  const whole = findPeer(JCO);
  try {
    return pathToFileURL(createRequire(whole).resolve('@bytecodealliance/jco-transpile/wasm-tools')).href;
  } catch {
    return whole;
  }
}

/**
 * Has a process load jco and make a component, for those who will need it soon: the first time takes several times as long. What
 * fails here fails again where it is needed, and is told there.
 */
export function warmJco(): void {
  if (idle?.isAlive) return;
  const child = new PeerProcess();
  const module = wasmTools();
  const options = { dummy: true, stringEncoding: 'utf16', witSource: WARM_WIT, world: 'warm' };
  child
    .run({ module, function: 'componentEmbed', args: [options] })
    .then((embedded) => child.run({ module, function: 'componentNew', args: [embedded, []] }))
    .catch(() => child.end());
  keep(child);
}

/** A little of what most worlds have. */
const WARM_WIT = `package hatchway:warm;
interface types { record pair { name: string, all: list<u32> } f: func(of: pair) -> result<pair, string>; }
world warm { import types; export types; }`;

/** What a core module is told of its world. */
export interface EmbedOptions {
  /** All packages in one text. */
  readonly witSource: string;
  readonly world: string;
  /** The core module. Default: an empty one that only carries the world. */
  readonly binary?: Uint8Array;
  /** How the guest keeps strings. Default: `utf8`. */
  readonly stringEncoding?: 'utf8' | 'utf16' | 'compact-utf16';
}

/**
 * A core module that says which world it is for.
 * @throws JobError what is wrong with the WIT; HatchwayError `not-found` where jco is not installed.
 */
export function embedWorld({ binary, ...options }: EmbedOptions): Promise<Uint8Array> {
  return jco('componentEmbed', { ...options, ...(binary === undefined ? { dummy: true } : { binary }) });
}

/**
 * The component of a core module that says which world it is for.
 * @param adapters modules that stand for others it imports, by the name it imports them by.
 * @throws JobError where it does not fit its world; HatchwayError `not-found` where jco is not installed.
 */
export function newComponent(binary: Uint8Array, adapters: readonly [string, Uint8Array][] = []): Promise<Uint8Array> {
  return jco('componentNew', binary, adapters);
}
