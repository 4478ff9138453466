import { escapeText, hatchwayError } from '../../errors/index.js';
import { type HoistedMemory, RESERVED_MODULE, supplyMemories } from '../../limits/rewrite/index.js';
import { bare } from '../../wit/index.js';
import { abiTrap, type HostFace } from '../abi/index.js';
import type { Plan, ResourceBinding, Step } from '../analyze/index.js';
import type { AnySort, CanonicalOptions, CoreSort } from '../binary/index.js';
import {
  asynchronousCallable,
  asynchronousImport,
  bridgeCallable,
  type CoreFunction,
  exportCallable,
  type HostCallable,
  importCallable,
  Signatures,
  stackGuard,
} from '../call/index.js';
import {
  BUSY,
  ComponentInstance,
  GuestResource,
  Handle,
  IDLE,
  type InstanceLimits,
  type InstanceName,
  leave,
  POISONED,
  type WrapperClass,
} from '../instance/index.js';
import {
  type CompiledModule,
  GuestFunction,
  NO_TYPE,
  type OuterFrame,
  type RuntimeEntity,
  type RuntimeFunction,
  type RuntimeInstance,
  type RuntimeType,
} from './entities.js';
import type { ExportName } from './export-names.js';
import { Frame } from './frame.js';
import { type HostImports, resolveImports, type Wanted } from './imports.js';

/** A component that can be instantiated: what its instances share. */
export interface Linkable {
  readonly plan: Plan;
  /** Compiled core modules, by the numbering of the analysis. */
  readonly modules: readonly CompiledModule[];
  readonly imports: readonly Wanted[];
  readonly exports: readonly ExportName[];
  /** Where in memory a guest leaves the text of a trap. */
  readonly reportAddress: number | undefined;
}

/** What one instance adds. */
export interface LinkContext {
  readonly component: Linkable;
  /** Which imports may answer with a promise; `undefined` if none may, and the instance never waits. */
  readonly asynchronous: ((path: string) => boolean) | undefined;
  readonly limits: InstanceLimits;
  /** Makes the class under which the app sees a guest's resource. */
  readonly makeClass: (resource: GuestResource, face: HostFace) => WrapperClass;
}

export interface RootInstance {
  readonly instance: ComponentInstance;
  readonly exports: ReadonlyMap<string, RuntimeEntity>;
}

/**
 * Runs a plan: instantiates core modules and nested components in order. Synchronous; the guest's start functions run.
 * @throws HatchwayError `trap` and so on for what a start function fails with.
 */
export function instantiateRoot(context: LinkContext, imports: HostImports, name: InstanceName): RootInstance {
  const { limits } = context;
  const root = new ComponentInstance(undefined, name, limits);
  root.reportAddress = context.component.reportAddress;
  const given = resolveImports(context.component.imports, imports, root);
  const frame = new Frame(context.component.plan, root, undefined);
  limits.deadlines.enter(limits.timeout);
  root.state = BUSY;
  try {
    new Linker(frame, context, given).run();
  } catch (error) {
    if (error instanceof WebAssembly.LinkError || error instanceof TypeError) {
      root.fail(
        hatchwayError('invalid', `the core modules do not fit together: ${escapeText(error.message)}`, {
          ...name,
          cause: error,
        }),
      );
    }
    throw root.failCall(error);
  }
  limits.deadlines.leave();
  root.state = IDLE;
  return { instance: root, exports: frame.exports };
}

const signatures = new WeakMap<Plan, Signatures>();

function signaturesOf(plan: Plan): Signatures {
  let known = signatures.get(plan);
  if (known === undefined) {
    known = new Signatures(plan.sites, plan.resources);
    signatures.set(plan, known);
  }
  return known;
}

type StepOf<K extends Step['op']> = Extract<Step, { op: K }>;

/** What core modules are given, by names from outside. */
const Named = bare(class {}) as new <T = unknown>() => Record<string, T>;

/** Bytes of a page of memory. */
const PAGE = 65_536;

/** Runs the steps of one plan. */
export class Linker {
  readonly #signatures: Signatures;

  constructor(
    private readonly frame: Frame,
    private readonly context: LinkContext,
    private readonly imports: ReadonlyMap<string, RuntimeEntity>,
  ) {
    this.#signatures = signaturesOf(frame.plan);
  }

  run(): void {
    for (const step of this.frame.plan.steps) this.#step(step);
  }

