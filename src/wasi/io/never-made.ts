/**
 * The class of a resource that no function here ever makes, so that no guest holds one: it is there to be linked.
 * @param methods what the interface gives it.
 */
export function neverMade(name: string, methods: readonly string[]): abstract new () => object {
  const type = class {
    constructor() {
      throw new Error(`a ${name} is never made`);
    }
  };
  Object.defineProperty(type, 'name', { value: name });
  for (const method of methods) {
    Object.defineProperty(type.prototype, method, {
      value: () => {
        throw new Error(`${name}.${method}: nobody has one`);
      },
    });
  }
  return type;
}
