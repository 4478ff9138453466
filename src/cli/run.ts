import { Command } from 'commander';
import { ComponentError, HatchwayError, hatchwayError, quote } from '../errors/index.js';
import { createHost, type Instance, type Plugin } from '../host/index.js';
import { parseArguments, parseCall, printResult, unprintable } from '../wave/index.js';
import { camelCase, type FunctionType, resolve } from '../wit/index.js';
import { callName, type Found, findFunction } from './find-function.js';
import { loadImports } from './import-file.js';
import { readPluginFile } from './plugin-file.js';
import type { Streams } from './streams.js';

interface RunOptions {
  invoke?: string;
  imports?: string;
}

/** `hatchway run`: calls one function of a plugin and prints what it returns. */
export function runCommand(streams: Streams): Command {
  return new Command('run')
    .description('Call a function of a plugin and print its result, as wasmtime run --invoke does.')
    .argument('<plugin>', 'a WebAssembly component')
    .option('--invoke <call>', 'the function and its arguments; ns:pkg/iface.f where a plain name is ambiguous')
    .option('--imports <file>', "a JavaScript module of your own that implements the plugin's imports")
    .addHelpText(
      'after',
      `
Examples:
  $ hatchway run shapes.wasm --invoke 'area({width: 3, height: 4})'
  12
  $ hatchway run store.wasm --imports ./host.js --invoke 'demo:store/kv.get("key")'
  ok(some("value"))

host.js implements imports by their names in the plugin's world (hatchway inspect shows it):
  export default { 'demo:store/disk': { read(path) { return ''; } } };

The exit code is 0, 1 if something went wrong, 2 for a wrong command line, 134 if the plugin trapped.`,
    )
    .action(async (path: string, options: RunOptions) => {
      streams.stdout.write(`${await run(path, options)}\n`);
    });
}

async function run(path: string, { invoke, imports }: RunOptions): Promise<string> {
  if (invoke === undefined) {
    throw hatchwayError('unsupported', 'running a plugin as a command (wasi:cli/run) is not built yet', {
      mend: `Name a function to call, as in --invoke 'f("x", 3)'`,
    });
  }
  const call = parseCall(invoke);
  const host = await createHost();
  const plugin = await host.load(await readPluginFile(path), { name: path });
  const found = findFunction(plugin.world, call.path);
  checkHasText(found);
  const args = parseArguments(call, found.function.type.params);

  const instance = await instantiate(plugin, imports);
  const value = outcome(found.function.type, () => callableOf(instance, found)(...args));
  return printResult(value, found.function.type.result);
}

/** A function whose types have no text is refused before anything of the plugin runs. */
function checkHasText(found: Found): void {
  const { params, result } = found.function.type;
  for (const type of [...params.map((param) => param.type), ...(result ? [result] : [])]) {
    const what = unprintable(type);
    if (what === undefined) continue;
    throw hatchwayError(
      'unsupported',
      `${quote(callName(found))} cannot be called from a command line: ${what} has no text`,
    );
  }
}

async function instantiate(plugin: Plugin, imports: string | undefined): Promise<Instance> {
  try {
    return await plugin.instantiate(imports === undefined ? {} : { imports: await loadImports(imports) });
  } catch (cause) {
    if (!(cause instanceof HatchwayError) || cause.code !== 'missing-import') throw cause;
    // What mends it is another thing here than in an app.
    throw hatchwayError('missing-import', 'the plugin imports what nobody offers', {
      cause,
      ...(cause.differences && { differences: cause.differences }),
      mend: 'Implement it in a JavaScript module and name that with --imports FILE.js',
    });
  }
}

type Callable = (...args: unknown[]) => unknown;

function callableOf({ sync }: Instance, found: Found): Callable {
  const exports = sync as Record<string, unknown>;
  const owner = found.interface === undefined ? exports : (exports[found.interface] as Record<string, unknown>);
  return owner[camelCase(found.function.name)] as Callable;
}

/** What a call returned, as a value of the function's result type: the error of a `result` is thrown in JavaScript. */
function outcome(type: FunctionType, call: () => unknown): unknown {
  if (type.result === undefined || resolve(type.result).kind !== 'result') return call();
  try {
    return { tag: 'ok', val: call() };
  } catch (error) {
    if (error instanceof ComponentError) return { tag: 'err', val: error.payload };
    throw error;
  }
}
