import { exhausted, type HostFace, mismatch } from '../abi/index.js';
import type { ComponentInstance } from './component-instance.js';
import { importFailure } from './failure.js';
import type { RuntimeResource } from './runtime-resource.js';
import { isWrapper, releaseWrapper, type Wrapper, WrapperState, wrapperState } from './wrapper.js';

export type WrapperClass = new (state: WrapperState) => Wrapper;

/** A resource that a guest defines. The app sees it as objects of a class for each face. */
export class GuestResource implements RuntimeResource {
  /** The classes of the faces, made when an export first needs them. */
  readonly classes: { sync?: WrapperClass; async?: WrapperClass } = {};

  constructor(
    readonly definedBy: ComponentInstance,
    private readonly destructor: ((representation: number) => void) | undefined,
    /** Makes the class of a face. */
    private readonly makeClass: (resource: GuestResource, face: HostFace) => WrapperClass,
  ) {}

  classOf(face: HostFace): WrapperClass {
    this.classes[face] ??= this.makeClass(this, face);
    return this.classes[face];
  }

  wrapOwn(representation: number, face: HostFace): Wrapper {
    return new (this.classOf(face))(new WrapperState(this, representation, true));
  }

  wrapBorrow(representation: number, face: HostFace): Wrapper {
    const state = new WrapperState(this, representation, false);
    this.definedBy.root.scope?.onEnd(() => {
      state.live = false;
    });
    return new (this.classOf(face))(state);
  }

  check(value: unknown, own: boolean): WrapperState {
    if (!isWrapper(value)) mismatch('a resource of this plugin instance', value);
    const state = wrapperState(value);
    if (state.resource !== this) mismatch('a resource of this type and plugin instance', value);
    if (!state.live) mismatch('a resource that was neither disposed nor given away', value);
    if (own && !state.own) mismatch('a resource of your own, not a borrowed one', value);
    if (own && state.lends !== 0) mismatch('a resource that no call is using', value);
    return state;
  }

  unwrapOwn(value: unknown): number {
    const state = this.check(value, true);
    releaseWrapper(state);
    return state.representation;
  }

  unwrapBorrow(value: unknown): number {
    const state = this.check(value, false);
    state.lends++;
    this.definedBy.root.scope!.onEnd(() => {
      state.lends--;
    });
    return state.representation;
  }

  /** Called by the guest's own `resource.drop`, or by the app through `WrapperState.dispose`. */
  drop(representation: number): void {
    if (this.destructor === undefined) return;
    const { root } = this.definedBy;
    const { maySuspend } = root;
    // Below the destructor is a frame of ours.
    root.maySuspend = false;
    this.destructor(representation);
    root.maySuspend = maySuspend;
  }
}

/** Objects of the app that one instance holds at once, for each resource. */
const MAX_OBJECTS = 1_000_000;

/** A resource that the app implements: the guest holds numbers, the objects stay here. */
export class HostResource implements RuntimeResource {
  readonly definedBy = undefined;
  readonly #objects = new Map<number, object>();
  readonly #free: number[] = [];
  #next = 1;

  constructor(
    /** The instance whose guest holds the handles. */
    private readonly holder: ComponentInstance,
    private readonly name: string,
    /** The app's class, if it gave one: then only its objects are taken. */
    private readonly implementation: (abstract new (...args: never[]) => object) | undefined,
  ) {}

  check(value: unknown): undefined {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
      mismatch(`an object of ${this.name}`, value);
    if (this.implementation !== undefined && !(value instanceof this.implementation)) {
      mismatch(`an object of the class ${this.name} that the imports give`, value);
    }
  }

  /** The app hands an object to the guest. */
  unwrapOwn(value: unknown): number {
    this.check(value);
    if (this.#objects.size >= MAX_OBJECTS)
      exhausted(`the guest holds more than ${MAX_OBJECTS} objects of ${this.name}`);
    const representation = this.#free.pop() ?? this.#next++;
    this.#objects.set(representation, value as object);
    return representation;
  }

  unwrapBorrow(value: unknown): number {
    const representation = this.unwrapOwn(value);
    this.holder.root.scope!.onEnd(() => this.#forget(representation));
    return representation;
  }

  /** The guest hands an object back. */
  wrapOwn(representation: number): object {
    const object = this.wrapBorrow(representation);
    this.#forget(representation);
    return object;
  }

  wrapBorrow(representation: number): object {
    return this.#objects.get(representation)!;
  }

  drop(representation: number): void {
    const object = this.#objects.get(representation) as Partial<Disposable> | undefined;
    this.#forget(representation);
    try {
      object?.[Symbol.dispose]?.();
    } catch (error) {
      throw importFailure(this.holder.name, `${this.name}[Symbol.dispose]`, error);
    }
  }

  #forget(representation: number): void {
    if (this.#objects.delete(representation)) this.#free.push(representation);
  }
}
