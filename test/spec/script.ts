/** Scripts of the specification's test format, as `wasm-tools json-from-wast` writes them; `.wast` files are converted. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { provideWasmTools, run } from '../setup/wasm-tools.js';

/** A value as the format writes it: numbers as text, floats by their bits. */
export interface JsonValue {
  readonly type: string;
  readonly value?: unknown;
}

export interface Action {
  readonly type: string;
  /** The instance's name; without it, the instance made last. */
  readonly module?: string;
  readonly field: string;
  readonly args?: readonly JsonValue[];
}

/** What a command needs of its fields depends on `type`. */
export interface Command {
  readonly type: string;
  readonly line: number;
  readonly name?: string;
  readonly filename?: string;
  /** `binary` or `text`. */
  readonly module_type?: string;
  /** Of `module_instance`: the definition and the name of the instance. */
  readonly module?: string;
  readonly instance?: string;
  /** Of `register`: the name that later scripts import. */
  readonly as?: string;
  readonly action?: Action;
  readonly expected?: readonly JsonValue[];
  /** The reference's message. */
  readonly text?: string;
}

export interface Script {
  readonly name: string;
  readonly commands: readonly Command[];
  /** The bytes that a command names. */
  read(file: string): Uint8Array;
}

/** The scripts below a folder, converted or not, by name. */
export async function loadScripts(folder: string): Promise<Script[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const scripts = files.filter((file) => file.endsWith('.json')).flatMap((file) => readScript(folder, file) ?? []);
  const texts = files.filter((file) => file.endsWith('.wast'));
  if (texts.length === 0) return scripts;
  const tool = await provideWasmTools();
  const target = mkdtempSync(join(tmpdir(), 'hatchway-spec-'));
  for (const file of texts) {
    const output = join(target, file.slice(0, -'.wast'.length));
    mkdirSync(output, { recursive: true });
    const json = join(output, 'script.json');
    await run(tool, ['json-from-wast', join(folder, file), '--wasm-dir', output, '-o', json], { mayFail: true });
    scripts.push(existsSync(json) ? readScript(target, relative(target, json))! : unconverted(file));
  }
  return scripts;
}

/** A script that the tool refused is one failure, not nothing. */
function unconverted(file: string): Script {
  return {
    name: file.slice(0, -'.wast'.length),
    commands: [{ type: 'convert', line: 0 }],
    read: () => new Uint8Array(),
  };
}

function readScript(folder: string, file: string): Script | undefined {
  const path = join(folder, file);
  const json = JSON.parse(readFileSync(path, 'utf8')) as { commands?: Command[] };
  if (!Array.isArray(json.commands)) return undefined;
  const generic = ['test', 'script'].includes(basename(file, '.json'));
  return {
    name: generic ? dirname(file) : file.slice(0, -'.json'.length),
    commands: json.commands,
    read: (name) => readFileSync(join(dirname(path), name)),
  };
}
