import type { Wrappers } from './functions.js';
import type { Report } from './report.js';
import { describe, textOf } from './text.js';
import type { Class, ClassMember } from './types.js';

/** Classes of resources with the checks around their functions; each becomes known in `classes`, by its key. */
export function createClassWrappers(
  { exported, imported, argumentsOf }: Wrappers,
  classes: Map<string, Class>,
  report: Report,
) {
  /** A resource of the app, whose functions are checked in place: the glue knows it by its identity. */
  function importedClass(key: string, original: any, functions: readonly ClassMember[]): unknown {
    classes.set(key, original);
    for (const [kind, name, fn] of functions) {
      const owner = kind === 'method' ? original.prototype : original;
      if (kind !== 'constructor') owner[name] = imported(fn, owner[name]);
    }
    const made = functions.find(([kind]) => kind === 'constructor')?.[2];
    if (made === undefined) return original;
    return new Proxy(original, {
      construct: (target, args, newTarget) => Reflect.construct(target, argumentsOf(made, args), newTarget),
    });
  }

  /** The author's class as the glue sees it: its instances are the author's own, their methods are called checked. */
  function exportedClass(key: string, original: any, functions: readonly ClassMember[]): unknown {
    classes.set(key, original);
    function construct(...args: unknown[]) {
      try {
        return new original(...args);
      } catch (thrown) {
        report(`new ${original.name} threw ${thrown instanceof Error ? textOf(thrown) : describe(thrown)}`);
        throw thrown;
      }
    }
    const facade: any = construct;
    Object.defineProperty(facade, Symbol.hasInstance, { value: (value: unknown) => value instanceof original });
    for (const [kind, name, fn] of functions) {
      if (kind === 'method')
        facade.prototype[name] = exported(fn, function (this: any, ...args) {
          return this[name](...args);
        });
      if (kind === 'static') facade[name] = exported(fn, (...args) => original[name](...args));
    }
    return facade;
  }

  return { importedClass, exportedClass };
}
