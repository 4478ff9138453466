import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCoreModule, MAX_ARTIFACT_BYTES } from '../component/index.js';
import { HatchwayError, hatchwayError, quote } from '../errors/index.js';

/** Where a plugin can come from: bytes, a path, a `file:` URL. */
export type ArtifactSource = Uint8Array | ArrayBuffer | string | URL;

export interface Artifact {
  readonly bytes: Uint8Array;
  /** The file's name; `plugin` for bytes. */
  readonly name: string;
  /** Where it was found; absent for bytes. */
  readonly path?: string;
}

/** Whether a source names or holds an artifact, as opposed to an object that implements a world. */
export function isArtifactSource(source: unknown): source is ArtifactSource {
  return (
    typeof source === 'string' || source instanceof URL || source instanceof ArrayBuffer || ArrayBuffer.isView(source)
  );
}

/** The path of a folder; `undefined` for any other source. */
export async function folderOf(source: ArtifactSource): Promise<string | undefined> {
  if (typeof source !== 'string' && !(source instanceof URL)) return undefined;
  const path = pathOf(source);
  const info = await stat(path).catch(() => undefined);
  return info?.isDirectory() ? path : undefined;
}

/**
 * Reads an artifact. Bytes are copied, so that nobody can change them after they were checked.
 * @throws HatchwayError `not-found` where there is no such file, or none that can be read; `malformed` where it is too large to be one.
 */
export async function readArtifact(source: ArtifactSource): Promise<Artifact> {
  if (typeof source !== 'string' && !(source instanceof URL)) return { bytes: copyBytes(source), name: 'plugin' };
  const path = pathOf(source);
  const name = basename(path);
  try {
    const info = await stat(path);
    if (info.isDirectory()) {
      throw hatchwayError('option', `${quote(path)} is a folder without a plugin.json`, {
        mend: 'Name the .wasm file in it, or say in a plugin.json what it is.',
      });
    }
    if (!info.isFile()) throw hatchwayError('not-found', `${quote(path)} is not a regular file`);
    if (info.size > MAX_ARTIFACT_BYTES) {
      throw hatchwayError(
        'malformed',
        `${quote(path)} has ${info.size} bytes; an artifact has ${MAX_ARTIFACT_BYTES} at most`,
      );
    }
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return { bytes: new Uint8Array(buffer, byteOffset, byteLength), name, path };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw hatchwayError('not-found', `there is no file ${quote(path, 200)}`, {
        cause,
        mend: 'Check the path; it is relative to the working directory.',
      });
    }
    if (cause instanceof HatchwayError) throw cause;
    const { code = 'it failed' } = cause as NodeJS.ErrnoException;
    throw hatchwayError('not-found', `${quote(path, 200)} cannot be read: ${code}`, { cause });
  }
}

function copyBytes(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  try {
    if (source instanceof ArrayBuffer) return new Uint8Array(source.slice(0));
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
  } catch (cause) {
    throw hatchwayError('option', 'the bytes were transferred to somebody else', { cause, mend: 'Pass a copy.' });
  }
}

function pathOf(source: string | URL): string {
  if (typeof source === 'string' && !source.startsWith('file:')) return source;
  const text = String(source);
  try {
    const url = new URL(text);
    if (url.protocol === 'file:') return fileURLToPath(url);
  } catch (cause) {
    throw hatchwayError('option', `${quote(text, 200)} names no file`, { cause });
  }
  throw hatchwayError('option', `plugins load from files, not from ${quote(new URL(text).protocol)} URLs`, {
    mend: 'Fetch the bytes and pass those.',
  });
}

/** SHA-256, in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws HatchwayError `invalid` if the artifact is not the one the app expects. */
export function checkDigest(artifact: Artifact, expected: string): void {
  const actual = digestOf(artifact.bytes);
  if (actual !== expected.toLowerCase()) {
    throw hatchwayError('invalid', `its sha256 is ${actual}, not ${quote(expected)}`, {
      plugin: artifact.name,
      mend: 'Use the artifact that was reviewed, or update the digest.',
    });
  }
}

/** Adds to the error for a core module how it becomes a component. */
export function explainCoreModule(bytes: Uint8Array): string | undefined {
  if (!isCoreModule(bytes)) return undefined;
  const module = WebAssembly.validate(bytes as BufferSource)
    ? WebAssembly.Module.imports(new WebAssembly.Module(bytes as BufferSource))
    : [];
  if (module.some((it) => it.module === 'wasi_snapshot_preview1')) {
    return 'It is for WASI preview 1: make it a component with `wasm-tools component new --adapt wasi_snapshot_preview1.wasm` or jco new.';
  }
  return 'Make it a component: embed its WIT (`wasm-tools component embed`, `jco embed`), then `wasm-tools component new` or `jco new`.';
}
