import { Command, Option } from 'commander';
import { ComponentError, HatchwayError, hatchwayError, PermissionDeniedError, quote } from '../errors/index.js';
import { type GrantFlags, type Layer, parseFlags } from '../grants/index.js';
import { createHost, type Instance, type OutputOption, type Plugin } from '../host/index.js';
import { parseArguments, parseCall, printResult, unprintable } from '../wave/index.js';
import { camelCase, type FunctionType, resolve } from '../wit/index.js';
import { showDenials } from './denials.js';
import { callName, type Found, findFunction } from './find-function.js';
import { addGrantOptions } from './grant-options.js';
import { loadImports } from './import-file.js';
import { showLog } from './logs.js';
import type { Streams, TextStream } from './streams.js';

interface RunOptions extends GrantFlags {
  invoke?: string;
  imports?: string;
  policy?: string;
  audit?: string;
  timeout?: string;
  maxMemory?: string;
  sandbox?: 'required' | 'off';
  terminal?: boolean;
}

/** `hatchway run`: runs a plugin as a program, or calls one function of it and prints what that returns. */
export function runCommand(streams: Streams, exit: (code: number) => void): Command {
  const command = new Command('run')
    .description('Run a plugin as a program, or call one of its functions, with what the flags grant and nothing else.')
    .argument('<plugin>', 'a WebAssembly component, or a module for WASI preview 1')
    .argument('[args...]', 'arguments of the program; put -- before those that begin with -')
    .option('--invoke <call>', 'the function to call and its arguments; ns:pkg/iface.f where a plain name is ambiguous')
    .option('--imports <file>', "a JavaScript module of your own that implements the plugin's imports")
    .option('--timeout <duration>', 'stops the plugin when a call takes longer, such as 200ms or 5s', 'none')
    .addOption(
      new Option('--sandbox <mode>', 'how a native program is confined; off: it can do what you can')
        .choices(['required', 'off'])
        .default('required'),
    )
    .option('--terminal', 'has a native program use this terminal, to talk to you')
    .option('--max-memory <size>', 'what each memory of the plugin may grow to, such as 64Mi; without a policy 1Gi')
    .addHelpText(
      'after',
      `
Examples:
  $ hatchway run query.wasm --allow-read=./messages::/messages -- '.level == "error"' /messages
  $ hatchway run shapes.wasm --invoke 'area({width: 3, height: 4})'
  12
  $ hatchway run --allow-run --sandbox=off plugins/shout --invoke 'shout("hello")'
  HELLO
  $ hatchway run store.wasm --imports ./host.js --invoke 'demo:store/kv.get("key")'
  ok(some("value"))

host.js implements imports by their names in the plugin's world (hatchway inspect shows it):
  export default { 'demo:store/disk': { read(path) { return ''; } } };

The exit code is the program's; with --invoke 0. It is 1 if something went wrong, 2 for a command line, a manifest or a
policy that is wrong, 134 if the plugin trapped.`,
    );
  addGrantOptions(command).option('--audit <file>', 'append each check of a grant to a file, one JSON object a line');
  return command.action(async (path: string, args: string[], options: RunOptions) => {
    const run = { path, options, streams, args, grants: parseFlags(options) };
    exit(options.invoke === undefined ? await runProgram(run) : await invoke(run, options.invoke));
  });
}

/** One use of the command. */
interface Run {
  readonly path: string;
  readonly options: RunOptions;
  readonly streams: Streams;
  /** The program's arguments. */
  readonly args: readonly string[];
  readonly grants: Layer;
}

/** Runs `wasi:cli/run` on this process' own standard streams. */
async function runProgram(run: Run): Promise<number> {
  const { streams } = run;
  await using instance = await instantiate(await load(run), run);
  try {
    const code = await instance.run();
    if (code !== 0) showDenials(streams.stderr, instance.denials);
    return code;
  } catch (error) {
    if (!(error instanceof HatchwayError) || error.code !== 'not-found') throw withDenials(error, instance, streams);
    throw error.with({ mend: `Name a function to call, as in --invoke 'f("x", 3)'; hatchway inspect shows them.` });
  }
}

