import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Component, decodeWorld, isCoreModule } from '../component/index.js';
import { HatchwayError, hatchwayError } from '../errors/index.js';
import {
  type AuditSink,
  MANIFEST_FILE,
  type Manifest,
  type Policy,
  parsePolicy,
  readManifest,
  readPolicy,
} from '../grants/index.js';
import type { TypedWorld } from '../typed/index.js';
import { compareWorlds, type World, wasiPackage } from '../wit/index.js';
import { auditFile } from './audit-file.js';
import { HostBudget, type HostLimits } from './budget.js';
import { ComponentCache } from './component-cache.js';
import { GrantSource } from './grant-source.js';
import { type LogEvent, NativePlugin, nativeProgram, notAllowed, worldPath } from './native.js';
import { checkOptions } from './options.js';
import type { PlainPlugin, PlainPluginFactory } from './plain.js';
import { ComponentPlugin, ObjectPlugin, type Plugin } from './plugin.js';
import { isProgram, ProgramPlugin } from './program.js';
import {
  type Artifact,
  type ArtifactSource,
  checkDigest,
  digestOf,
  explainCoreModule,
  folderOf,
  isArtifactSource,
  readArtifact,
} from './source.js';
import { inspectFolder, isTranspiled, TranspiledPlugin } from './transpiled/index.js';

/** How a plugin is loaded. */
export interface LoadOptions {
  /** For errors. Default: the file's name. */
  readonly name?: string;
  /**
   * The world the app expects: as `hatchway bindgen ts` writes it, decoded, or the bytes of an encoded world. Default:
   * whatever the plugin has.
   */
  readonly world?: TypedWorld | World | Uint8Array;
  /** The artifact's digest, in hexadecimal: any other is refused. */
  readonly sha256?: string;
  /** Says that a folder which `jco transpile` wrote may run: its code does so outside the sandbox. Default: it may not. */
  readonly trust?: 'host-code';
  /** Says that it may run if it is a native program: a process of this user. Default: it may not. */
  readonly run?: boolean;
  /**
   * How a native program is confined. `required` is refused: nothing confines one yet. `off`: it can do what this user can.
   * Default: `required`.
   */
  readonly sandbox?: 'required' | 'off';
  /** Has a native program use the terminal of this process, for programs that talk to a person. Default: false. */
  readonly terminal?: boolean;
}

/** Loads plugins. */
export interface Host {
  /**
   * Loads a plugin. Nothing of it runs.
   * @param source bytes, a path, a `file:` URL; a plugin folder, which has a `plugin.json`; a folder that `jco transpile` wrote, with `trust`; or an object (or a function of the imports that makes one) that implements
   * `options.world`.
   * @throws HatchwayError `malformed`, `core-module`, `invalid`, `unsupported`, `not-found`, `world-mismatch` with every
   * difference, `grants` for a manifest or a policy that cannot hold, `option`.
   * @example const plugin = await host.load('plugins/shout.wasm')
   */
  load<Exports, SyncExports, Imports>(
    source: PluginSource,
    options: Omit<LoadOptions, 'world'> & { readonly world: TypedWorld<Exports, SyncExports, Imports> },
  ): Promise<Plugin<Exports, SyncExports, Imports>>;
  load(source: PluginSource, options?: LoadOptions): Promise<Plugin>;
}

type PluginSource = ArtifactSource | PlainPlugin | PlainPluginFactory;

/** Options of a host. */
export interface HostOptions {
  /**
   * Where each check of a grant is recorded: a function that gets the events, or the path of a file to which they are appended,
   * one JSON object a line. Default: nowhere; an instance still keeps its denials.
   */
  readonly audit?: AuditSink | string;
  /**
   * What the owner of the host allows, beyond which nothing is granted: the path of a `hatchway.policy.json`, or its content.
   * Default: there is no policy, and the app alone decides.
   */
  readonly policy?: string | object;
  /** What the instances of all plugins may take together. Default: no limits but those of each. */
  readonly limits?: HostLimits;
  /**
   * Gets what native plugins log, and the lines that they print (`target` is then `stdout` or `stderr`). It must not throw.
   * Default: nobody does.
   */
  readonly logs?: (event: LogEvent) => void;
}

/**
 * A host for plugins.
 * @throws HatchwayError `option` for options that are not built yet, or that cannot be honoured.
 * @example
 * const host = await createHost({ audit: 'audit.jsonl' });
 * const plugin = await host.load('plugins/shout.wasm');
 */
export async function createHost(options: HostOptions = {}): Promise<Host> {
  checkOptions('createHost', options, ['audit', 'policy', 'limits', 'logs']);
  const { audit, policy, limits, logs } = options;
  const shared: Shared = {
    components: new ComponentCache(),
    budget: new HostBudget(limits),
    policy: policy === undefined ? undefined : await policyOf(policy),
    audit: typeof audit === 'string' ? auditFile(audit) : audit,
    logs: logs ?? (() => {}),
  };
  return { load: (source: PluginSource, given?: LoadOptions) => load(shared, source, given) };
}

