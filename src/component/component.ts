import { escapeText, HatchwayError, hatchwayError } from '../errors/index.js';
import { type Interruption, rewriteModule } from '../limits/rewrite/index.js';
import type { FunctionType, World } from '../wit/index.js';
import { type Analysis, analyze, worldOf } from './analyze/index.js';
import { type ComponentDefinition, decodeComponent } from './binary/index.js';
import { type HostCallable, requirePromiseIntegration } from './call/index.js';
import {
  BUSY,
  type ComponentInstance,
  DISPOSED,
  IDLE,
  type InstanceLimits,
  type InstanceName,
  type InstanceUsage,
  POISONED,
  reportAddress,
  TRAP_REPORT,
  UNLIMITED,
} from './instance/index.js';
import {
  type Adapt,
  asynchronousPaths,
  type CompiledModule,
  callableOf,
  exportNames,
  Faces,
  type HostImports,
  instantiateRoot,
  type Linkable,
  type LinkContext,
  type Namespace,
  type RootInstance,
  wantedImports,
} from './link/index.js';

/** Bytes an artifact may have. */
export const MAX_ARTIFACT_BYTES = 256 * 1024 * 1024;

/** A component that was decoded, checked and compiled. Instances share nothing but this. */
export class Component {
  #world: World | undefined;
  #linkable: Linkable | undefined;
  #counted: Promise<Component> | undefined;

  private constructor(
    private readonly definition: ComponentDefinition,
    private readonly analysis: Analysis,
    private readonly modules: readonly CompiledModule[],
    private readonly names: Linkable['exports'],
  ) {}

  /**
   * Decodes, checks and compiles a component. Nothing of it runs. `bytes` must not change afterwards.
   * @param interruption how its guests can be stopped; its instances then need limits that go with it. Default: they cannot.
   * @throws HatchwayError `malformed`, `core-module`, `invalid` or `unsupported`, with the offset.
   */
  static async load(bytes: Uint8Array, interruption?: Interruption): Promise<Component> {
    if (bytes.length > MAX_ARTIFACT_BYTES) {
      throw hatchwayError(
        'malformed',
        `${bytes.length} bytes are over the limit of ${MAX_ARTIFACT_BYTES} for an artifact`,
      );
    }
    const definition = decodeComponent(bytes);
    const analysis = analyze(definition);
    const names = exportNames(analysis.plan.shape.exports);
    const modules = await Promise.all(analysis.modules.map((module, i) => compile(module, i, interruption)));
    return new Component(definition, analysis, modules, names);
  }

  /** The same with its instructions counted: compiled once more, when somebody first asks. Its instances need a `fuel`. */
  counted(): Promise<Component> {
    this.#counted ??= Promise.all(this.analysis.modules.map((module, i) => compile(module, i, 'exact-fuel'))).then(
      (modules) => new Component(this.definition, this.analysis, modules, this.names),
    );
    return this.#counted;
  }

  /** What the component imports and exports. */
  get world(): World {
    this.#world ??= worldOf(this.definition, this.analysis.plan.shape);
    return this.#world;
  }

  /** The names of the interfaces it imports, which are known without its world. */
  get importedInterfaces(): readonly string[] {
    const { imports } = this.analysis.plan.shape;
    return [...imports].flatMap(([name, entity]) => (entity.kind === 'instance' ? [name] : []));
  }

  /**
   * Makes an instance: core modules are instantiated and their start functions run, now and on this thread.
   * @throws HatchwayError `missing-import` with all that is missing; `unsupported` for a component that needs the
   * asynchronous ABI; what a start function fails with.
   */
  instantiate(
    imports: HostImports,
    name: InstanceName,
    adapt: Adapt,
    asynchronous: readonly string[] | true = [],
    limits: InstanceLimits = UNLIMITED,
  ): Instance {
    const { plan } = this.analysis;
    if (plan.refusals.length > 0) {
      throw hatchwayError(
        'unsupported',
        `the component needs the asynchronous ABI, which does not run yet: ${plan.refusals[0]}`,
        {
          ...name,
          mend: 'Build it for the synchronous ABI (WASI 0.2).',
        },
      );
    }
    this.#linkable ??= {
      plan,
      modules: this.modules,
      imports: wantedImports(plan.shape),
      exports: this.names,
      reportAddress: reportAddress(this.definition.customs.find(({ name }) => name === TRAP_REPORT.section)?.bytes),
    };
    return new Instance(this.#linkable, imports, name, adapt, asynchronous, limits);
  }
}

const SYNC: Adapt = (callable) => callable;
/** What a start function that hands out a resource finds: nothing is exported yet. */
const NO_EXPORTS: RootInstance['exports'] = new Map();

/** A running component. */
export class Instance {
  readonly #instance: ComponentInstance;
  readonly #faces: Faces;
  /** Some import may answer with a promise. */
  readonly #waits: boolean;
  #sync: Namespace | undefined;
  #async: Namespace | undefined;
  readonly #root: RootInstance;

