/** Runs scripts, and keeps count. */
import { Component, type Instance } from '../../src/component/index.js';
import { HatchwayError, isComponentError } from '../../src/errors/index.js';
import { printResult } from '../../src/wave/index.js';
import { resolve, type ValueType } from '../../src/wit/index.js';
import { checkCommand, reasonFor, reasonForReturn, Skip } from './exceptions.js';
import { hostImports } from './host.js';
import type { Action, Command, Script } from './script.js';
import { scriptValue } from './values.js';

export interface Outcome {
  readonly script: string;
  readonly command: Command;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** What went wrong, or why it does not count. */
  readonly reason?: string;
}

/** Carries out the commands of a script in order. */
export async function runScript(script: Script): Promise<Outcome[]> {
  const runner = new Runner(script);
  const outcomes: Outcome[] = [];
  for (const command of script.commands) {
    let result: Outcome['result'] = 'passed';
    let reason: string | undefined;
    try {
      await runner.run(command);
    } catch (error) {
      result = error instanceof Skip ? 'skipped' : 'failed';
      reason = error instanceof Error ? error.message : String(error);
    }
    outcomes.push({ script: script.name, command, result, ...(reason === undefined ? {} : { reason }) });
  }
  return outcomes;
}

/** What a name stands for; or why there is nothing, if its command was skipped. */
type Made<T> = T | Skip;

const REFUSED = ['malformed', 'invalid'];
/** A guest's own end, and what calling one that has ended or is in use gives. */
const TRAPPED = ['trap', 'exhausted', 'poisoned', 'reentrant', 'import-failed'];

class Runner {
  readonly #definitions = new Map<string, Made<Component>>();
  readonly #instances = new Map<string, Made<Instance>>();
  #definition: Made<Component> | undefined;
  #instance: Made<Instance> | undefined;
  readonly #imports: Record<string, unknown> = { ...hostImports() };
  /** What components and instances were made of. */
  readonly #bytes = new WeakMap<object, Uint8Array>();

  constructor(private readonly script: Script) {}

  async run(command: Command): Promise<void> {
    checkCommand(command);
    switch (command.type) {
      case 'convert':
        throw new Skip('the tool that converts scripts does not read this one');
      case 'module':
        this.#instance = undefined;
        return this.#instantiate(await this.#define(command), command.name);
      case 'module_definition':
        present(await this.#define(command));
        return;
      case 'module_instance': {
        const definition = command.module === undefined ? this.#definition : this.#definitions.get(command.module);
        return this.#instantiate(definition, command.instance);
      }
      case 'register':
        this.#imports[command.as!] = present(this.#named(command.name)).sync;
        return;
      case 'action':
        this.#invoke(command.action!);
        return;
      case 'assert_return':
        return this.#expectResult(command);
      case 'assert_trap':
      case 'assert_exhaustion':
        return this.#expectTrap(command);
      case 'assert_invalid':
        return expectError(REFUSED, () => this.#load(command), { skip: false });
      case 'assert_malformed':
        return expectError([...REFUSED, 'unsupported'], () => this.#load(command), { skip: false });
      case 'assert_unlinkable': {
        const component = await this.#load(command);
        return expectError(['missing-import', 'invalid'], () => this.#start(component));
      }
      case 'assert_uninstantiable': {
        const component = await this.#load(command);
        return expectError(TRAPPED, () => this.#start(component));
      }
      default:
        throw new Error(`the command ${command.type} is not known`);
    }
  }

  async #load({ filename }: Command): Promise<Component> {
    const bytes = this.script.read(filename!);
    const component = await Component.load(bytes);
    this.#bytes.set(component, bytes);
    return component;
  }

  #start(component: Component): Instance {
    const instance = component.instantiate(this.#imports, {}, (callable) => callable);
    this.#bytes.set(instance, this.#bytes.get(component)!);
    return instance;
  }

  async #define(command: Command): Promise<Made<Component>> {
    this.#definition = undefined;
    this.#definition = await made(() => this.#load(command));
    if (command.name !== undefined) this.#definitions.set(command.name, this.#definition);
    return this.#definition;
  }

  async #instantiate(definition: Made<Component> | undefined, name: string | undefined): Promise<void> {
    this.#instance = undefined;
    this.#instance = await made(() => this.#start(present(definition)));
    if (name !== undefined) {
      this.#instances.set(name, this.#instance);
      if (!(this.#instance instanceof Skip)) this.#imports[name] = this.#instance.sync;
    }
    present(this.#instance);
  }

  #named(name: string | undefined): Made<Instance> | undefined {
    return name === undefined ? this.#instance : this.#instances.get(name);
  }

  /** The result as it is written: an error of a result type is no failure here. */
  #invoke(action: Action): { type: ValueType | undefined; text: string } {
    const instance = present(this.#named(action.module));
    const func = instance.function(undefined, action.field);
    if (func === undefined) throw new Error(`there is no function ${JSON.stringify(action.field)}`);
    const { params, result: type } = func.type;
    const args = (action.args ?? []).map((arg, i) => scriptValue(arg, params[i]!.type));
    const isResult = type !== undefined && resolve(type).kind === 'result';
    try {
      const value = func.call(...args);
      return { type, text: print(isResult ? { tag: 'ok', val: value } : value, type) };
    } catch (error) {
      if (!isResult || !isComponentError(error)) throw error;
      return { type, text: print({ tag: 'err', val: error.payload }, type) };
    }
  }

  async #expectTrap(command: Command): Promise<void> {
    const action = command.action!;
    const instance = present(this.#named(action.module));
    let returned = false;
    await expectError(TRAPPED, () => {
      this.#invoke(action);
      returned = true;
    }).catch((error: unknown) => {
      const reason = returned ? reasonForReturn(command, this.#bytes.get(instance)!) : undefined;
      throw reason === undefined ? error : new Skip(reason);
    });
  }

  #expectResult({ action, expected = [] }: Command): void {
    const { type, text } = this.#invoke(action!);
    const wanted = type === undefined ? '' : print(scriptValue(expected[0]!, type), type);
    if (expected.length !== (type === undefined ? 0 : 1)) throw new Error(`it returned ${text || 'nothing'}`);
    if (text !== wanted) throw new Error(`it returned ${text}, not ${wanted}`);
  }
}

function print(value: unknown, type: ValueType | undefined): string {
  return type === undefined ? '' : printResult(value, type);
}

/** What `make` gives, or the reason why it does not count. @throws what `make` throws, unless a rule covers it. */
async function made<T>(make: () => T | Promise<T>): Promise<Made<T>> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof Skip) return error;
    const reason = reasonFor(error);
    if (reason === undefined) throw error;
    return new Skip(reason);
  }
}

/** @throws Skip if it was skipped. */
function present<T>(it: Made<T> | undefined): T {
  if (it === undefined) throw new Error('what it needs was not made');
  if (it instanceof Skip) throw it;
  return it;
}

/** @throws Error unless `attempt` fails with one of the codes. */
async function expectError(codes: readonly string[], attempt: () => unknown, { skip = true } = {}): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof Skip) throw error;
    if (error instanceof HatchwayError && codes.includes(error.code)) return;
    const reason = skip ? reasonFor(error) : undefined;
    throw reason === undefined ? error : new Skip(reason);
  }
  throw new Error('it was accepted');
}
