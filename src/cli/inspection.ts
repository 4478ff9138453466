import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Layer,
  MANIFEST_FILE,
  type Manifest,
  type ResolvedGrants,
  readManifest,
  readPolicy,
  resolveGrants,
} from '../grants/index.js';
import { createHost, type Needs, nativeProgram } from '../host/index.js';
import type { Program } from '../native/index.js';
import type { World } from '../wit/index.js';
import { readPluginFile } from './plugin-file.js';

/** What a plugin is, found without running any of it. */
export interface Inspection {
  /** The artifact. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  /** What the plugin says of itself, if it is a folder. */
  readonly manifest: Manifest | undefined;
  /** What would be started, if it is a native plugin. */
  readonly program?: Program;
  readonly world: World;
  readonly needs: Needs;
  readonly grants: ResolvedGrants;
  /** Whether anybody said what it is granted: without that it gets nothing, and only asks. */
  readonly isDecided: boolean;
}

export interface InspectionOptions {
  /** The policy's file. */
  readonly policy?: string | undefined;
  /** Which of the policy's instances this is about. Default: one that it does not name. */
  readonly instance?: string | undefined;
  readonly flags: Layer;
}

/** Reads a plugin: an artifact, or a folder with a `plugin.json`. Requests that the policy refuses are no error here. */
export async function inspectPlugin(path: string, options: InspectionOptions): Promise<Inspection> {
  const host = await createHost();
  const manifest = (await isThere(join(path, MANIFEST_FILE))) ? await readManifest(path) : undefined;
  const wasm = manifest?.artifacts.wasm;
  const isFolder = manifest !== undefined || (await stat(path).catch(() => undefined))?.isDirectory();
  // Says what is wrong with a folder that is no plugin.
  if (isFolder && manifest === undefined) await host.load(path, { name: path });
  const program = manifest !== undefined && wasm === undefined ? await nativeProgram(manifest) : undefined;
  const artifact = program?.path ?? wasm?.path ?? path;
  const bytes = await readPluginFile(artifact);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { world, needs } =
    program === undefined
      ? await host.load(bytes, { name: path, sha256: wasm?.sha256 ?? sha256 })
      : await host.load(path, { name: path, run: true, sandbox: 'off' });
  const paths = manifest === undefined ? [path] : [artifact, path];
  return {
    path: artifact,
    size: bytes.length,
    sha256,
    manifest,
    ...(program && { program }),
    world,
    needs,
    grants: await grantsOf(manifest, { sha256, paths }, options),
    isDecided: options.policy !== undefined || !options.flags.onlyDenies,
  };
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function grantsOf(
  manifest: Manifest | undefined,
  artifact: { readonly sha256: string; readonly paths: readonly string[] },
  { policy, instance = '', flags }: InspectionOptions,
): Promise<ResolvedGrants> {
  const { id, version, layer } = manifest ?? {};
  const said = policy === undefined ? undefined : (await readPolicy(policy)).forPlugin({ id, version, ...artifact });
  return resolveGrants({
    manifest: layer,
    policy: said?.layer(instance),
    flags,
    // An app may still say more, and is not here.
    partial: true,
    refusedRequests: 'shown',
  });
}