async function invoke(run: Run, text: string): Promise<number> {
  const { streams } = run;
  const call = parseCall(text);
  const plugin = await load(run);
  const found = findFunction(plugin.world, call.path);
  checkHasText(found);
  const args = parseArguments(call, found.function.type.params);

  await using instance = await instantiate(plugin, run);
  let value: unknown;
  try {
    value = await outcome(found.function.type, () => callableOf(plugin, instance, found)(...args));
  } catch (error) {
    if (!(error instanceof HatchwayError) || error.code !== 'exited') throw withDenials(error, instance, streams);
    if (error.exitCode !== 0) showDenials(streams.stderr, instance.denials);
    return error.exitCode!;
  }
  if ((value as { tag?: unknown } | undefined)?.tag === 'err') showDenials(streams.stderr, instance.denials);
  streams.stdout.write(`${printResult(value, found.function.type.result)}\n`);
  return 0;
}

async function load({ path, options, streams: { stderr } }: Run): Promise<Plugin> {
  const { policy, audit, allowRun = false, sandbox = 'required', terminal = false } = options;
  const host = await createHost({
    ...(policy !== undefined && { policy }),
    ...(audit !== undefined && { audit }),
    // What it prints itself passes as it is.
    logs: (event) => {
      if (event.target !== 'stdout' && event.target !== 'stderr') showLog(stderr, event);
    },
  });
  return host.load(path, { name: path, run: allowRun, sandbox, terminal });
}

/** The same error, after what the plugin was refused has been shown: that is often why it failed. */
function withDenials(error: unknown, instance: Instance, { stderr }: Streams): unknown {
  // The error for a denial says all of it itself.
  if (!(error instanceof PermissionDeniedError)) showDenials(stderr, instance.denials);
  return error;
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

async function instantiate(plugin: Plugin, { options, grants, args, streams }: Run): Promise<Instance> {
  const { imports, timeout = 'none', policy } = options;
  // A policy says itself what there is to have.
  const native = plugin.runtime === 'native';
  const maxMemory = options.maxMemory ?? (policy === undefined && !native ? '1Gi' : undefined);
  try {
    return await plugin.instantiate({
      ...(imports !== undefined && { imports: await loadImports(imports) }),
      grants,
      // A native program is started for its functions, with a standard input of its own.
      ...(!native && { args, stdin: 'inherit' as const }),
      ...(native && args.length > 0 && { args }),
      stdout: outputOf(streams.stdout, 1),
      stderr: outputOf(streams.stderr, 2),
      // Nothing else waits for this process.
      limits: {
        ...(!native && { waiting: false as const }),
        timeout: timeout === 'none' ? false : timeout,
        ...(maxMemory !== undefined && { memory: maxMemory }),
      },
    });
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

/** The process' own stream is written to at once: the guest holds the thread, so nothing that is buffered would leave. */
function outputOf(stream: TextStream, fd: number): OutputOption {
  if (stream.fd === fd) return 'inherit';
  const decoder = new TextDecoder();
  return (chunk) => stream.write(decoder.decode(chunk, { stream: true }));
}

type Callable = (...args: unknown[]) => unknown;

function callableOf({ runtime }: Plugin, instance: Instance, found: Found): Callable {
  const exports = (runtime === 'native' ? instance.exports : instance.sync) as Record<string, unknown>;
  const owner = found.interface === undefined ? exports : (exports[found.interface] as Record<string, unknown>);
  return owner[camelCase(found.function.name)] as Callable;
}

/** What a call returned, as a value of the function's result type: the error of a `result` is thrown in JavaScript. */
async function outcome(type: FunctionType, call: () => unknown): Promise<unknown> {
  if (type.result === undefined || resolve(type.result).kind !== 'result') return await call();
  try {
    return { tag: 'ok', val: await call() };
  } catch (error) {
    if (error instanceof ComponentError) return { tag: 'err', val: error.payload };
    throw error;
  }
}
