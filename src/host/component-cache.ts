import { createHash } from 'node:crypto';
import { Component } from '../component/index.js';
import { interruption } from './limits.js';

/**
 * Components that are loaded, by the SHA-256 of their bytes: the same artifact is decoded, checked and compiled once for all
 * plugins that use it. It keeps none alive, so there is nothing to bound.
 */
export class ComponentCache {
  readonly #components = new Map<string, WeakRef<Component>>();
  readonly #loading = new Map<string, Promise<Component>>();
  readonly #forget = new FinalizationRegistry<string>((digest) => {
    if (this.#components.get(digest)?.deref() === undefined) this.#components.delete(digest);
  });

  /** @throws HatchwayError as `Component.load` does; a component that failed to load is tried again. */
  async load(bytes: Uint8Array): Promise<Component> {
    const digest = createHash('sha256').update(bytes).digest('hex');
    const known = this.#components.get(digest)?.deref() ?? this.#loading.get(digest);
    if (known !== undefined) return known;
    const loading = Component.load(bytes, interruption);
    this.#loading.set(digest, loading);
    try {
      const component = await loading;
      this.#components.set(digest, new WeakRef(component));
      this.#forget.register(component, digest);
      return component;
    } finally {
      this.#loading.delete(digest);
    }
  }
}