  #step(step: Step): void {
    const { frame } = this;
    const { at } = step;
    switch (step.op) {
      case 'core module':
        frame.modules[at] = this.context.component.modules[step.module]!;
        return;
      case 'core instantiate':
        frame.coreInstances[at] = this.#coreInstantiate(step);
        return;
      case 'core exports':
        frame.coreInstances[at] = this.#coreExports(step);
        return;
      case 'core alias':
        // Each instance's exports have a shape of their own: code specialised to one is thrown away with it.
        this.#coreSpace(step.sort)[at] = Reflect.get(frame.coreInstances[step.instance]!, step.name);
        return;
      case 'component':
        frame.components[at] = { kind: 'component', plan: step.plan, frame };
        return;
      case 'instantiate':
        frame.instances[at] = this.#instantiate(step);
        return;
      case 'exports': {
        const exports = new Map<string, RuntimeEntity>();
        for (const { name, sort, index } of step.exports) exports.set(name, this.#entity(sort, index));
        frame.instances[at] = { kind: 'instance', exports };
        return;
      }
      case 'alias':
        this.#put(at, frame.instances[step.instance]!.exports.get(step.name)!);
        return;
      case 'outer alias': {
        let outer: OuterFrame = frame;
        for (let i = 0; i < step.count; i++) outer = outer.parent!;
        if (step.sort === 'component') frame.components[at] = outer.components[step.index]!;
        else frame.modules[at] = outer.modules[step.index]!;
        return;
      }
      case 'resource':
        frame.types[at] = this.#resource(step);
        return;
      case 'lift':
        frame.funcs[at] = this.#lift(step);
        return;
      case 'lower':
        frame.coreFuncs[at] = this.#lower(step.site, frame.funcs[step.func]!, step.options);
        return;
      case 'resource.new':
      case 'resource.drop':
      case 'resource.rep':
        frame.coreFuncs[at] = this.#builtin(step.op, step.slot);
        return;
      case 'import': {
        const entity = this.imports.get(step.name)!;
        if (entity.kind === 'type' && step.slot !== undefined) frame.instance.resources[step.slot] = entity.resource!;
        if (entity.kind === 'instance') this.#bind(entity, step.bindings);
        this.#put(at, entity);
        return;
      }
      case 'export': {
        const entity = this.#entity(step.sort, step.index);
        frame.exports.set(step.name, entity);
        this.#put(at, entity);
        return;
      }
    }
  }