/** What all plugins of a host share. */
interface Shared {
  readonly components: ComponentCache;
  readonly budget: HostBudget;
  readonly policy: Policy | undefined;
  readonly audit: AuditSink | undefined;
  readonly logs: (event: LogEvent) => void;
}

function policyOf(policy: string | object): Policy | Promise<Policy> {
  if (typeof policy === 'string') return readPolicy(policy);
  return parsePolicy(JSON.stringify(policy), { file: 'policy', base: process.cwd() });
}

async function load(shared: Shared, source: PluginSource, options: LoadOptions = {}): Promise<Plugin> {
  checkOptions('load', options, ['name', 'world', 'sha256', 'trust', 'run', 'sandbox', 'terminal']);
  const expected = expectedWorld(options.world);
  if (!isArtifactSource(source)) {
    refuseForNatives(options);
    return loadObject(source, expected, options);
  }
  const folder = await folderOf(source);
  const manifest = folder !== undefined && (await isPluginFolder(folder)) ? await readManifest(folder) : undefined;
  if (folder !== undefined && manifest === undefined && (options.trust !== undefined || (await isTranspiled(folder))))
    return loadTranspiled(folder, expected, options, shared);
  if (options.trust !== undefined) throw trustIsForFolders();
  if (manifest !== undefined && manifest.artifacts.wasm === undefined)
    return loadNative(manifest, expected, options, shared);
  refuseForNatives(options);
  const artifact = await readArtifact(manifest?.artifacts.wasm?.path ?? source);
  const name = options.name ?? manifest?.id ?? artifact.name;
  for (const digest of [options.sha256, manifest?.artifacts.wasm?.sha256]) {
    if (digest !== undefined) checkDigest({ ...artifact, name }, digest);
  }
  const policy = shared.policy?.forPlugin({
    id: manifest?.id,
    version: manifest?.version,
    sha256: digestOf(artifact.bytes),
    paths: [artifact.path, folder].filter((path) => path !== undefined),
  });
  const grants = new GrantSource(manifest, policy, shared.audit, shared.budget);
  const plugin = await loadArtifact(shared.components, { ...artifact, name }, grants);
  if (expected !== undefined) checkWorld(plugin, expected);
  return plugin;
}

async function isPluginFolder(folder: string): Promise<boolean> {
  return (await stat(join(folder, MANIFEST_FILE)).catch(() => undefined)) !== undefined;
}

/** A folder that has native programs only. */
async function loadNative(
  manifest: Manifest,
  expected: World | undefined,
  options: LoadOptions,
  { policy, audit, budget, logs }: Shared,
): Promise<Plugin> {
  const name = options.name ?? manifest.id;
  const { run = false, sandbox = 'required', terminal = false } = options;
  if (options.sha256 !== undefined) {
    throw hatchwayError('option', 'a native plugin may have many files', {
      plugin: name,
      mend: 'Give their digests in its plugin.json.',
    });
  }
  const program = await nativeProgram(manifest);
  const allowed = policy?.forPlugin({
    id: manifest.id,
    version: manifest.version,
    sha256: program.sha256?.values().next().value ?? '',
    paths: [program.path, manifest.folder],
  });
  const grants = new GrantSource(manifest, allowed, audit, budget);
  if (!run) throw notAllowed(name, 'nobody said that it may');
  const given = grants.resolve('', { run });
  if (!given.run) throw notAllowed(name, given.refusedBy('run', ''));
  if (sandbox !== 'off') {
    throw hatchwayError('unsupported', 'nothing confines a native program yet, and `sandbox` is `required`', {
      plugin: name,
      mend: "If you trust it with all that this user can do, pass `sandbox: 'off'` (on the command line --sandbox=off).",
    });
  }
  const encoded = await encodedWorld(manifest, name, options.world);
  const world = decodeWorld(encoded);
  if (expected !== undefined) checkWorld({ name, world }, expected);
  return new NativePlugin({ name, program, world, encoded, grants, terminal, onLog: logs });
}

/** The world in binary: what the folder has, else what the app gave. */
async function encodedWorld(manifest: Manifest, plugin: string, given: LoadOptions['world']): Promise<Uint8Array> {
  const path = worldPath(manifest);
  const bytes = await readFile(path).catch((cause) => {
    if (cause.code !== 'ENOENT')
      throw hatchwayError('not-found', `its world cannot be read: ${cause.code}`, { plugin, cause });
  });
  if (bytes !== undefined) {
    const promised = manifest.artifacts.world?.sha256;
    if (promised !== undefined) checkDigest({ bytes, name: plugin }, promised);
    return new Uint8Array(bytes);
  }
  if (given instanceof Uint8Array) return given;
  if (given !== undefined && 'encoded' in given) return new Uint8Array(Buffer.from(given.encoded, 'base64'));
  throw hatchwayError('option', 'nothing says which world the program implements', {
    plugin,
    mend: 'Put the world.wasm beside its plugin.json that `hatchway bindgen` wrote, or pass `world`.',
  });
}

