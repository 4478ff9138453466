import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HostImports } from '../../component/index.js';
import { ComponentError, hatchwayError, isComponentError, quote } from '../../errors/index.js';
import { camelCase, parseFunctionName, parseInterfaceId, pascalCase, type World } from '../../wit/index.js';
import type { PlainPlugin, PlainPluginFactory } from '../plain.js';
import { Disposal } from './disposal.js';
import type { TranspiledFolder } from './folder.js';

type Callable = (...args: any[]) => any;
type Members = Record<string, unknown>;

/** What jco's module exports. */
interface Module {
  instantiate(
    getCoreModule: (name: string) => WebAssembly.Module,
    imports: Members,
    instantiateCore: (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance,
  ): unknown;
}

/**
 * Runs the code that jco wrote, which defines functions and makes nothing yet. What it gives makes instances, with the
 * imports they get and no others: objects of the app like any other, whose errors are ours already.
 */
export async function loadFactory(
  folder: TranspiledFolder,
  world: World,
): Promise<(wasi: Record<string, object>) => PlainPluginFactory> {
  const { instantiate } = await importModule(folder);
  const modules = await compileModules(folder);
  return (wasi) => (imports) => {
    const coreModule = (name: string) => {
      const module = modules.get(name);
      if (module === undefined) throw hatchwayError('invalid', `there is no core module ${quote(name)}`);
      return module;
    };
    const disposal = new Disposal();
    // Nothing here is a promise, so neither is what it answers.
    const instance = disposal.during(() =>
      instantiate(coreModule, importsForJco(world, imports, wasi), instantiateCore),
    );
    if (!(instance instanceof Promise)) return exportsOfJco(world, instance as Members, disposal);
    instance.catch(() => {});
    throw hatchwayError('unsupported', 'its code holds core modules that it compiles by itself', {
      mend: 'Transpile the component again, with --base64-cutoff 0.',
    });
  };
}

function instantiateCore(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  return new WebAssembly.Instance(module, imports);
}

async function importModule({ module }: TranspiledFolder): Promise<Module> {
  try {
    return await import(pathToFileURL(resolve(module)).href);
  } catch (cause) {
    const mend =
      cause instanceof SyntaxError
        ? 'Put a package.json with { "type": "module" } in the folder, or update Node.'
        : 'Transpile the component again.';
    const what = cause instanceof Error ? cause.message : 'it threw';
    throw hatchwayError('invalid', `${quote(basename(module))} cannot be loaded: ${what}`, { cause, mend });
  }
}

async function compileModules({ path }: TranspiledFolder): Promise<Map<string, WebAssembly.Module>> {
  const names = (await readdir(path)).filter((name) => /\.core\d*\.wasm$/.test(name));
  const compile = async (name: string): Promise<[string, WebAssembly.Module]> => {
    try {
      return [name, await WebAssembly.compile(await readFile(join(path, name)))];
    } catch (cause) {
      throw hatchwayError('invalid', `the core module ${quote(name)} cannot be compiled`, { cause });
    }
  };
  return new Map(await Promise.all(names.map(compile)));
}

/** Interfaces by their ids without a version, functions as the default of their names; those of WASI as they are. */
function importsForJco(world: World, given: HostImports, wasi: Record<string, object>): Members {
  const result: Members = Object.create(null);
  for (const [name, implementation] of Object.entries(wasi)) {
    result[name.split('@')[0]!] = implementation;
    result[name] = implementation;
  }
  for (const item of world.imports) {
    if (item.kind === 'function') {
      result[item.name] = { default: given[camelCase(item.name)] ?? given[item.name] };
    } else if (item.kind === 'interface') {
      const id = parseInterfaceId(item.name);
      const bare = id === undefined ? item.name : `${id.package}/${id.name}`;
      const value = given[item.name] ?? given[bare] ?? given[camelCase(item.name)] ?? result[bare];
      result[bare] = value;
      result[item.name] = value;
    }
  }
  return result;
}

function exportsOfJco(world: World, exports: Members, disposal: Disposal): PlainPlugin {
  const translating = (target: Callable) => translatingFunction(target, disposal);
  const result: Members = Object.create(null);
  for (const item of world.exports) {
    if (item.kind === 'function') {
      const key = camelCase(item.name);
      result[key] = translating(exports[key] as Callable);
    } else if (item.kind === 'interface') {
      const source = (exports[item.name] ?? exports[camelCase(parseInterfaceId(item.name)?.name ?? item.name)]) as
        | Members
        | undefined;
      // What is missing is said by whoever compares it with the world.
      if (source === undefined) continue;
      const inner: Members = Object.create(null);
      const classes = new Set<string>();
      for (const { name } of item.interface.functions) {
        const { kind, resource } = parseFunctionName(name);
        if (kind === 'free') inner[camelCase(name)] = translating(source[camelCase(name)] as Callable);
        else classes.add(pascalCase(resource!));
      }
      for (const name of classes) inner[name] = translatingClass(source[name] as Callable, translating);
      result[item.name] = inner;
    }
  }
  return result;
}

/** The same function, whose errors are ours, and whose resources can be disposed of each by itself. */
function translatingFunction(target: Callable, disposal: Disposal): Callable {
  if (typeof target !== 'function') return target;
  return function (this: unknown, ...args) {
    try {
      return target.apply(this, args);
    } catch (error) {
      throw translated(error);
    } finally {
      disposal.settle();
    }
  };
}

/** The same class, made for this instance alone: its members are replaced in place, so that all its objects have them. */
function translatingClass(target: Callable, translating: (member: Callable) => Callable): Callable {
  if (typeof target !== 'function') return target;
  for (const owner of [target, target.prototype]) {
    for (const key of Object.getOwnPropertyNames(owner)) {
      const property = Object.getOwnPropertyDescriptor(owner, key)!;
      if (key === 'constructor' || typeof property.value !== 'function' || !property.writable) continue;
      Object.defineProperty(owner, key, { ...property, value: translating(property.value) });
    }
  }
  return new Proxy(target, {
    construct(it, args, newTarget) {
      try {
        return Reflect.construct(it, args, newTarget);
      } catch (error) {
        throw translated(error);
      }
    },
  });
}

/** jco has an error class of its own in every module that it writes. */
function translated(error: unknown): unknown {
  if (!(error instanceof Error) || isComponentError(error) || !Object.hasOwn(error, 'payload')) return error;
  return new ComponentError((error as Error & { payload: unknown }).payload);
}
