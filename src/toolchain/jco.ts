import { runJob } from './child.js';
import { findPeer } from './peer.js';

const JCO = '@bytecodealliance/jco';

async function jco(name: string, ...args: unknown[]): Promise<Uint8Array> {
  return new Uint8Array((await runJob({ module: findPeer(JCO), function: name, args })) as Uint8Array);
}

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
