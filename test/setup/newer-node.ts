/**
 * A Node whose engine has what the oldest supported one lacks: promise integration, several memories, extended constant
 * expressions. `setup.ts` installs it before the tests start; `newer-node.test.ts` runs the tests that need it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath, withLock } from './cache.js';

/** The first major version whose engine has it all. */
export const NEWER = 24;

const version = '24.21.0';
const root = cachePath(`node-${version}`);
// What the package `node` would install from a script of its own, which npm may be told not to run.
const system = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const platformPackage = `${system === 'darwin-arm64' ? 'node-bin' : 'node'}-${system}`;
const binary = join('node_modules', platformPackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const cached = join(root, binary);

/** The commands that install it by hand, anywhere, and tell the tests where it is. */
export const newerNodeInstallLine = `npm install --no-save ${platformPackage}@${version} && export HATCHWAY_NEWER_NODE="$PWD/${binary}"`;

/** Whether this process is one. */
export const isNewerNode = majorOf(process.version) >= NEWER;

/**
 * Where it is: `$HATCHWAY_NEWER_NODE`, this very process, or the cache; `undefined` if none is new enough.
 * @throws Error if `$HATCHWAY_NEWER_NODE` names something else.
 */
export function newerNodePath(): string | undefined {
  const chosen = process.env.HATCHWAY_NEWER_NODE;
  if (chosen) {
    if (!isNewEnough(chosen)) throw new Error(`HATCHWAY_NEWER_NODE=${chosen} is not Node ${NEWER} or later`);
    return chosen;
  }
  if (isNewerNode) return process.execPath;
  return existsSync(cached) ? cached : undefined;
}

/**
 * Installs it into the cache unless there is one: 190 MB, some ten seconds, with npm's output shown.
 * @throws Error if it cannot be had.
 */
export async function provideNewerNode(): Promise<string> {
  const found = newerNodePath();
  if (found !== undefined) return found;
  const waiting = (pid: number) => console.error(`Waiting for process ${pid}, which is installing Node ${version}`);
  return withLock(root, waiting, async () => {
    if (existsSync(cached)) return cached;
    console.error(`Installing Node ${version} once, into ${root}; this takes 190 MB`);
    // Under another name until it is whole: what is in its place can be run.
    const partial = `${root}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    writeFileSync(join(partial, 'package.json'), '{"private":true}');
    await install(partial);
    if (!isNewEnough(join(partial, binary)))
      throw new Error(`npm succeeded, but there is no Node ${version} in ${root}`);
    rmSync(root, { recursive: true, force: true });
    renameSync(partial, root);
    return cached;
  });
}

function isNewEnough(path: string): boolean {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return majorOf(stdout ?? '') >= NEWER;
}

/** Of `v24.1.0`; not a number for anything else. */
function majorOf(text: string): number {
  return Number.parseInt(/^v(\d+)\./.exec(text)?.[1] ?? '', 10);
}

function install(folder: string): Promise<void> {
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=http'];
  // What an outer npm tells its scripts would have this one work in the outer one's folder.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(?!local_prefix))/i.test(name)),
  );
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, env, shell: process.platform === 'win32' };
    const child = spawn('npm', [...args, `${platformPackage}@${version}`], {
      ...options,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`npm ended with ${signal ?? `exit code ${code}`}`)),
    );
  });
}