  constructor(
    component: Linkable,
    imports: HostImports,
    name: InstanceName,
    adapt: Adapt,
    asynchronous: readonly string[] | true,
    limits: InstanceLimits,
  ) {
    const paths = asynchronousPaths(component.imports, asynchronous);
    const waits = paths.size > 0;
    if (waits) requirePromiseIntegration();
    let root: RootInstance | undefined;
    const faces = new Faces(component.exports, () => root?.exports ?? NO_EXPORTS, { sync: SYNC, async: adapt }, waits);
    const context: LinkContext = {
      component,
      asynchronous: waits ? (path) => paths.has(path) : undefined,
      limits,
      makeClass: (resource, face) => faces.makeClass(resource, face),
    };
    root = instantiateRoot(context, imports, name);
    this.#waits = waits;
    this.#faces = faces;
    this.#root = root;
    this.#instance = root.instance;
  }

  /**
   * The exports, called without a promise.
   * @throws HatchwayError `option` where imports are asynchronous: then every call may have to wait.
   */
  get sync(): Namespace {
    if (this.#waits) {
      throw hatchwayError('option', 'an instance with asynchronous imports has no synchronous exports', {
        ...this.#instance.name,
        mend: 'Use `exports`, or make the imports synchronous.',
      });
    }
    this.#sync ??= this.#faces.build('sync');
    return this.#sync;
  }

  /** The exports through the adapter that was given for the asynchronous face. */
  get async(): Namespace {
    this.#async ??= this.#faces.build('async');
    return this.#async;
  }

  get state(): 'idle' | 'busy' | 'poisoned' | 'disposed' {
    switch (this.#instance.state) {
      case IDLE:
        return 'idle';
      case BUSY:
        return 'busy';
      case POISONED:
        return 'poisoned';
      default:
        return 'disposed';
    }
  }

  /** The first failure of a poisoned instance. */
  get failure(): Error | undefined {
    return this.#instance.failure;
  }

  /** Has `listener` called at the first failure. It must not throw. */
  onFailure(listener: () => void): void {
    this.#instance.onFailure = listener;
  }

  /** What it has taken so far. */
  get usage(): InstanceUsage {
    return this.#instance.usage;
  }

  /** Resources the app let go of without disposing of them. */
  get collected(): number {
    return this.#instance.collected;
  }

  /** Handles the guest holds. */
  get handles(): number {
    return this.#instance.handles.size;
  }

  /** Ends the instance: every further call is refused.
   * @throws HatchwayError `reentrant` from inside one of its own calls. */
  dispose(): void {
    if (this.#instance.state === BUSY) throw this.#instance.refuse();
    this.#instance.state = DISPOSED;
    this.#instance.letGo();
  }

  /** The exported function of a name, in an interface or at the top level, for callers that have names only. */
  function(interfaceName: string | undefined, name: string): { type: FunctionType; call: HostCallable } | undefined {
    const owner = interfaceName === undefined ? undefined : this.#root.exports.get(interfaceName);
    const exports =
      interfaceName === undefined ? this.#root.exports : owner?.kind === 'instance' ? owner.exports : undefined;
    const func = exports?.get(name);
    if (func?.kind !== 'guest' && func?.kind !== 'host') return undefined;
    return { type: func.type, call: callableOf(func, 'sync', this.#waits) };
  }
}

/** Pages of 64 KiB that a memory can have at all: an instance's limit is the business of its memories. */
const MAX_PAGES = 65_536;

/** Features that some engine versions lack: what the compiler's message says of them. */
const ENGINE_FEATURE =
  /opcode|constant expression|multi-?memory|multiple memories|invalid (?:memory|table) index|--experimental/i;

async function compile(
  { bytes, offset }: { bytes: Uint8Array; offset: number },
  index: number,
  interruption: Interruption | undefined,
): Promise<CompiledModule> {
  try {
    if (interruption === undefined) return { module: await compiled(bytes), memories: [] };
    const rewritten = rewriteModule(bytes, { interruption, maxMemoryPages: MAX_PAGES });
    return { module: await compiled(rewritten.bytes), memories: rewritten.memories };
  } catch (cause) {
    throw compileFailure(cause, offset, index);
  }
}

/** Modules of fewer bytes are compiled here and now: another thread would take longer to be asked. */
const COMPILED_AT_ONCE = 64 * 1024;

function compiled(bytes: Uint8Array): WebAssembly.Module | Promise<WebAssembly.Module> {
  const source = bytes as BufferSource;
  return bytes.length < COMPILED_AT_ONCE ? new WebAssembly.Module(source) : WebAssembly.compile(source);
}

function compileFailure(cause: unknown, offset: number, index: number): HatchwayError {
  if (cause instanceof HatchwayError && cause.code !== 'invalid') {
    return cause.with({ offset: offset + (cause.offset ?? 0) });
  }
  const original = cause instanceof HatchwayError && cause.cause instanceof Error ? cause.cause : cause;
  const message = original instanceof Error ? escapeText(original.message.replace(/^WebAssembly\.\w+\(\): /, '')) : '';
  return hatchwayError('invalid', `core module ${index} is not valid: ${message}`, {
    offset,
    cause: original,
    ...(ENGINE_FEATURE.test(message)
      ? {
          mend: 'If the guest needs a newer WebAssembly feature (extended constant expressions, several memories), Node 24 has it.',
        }
      : {}),
  });
}
