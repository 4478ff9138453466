import { checkValue, type HostImports, type Namespace } from '../component/index.js';
import { argumentError, type HatchwayError, hatchwayError, isComponentError, quote } from '../errors/index.js';
import { type Members, member, namesOf, offeredInterface } from '../proxy/index.js';
import {
  camelCase,
  type FunctionItem,
  type Interface,
  parseFunctionName,
  pascalCase,
  printFunction,
  resolve,
  resourceOf,
  type TypeDefinition,
  type World,
} from '../wit/index.js';
import { copyValue, type OnHandle } from './plain-values.js';

type Callable = (...args: any[]) => any;

/** The instance that imports are for. */
export interface Importer {
  readonly name: { plugin: string; instance: string };
  /** Ends the instance: an import failed. */
  fail(error: HatchwayError): HatchwayError;
}

/** The imports of one instance as a plain object gets them. */
export interface PlainImports {
  /** Interfaces by id, with the version and without, and by short name; functions in camelCase. */
  readonly namespace: HostImports;
  /** What the app's resources are: the class it gave for each, if any. */
  readonly classes: ReadonlyMap<TypeDefinition, { name: string; implementation: unknown }>;
  /** Checks a resource of the app. */
  readonly onHandle: OnHandle;
}

/**
 * What a plain object imports: the app's implementations behind checks of what goes in and out. The classes of resources are
 * the app's own.
 * @param given what the app offers; `undefined` for an object that asks for nothing.
 * @param asynchronous the names of functions that answer with promises, or `true` for all.
 * @throws HatchwayError `missing-import` with all that is missing, `option` for a name in `asynchronous` that is none.
 */
export function plainImports(
  world: World,
  given: HostImports | undefined,
  importer: Importer,
  asynchronous: readonly string[] | true,
): PlainImports {
  const classes = new Map<TypeDefinition, { name: string; implementation: unknown }>();
  const onHandle: OnHandle = (type, value, path) => {
    const { name, implementation } = classes.get(resourceOf(type.resource))!;
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
      throw argumentError(path, `an object of ${name}`, value);
    if (typeof implementation === 'function' && !(value instanceof implementation))
      throw argumentError(path, `an object of the class ${name} that the imports give`, value);
    return value;
  };
  const offered = given ?? {};
  const waits = asynchronousNames(world, asynchronous);
  const missing: string[] = [];
  const namespace: Namespace = Object.create(null);
  const find = (owner: Members, receiver: unknown, func: FunctionItem, path: string): Callable | undefined => {
    const target = member(owner, camelCase(func.name)) ?? member(owner, func.name);
    if (typeof target === 'function')
      return importFunction(func, path, target.bind(receiver), importer, onHandle, waits.has(path));
    missing.push(`import ${path}: ${printFunction(func)} ${target === undefined ? 'is missing' : 'is not a function'}`);
    return undefined;
  };
  for (const item of world.imports) {
    if (item.kind === 'function') namespace[camelCase(item.name)] = find(offered, undefined, item.function, item.name);
    if (item.kind !== 'interface') continue;
    const implementation = offeredInterface(offered, item.name);
    const inner: Namespace = Object.create(null);
    collectClasses(item.interface, implementation ?? {}, inner, classes);
    if (implementation === undefined) {
      if (item.interface.functions.length > 0) missing.push(`import ${item.name}: the interface is missing`);
      continue;
    }
    for (const func of item.interface.functions) {
      if (parseFunctionName(func.name).kind === 'free')
        inner[camelCase(func.name)] = find(implementation, implementation, func, `${item.name}#${func.name}`);
    }
    for (const key of namesOf(item.name)) namespace[key] ??= Object.freeze(inner);
  }
  if (given !== undefined && missing.length > 0) {
    throw hatchwayError('missing-import', 'the app does not offer what the plugin imports', {
      ...importer.name,
      differences: missing,
      mend: 'Pass implementations in `imports`, by interface id or by function name.',
    });
  }
  return { namespace: Object.freeze(namespace), classes, onHandle };
}

function collectClasses(
  { types }: Interface,
  given: Members,
  inner: Namespace,
  classes: Map<TypeDefinition, { name: string; implementation: unknown }>,
): void {
  for (const definition of types) {
    const root = resourceOf(definition);
    if (root.type.kind !== 'resource') continue;
    const name = pascalCase(definition.name);
    const implementation = member(given, name) ?? classes.get(root)?.implementation;
    classes.set(root, { name, implementation });
    inner[name] = implementation;
  }
}

function asynchronousNames(world: World, names: readonly string[] | true): ReadonlySet<string> {
  const paths = new Map<string, string>();
  for (const item of world.imports) {
    if (item.kind === 'function') paths.set(item.name, item.name);
    if (item.kind !== 'interface') continue;
    for (const { name } of item.interface.functions)
      for (const key of namesOf(item.name).slice(0, 2)) paths.set(`${key}#${name}`, `${item.name}#${name}`);
  }
  if (names === true) return new Set(paths.values());
  return new Set(
    names.map((name) => {
      const path = paths.get(name);
      if (path === undefined) throw hatchwayError('option', `the plugin imports no function ${quote(name)}`);
      return path;
    }),
  );
}

function importFunction(
  { type }: FunctionItem,
  path: string,
  target: Callable,
  importer: Importer,
  onHandle: OnHandle,
  waits: boolean,
): Callable {
  const result = type.result && resolve(type.result);
  const throws = result?.kind === 'result';
  const answerType = throws ? result.ok : result;
  const failed = (cause: unknown) => {
    const what = cause instanceof Error ? cause.message : 'it threw something that is not an Error';
    return importer.fail(
      hatchwayError('import-failed', `the import ${path} failed: ${what}`, {
        ...importer.name,
        cause,
        mend: 'To answer with the error of a result, throw a ComponentError with the payload.',
      }),
    );
  };
  const answer = (value: unknown): unknown => {
    if (answerType === undefined) return undefined;
    try {
      checkValue('the result', answerType, value);
      return copyValue(answerType, value, 'the result', onHandle);
    } catch (error) {
      throw failed(error);
    }
  };
  const error = (cause: unknown): unknown => {
    if (!throws || !isComponentError(cause)) return failed(cause);
    try {
      if (result.error !== undefined) checkValue('the error', result.error, cause.payload);
      return cause;
    } catch (wrong) {
      return failed(wrong);
    }
  };
  return (...args) => {
    for (const [i, param] of type.params.entries()) checkValue(param.name, param.type, args[i]);
    const copies = type.params.map((param, i) => copyValue(param.type, args[i], param.name, onHandle));
    let value: unknown;
    try {
      value = target(...copies);
    } catch (cause) {
      throw error(cause);
    }
    if (!(value instanceof Promise)) return answer(value);
    if (!waits) {
      value.catch(() => {});
      throw failed(
        hatchwayError('import-failed', 'it returned a promise', {
          mend: 'Declare the import in `async` when instantiating, or make it synchronous.',
        }),
      );
    }
    return value.then(answer, (cause) => {
      throw error(cause);
    });
  };
}
