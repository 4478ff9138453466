/** What the rows run, assembled once into `build/bench`. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cachePath } from '../test/setup/cache.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'build/bench');
const assembler = join(root, 'bench/assemble.mjs');
const sources = [
  assembler,
  ...['calls.wat', 'calls.wit', 'extism.wat'].map((name) => join(root, 'bench/components', name)),
];

/** A release of jco, as the module that transpiles: the installed one, or an earlier one, fetched when it is asked for. */
export type JcoVersion = '1.35' | '1.10';

export function component(name: 'calls' | 'extism'): Uint8Array<ArrayBuffer> {
  const path = join(folder, `${name}.wasm`);
  if (isOlder(path)) run([assembler, 'components', folder]);
  return new Uint8Array(readFileSync(path));
}

/** The component of `javascript/plugin.js`, with the engine that runs it. */
export function engineComponent(): Uint8Array<ArrayBuffer> {
  const source = join(root, 'bench/components/javascript');
  const path = join(folder, 'engine.wasm');
  const inputs = ['plugin.js', 'work.wit'].map((name) => join(source, name));
  if (isOlder(path, inputs)) {
    mkdirSync(folder, { recursive: true });
    run([join(root, 'guests/javascript/build.mjs'), ...inputs, 'work', path]);
  }
  return new Uint8Array(readFileSync(path));
}

/** What `jco transpile` makes of the `calls` component: the module's URL, and its core modules by name. */
export function transpiled(version: JcoVersion): { url: string; core: (name: string) => Uint8Array<ArrayBuffer> } {
  component('calls');
  const out = join(folder, `jco-${version}`);
  if (isOlder(join(out, 'component.js'))) {
    run([assembler, 'transpile', jco(version), join(folder, 'calls.wasm'), out]);
  }
  return {
    url: pathToFileURL(join(out, 'component.js')).href,
    core: (name) => new Uint8Array(readFileSync(join(out, name))),
  };
}

/** The path of the module of jco that generates code. */
export function jco(version: JcoVersion): string {
  if (version === '1.35') return join(root, 'node_modules/@bytecodealliance/jco/dist/browser.js');
  // Two packages of the many it depends on are all that generating takes, so they are unpacked, not installed.
  const cached = cachePath('jco-1.10.2');
  if (!existsSync(cached)) {
    mkdirSync(cachePath('.'), { recursive: true });
    const unfinished = mkdtempSync(`${cached}-`);
    const unpack = (name: string, to: string) => {
      mkdirSync(to, { recursive: true });
      run(['pack', '--silent', '--pack-destination', to, name], 'npm');
      const archive = `${name.slice(1).replace('/', '-').replace('@', '-')}.tgz`;
      run(['xzf', join(to, archive), '-C', to, '--strip-components', '1'], 'tar');
    };
    console.error('fetching jco 1.10.2');
    unpack('@bytecodealliance/jco@1.10.2', unfinished);
    const shim = join(unfinished, 'node_modules/@bytecodealliance/preview2-shim');
    unpack('@bytecodealliance/preview2-shim@0.17.2', shim);
    renameSync(unfinished, cached);
  }
  return join(cached, 'src/browser.js');
}

/** The core modules inside a component, in order, those of nested components included. */
export function coreModules(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const modules: Uint8Array<ArrayBuffer>[] = [];
  let at = 8;
  while (at < bytes.length) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const section = bytes.subarray(at, at + size);
    if (id === 1) modules.push(section);
    if (id === 4) modules.push(...coreModules(section));
    at += size;
  }
  return modules;
}

function isOlder(path: string, inputs: readonly string[] = sources): boolean {
  if (!existsSync(path)) return true;
  const built = statSync(path).mtimeMs;
  return inputs.some((source) => statSync(source).mtimeMs > built);
}

function run(args: readonly string[], command: string = process.execPath): void {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with exit code ${status}`);
}
