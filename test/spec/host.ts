/**
 * What scripts may import, as the reference's runner offers it: two functions at the top, and an instance `host` with
 * functions, an instance of its own and resources that count what is dropped.
 */
import type { HostImports } from '../../src/component/index.js';

export function hostImports(): HostImports {
  const dropped: number[] = [];
  class Resource1 {
    readonly #rep: number;
    constructor(rep: number) {
      this.#rep = rep;
    }
    simple(rep: number): void {
      Resource1.#expect(this, rep);
    }
    takeBorrow(_other: Resource1): void {}
    takeOwn(_other: Resource1): void {}
    static assert(it: Resource1, rep: number): void {
      Resource1.#expect(it, rep);
    }
    static lastDrop(): number {
      return dropped.at(-1) ?? 0;
    }
    static drops(): number {
      return dropped.length;
    }
    [Symbol.dispose](): void {
      dropped.push(this.#rep);
    }
    static #expect(it: Resource1, rep: number): void {
      if (it.#rep !== rep) throw new Error(`the resource stands for ${it.#rep}, not ${rep}`);
    }
  }
  class Resource2 {}
  const host = {
    returnThree: () => 3,
    returnHi: () => 'hi',
    nested: { returnFour: () => 4 },
    Resource1,
    Resource2,
    Resource1Again: Resource1,
  };
  return { hostReturnTwo: () => 2, hostEchoU32: (value: number) => value, host };
}