/** `run` only allows; these ask for something that nothing but a native program has. */
function refuseForNatives({ sandbox, terminal }: LoadOptions): void {
  if (sandbox === 'off') {
    throw hatchwayError('option', '`sandbox` is for native programs, and this is none', {
      mend: 'Leave it away: a component is in its sandbox always.',
    });
  }
  if (terminal) throw hatchwayError('option', '`terminal` is for native programs, and this is none');
}

function trustIsForFolders() {
  return hatchwayError('option', '`trust` is for folders that `jco transpile` wrote', {
    mend: 'A component needs none: it runs in the sandbox.',
  });
}

async function loadTranspiled(
  path: string,
  expected: World | undefined,
  options: LoadOptions,
  { policy, audit, budget }: Shared,
): Promise<Plugin> {
  const name = options.name ?? basename(path);
  refuseForNatives(options);
  if (options.sha256 !== undefined) throw hatchwayError('option', 'a folder has no sha256', { plugin: name });
  if (options.trust === undefined) {
    throw hatchwayError('option', 'it was translated to JavaScript, which runs outside the sandbox', {
      plugin: name,
      mend: "If you trust its code like your own, pass `trust: 'host-code'`; else load the component it was made of.",
    });
  }
  const folder = await inspectFolder(path);
  const world = expected ?? folder.world;
  if (world === undefined) {
    throw hatchwayError('option', 'nothing in the folder says which world it implements', {
      plugin: name,
      mend: 'Pass `world`, or put the component it was made of beside it.',
    });
  }
  if (expected !== undefined && folder.world !== undefined) checkWorld({ name, world: folder.world }, expected);
  // Code of many files has no digest that would bind it to an entry: its path does.
  const allowed = policy?.forPlugin({ sha256: '', paths: [path] });
  return new TranspiledPlugin(name, world, folder, new GrantSource(undefined, allowed, audit, budget));
}

function expectedWorld(world: LoadOptions['world']): World | undefined {
  if (world === undefined) return undefined;
  if (world instanceof Uint8Array) return decodeWorld(world);
  if (!('encoded' in world)) return world;
  return decodeWorld(Buffer.from(world.encoded, 'base64'));
}

function loadObject(source: PlainPlugin | PlainPluginFactory, world: World | undefined, options: LoadOptions): Plugin {
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null) {
    throw hatchwayError('option', 'a plugin is bytes, a path, a file: URL, or an object that implements a world');
  }
  if (world === undefined) {
    throw hatchwayError('option', 'an object implements a world, which has to be given', { mend: 'Pass `world`.' });
  }
  if (options.sha256 !== undefined) throw hatchwayError('option', 'an object has no sha256');
  if (options.trust !== undefined) throw trustIsForFolders();
  return new ObjectPlugin(options.name ?? 'object', world, source);
}

async function loadArtifact(components: ComponentCache, artifact: Artifact, grants: GrantSource): Promise<Plugin> {
  const { name, bytes } = artifact;
  if (!isCoreModule(bytes) || !isProgram(bytes)) {
    return new ComponentPlugin(name, await loadComponent(components, artifact), grants);
  }
  try {
    return await ProgramPlugin.load(name, bytes, grants);
  } catch (error) {
    throw error instanceof HatchwayError ? error.with({ plugin: name }) : error;
  }
}

/** Errors of the runtime know offsets; here they learn which plugin they are about. */
async function loadComponent(components: ComponentCache, artifact: Artifact): Promise<Component> {
  const { name } = artifact;
  try {
    return await components.load(artifact.bytes);
  } catch (error) {
    if (!(error instanceof HatchwayError)) throw error;
    const mend = error.code === 'core-module' ? explainCoreModule(artifact.bytes) : undefined;
    throw error.with({ plugin: name, ...(mend === undefined ? {} : { mend }) });
  }
}

function checkWorld(plugin: Pick<Plugin, 'name' | 'world'>, expected: World): void {
  // WASI is there for every plugin, and refuses what was not granted.
  const offered = (name: string) => wasiPackage(name) !== undefined;
  const differences = compareWorlds(expected, plugin.world, { offered });
  if (differences.length === 0) return;
  throw hatchwayError('world-mismatch', `it does not fit the world ${expected.package}/${expected.name}`, {
    plugin: plugin.name,
    differences: differences.map((difference) => difference.message),
  });
}