  #coreInstantiate(step: StepOf<'core instantiate'>): WebAssembly.Exports {
    const { frame } = this;
    const imports = new Named<WebAssembly.Exports>();
    for (const { name, instance } of step.args) imports[name] = frame.coreInstances[instance]!;
    const { module, memories } = frame.modules[step.module]!;
    imports[RESERVED_MODULE] = this.#supplied(memories);
    return new WebAssembly.Instance(module, imports).exports;
  }

  /** What a rewritten module imports beside its own imports. */
  #supplied(memories: readonly HoistedMemory[]): WebAssembly.Exports {
    const { deadlines, maxMemoryPages, reserve } = this.context.limits;
    if (memories.length === 0) return deadlines.imports as WebAssembly.Exports;
    for (const { maximum } of memories) reserve?.(Math.min(maximum, maxMemoryPages) * PAGE);
    const supplied = supplyMemories(memories, maxMemoryPages);
    for (const { name } of memories) this.frame.instance.addMemory(supplied[name]!);
    return Object.assign(supplied, deadlines.imports) as WebAssembly.Exports;
  }

  #coreExports(step: StepOf<'core exports'>): WebAssembly.Exports {
    const exports = new Named();
    for (const { name, sort, index } of step.exports) exports[name] = this.#coreSpace(sort)[index];
    return exports as WebAssembly.Exports;
  }

  #coreSpace(sort: CoreSort): unknown[] {
    const { frame } = this;
    switch (sort) {
      case 'func':
        return frame.coreFuncs;
      case 'table':
        return frame.coreTables;
      case 'memory':
        return frame.coreMemories;
      case 'global':
        return frame.coreGlobals;
      default:
        return frame.coreTags;
    }
  }

  #entity(sort: AnySort, index: number): RuntimeEntity {
    const { frame } = this;
    switch (sort) {
      case 'func':
        return frame.funcs[index]!;
      case 'instance':
        return frame.instances[index]!;
      case 'component':
        return frame.components[index]!;
      case 'type':
        return frame.types[index] ?? NO_TYPE;
      default:
        return { kind: 'core module', module: frame.modules[index]! };
    }
  }

  #put(at: number, entity: RuntimeEntity): void {
    const { frame } = this;
    switch (entity.kind) {
      case 'instance':
        frame.instances[at] = entity;
        return;
      case 'component':
        frame.components[at] = entity;
        return;
      case 'type':
        if (entity.resource !== undefined) frame.types[at] = entity;
        return;
      case 'core module':
        frame.modules[at] = entity.module;
        return;
      default:
        frame.funcs[at] = entity;
    }
  }

  #instantiate(step: StepOf<'instantiate'>): RuntimeInstance {
    const { frame } = this;
    const component = frame.components[step.component]!;
    const args = new Map<string, RuntimeEntity>();
    for (const { name, sort, index } of step.args) args.set(name, this.#entity(sort, index));
    const inner = new Frame(
      component.plan,
      new ComponentInstance(frame.instance, frame.instance.name),
      component.frame,
    );
    new Linker(inner, this.context, args).run();
    const instance: RuntimeInstance = { kind: 'instance', exports: inner.exports };
    this.#bind(instance, step.bindings);
    return instance;
  }

  /** Puts the resources an instance brings where this component's codecs look for them. */
  #bind(instance: RuntimeInstance, bindings: readonly ResourceBinding[]): void {
    for (const { path, slot } of bindings) {
      let current: RuntimeEntity = instance;
      for (const name of path) current = (current as RuntimeInstance).exports.get(name)!;
      this.frame.instance.resources[slot] = (current as RuntimeEntity & { kind: 'type' }).resource!;
    }
  }

  #resource(step: StepOf<'resource'>): RuntimeType {
    const { frame } = this;
    const destructor = step.destructor === undefined ? undefined : frame.coreFuncs[step.destructor];
    const resource = new GuestResource(
      frame.instance,
      destructor as ((representation: number) => void) | undefined,
      this.context.makeClass,
    );
    frame.instance.resources[step.slot] = resource;
    return { kind: 'type', resource };
  }

  #lift({ site, func, options }: StepOf<'lift'>): GuestFunction {
    const { frame } = this;
    const { memory, realloc, postReturn, encoding } = options;
    return new GuestFunction(
      frame.plan.sites[site]!,
      this.#signatures,
      site,
      encoding,
      frame.instance,
      frame.context(memory, realloc),
      frame.coreFuncs[func]!,
      postReturn === undefined ? undefined : frame.coreFuncs[postReturn],
    );
  }

  #lower(site: number, func: RuntimeFunction, options: CanonicalOptions): CoreFunction {
    const { frame } = this;
    const face = func.kind === 'host' ? 'sync' : 'bridge';
    const signature = this.#signatures.of(site, options.encoding, face);
    const lowering = { signature, instance: frame.instance, cx: frame.context(options.memory, options.realloc) };
    const { asynchronous } = this.context;
    if (func.kind === 'guest') return bridgeCallable(lowering, func.lifted('bridge'), asynchronous !== undefined);
    const make = asynchronous?.(func.name) ? asynchronousImport : importCallable;
    return make(lowering, func.name, func.implementation);
  }

  /** `canon resource.new`, `resource.drop` and `resource.rep`. */
  #builtin(op: 'resource.new' | 'resource.drop' | 'resource.rep', slot: number): CoreFunction {
    const { instance } = this.frame;
    const resource = instance.resources[slot]!;
    const guard = stackGuard();
    const guarded = (leaves: boolean, action: (value: number) => number | undefined): CoreFunction => {
      return (value) => {
        try {
          guard();
          if (leaves && !instance.mayLeave) abiTrap('a resource was changed while realloc or post-return was running');
          return action(value as number);
        } catch (error) {
          instance.root.state = POISONED;
          throw instance.failInside(error);
        }
      };
    };
    switch (op) {
      case 'resource.new':
        return guarded(true, (representation) => instance.handles.add(new Handle(resource, representation, undefined)));
      case 'resource.rep':
        return guarded(false, (index) => instance.handles.get(index >>> 0, resource).representation);
      case 'resource.drop':
        return guarded(true, (index) => {
          const { scope, representation } = instance.handles.remove(index >>> 0, resource);
          if (scope !== undefined) {
            scope.held--;
            return undefined;
          }
          const entered = resource instanceof GuestResource ? resource.definedBy.enter(instance) : [];
          resource.drop(representation);
          leave(entered);
          return undefined;
        });
    }
  }
}

/** The callable of a function for a face of the app. */
export function callableOf(func: RuntimeFunction, face: HostFace, asynchronous: boolean): HostCallable {
  if (func.kind === 'host') return func.implementation;
  return asynchronous ? asynchronousCallable(func.lifted(face)) : exportCallable(func.lifted(face));
}
