/**
 * The same plugin and app by other systems, measured alike: `node scripts/newcomer/newcomer.mjs --peers`. Takes minutes, and
 * fetches what the peers are made of. What is not there, such as Go, is said and left out.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEERS = ['jco', 'extism', 'go-plugin'];

/** `tools` are the functions of `newcomer.mjs` that measure its own; `names` which peers, by default all. */
export async function measurePeers(tools, names) {
  for (const name of names.length > 0 ? names : PEERS) {
    const peer = await import(new URL(`peers/${name}/peer.mjs`, import.meta.url));
    try {
      const { lines, generated, seconds, again, installed, found, missed } = measure(name, peer, tools);
      console.log(`\n${peer.title}`);
      console.log(`  commands: ${peer.commands.length}`);
      console.log(`  lines of plugin, host and interface: ${lines}`);
      console.log(`  generated lines: ${generated}`);
      console.log(`  seconds from installed to first call: ${seconds} (once more: ${again})`);
      console.log(`  megabytes of the host's install: ${installed.megabytes.toFixed(1)}`);
      console.log(`  packages of the host's install: ${installed.packages}`);
      console.log(`  a wrong ${found.join(', ') || '–'} is found; missed: ${missed.join(', ') || '–'}`);
    } catch (error) {
      console.log(`\n${peer.title}: left out: ${error.message}`);
    }
  }
}

function measure(name, peer, { root, written, stripsTypes, measure: measureModules, typeCheck }) {
  const folder = mkdtempSync(join(tmpdir(), `newcomer-${name}-`));
  const here = fileURLToPath(new URL(`peers/${name}/`, import.meta.url));
  // Nothing that was built before helps.
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), GOCACHE: join(folder, 'go-cache') };
  const spawn = (command, args) => spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  const run = (command, args) => {
    const { status, stdout, stderr, error } = spawn(command, args);
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const link = (...names) => {
    for (const one of names) {
      rmSync(join(folder, 'node_modules', one), { recursive: true, force: true });
      mkdirSync(dirname(join(folder, 'node_modules', one)), { recursive: true });
      symlinkSync(join(root, 'node_modules', one), join(folder, 'node_modules', one));
    }
  };
  const filesOf = (path) =>
    readdirSync(path, { recursive: true })
      .map((file) => join(path, file))
      .filter((file) => statSync(file).isFile());
  const tools = {
    run,
    link,
    npm: (args) => run('npm', args),
    node: (args) => run(process.execPath, args),
    script: (file) => run(process.execPath, [...(stripsTypes() ? [] : ['--import', 'tsx']), file]),
    status: (command, args) => spawn(command, args).status,
    sizeOf: (path) =>
      filesOf(isAbsolute(path) ? path : join(folder, path)).reduce((sum, file) => sum + statSync(file).size, 0) / 1e6,
    measureModules: () => measureModules(join(folder, 'node_modules')),
    // Generated types may speak of WebAssembly, which is in the library for browsers.
    tsc: (file) => typeCheck(folder, file, 'es2023,esnext.disposable,dom'),
  };
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    for (const [from, to] of [...Object.entries(peer.files), ...(peer.pinned ?? []).map((one) => [one, one])]) {
      mkdirSync(dirname(join(folder, to)), { recursive: true });
      copyFileSync(join(here, from), join(folder, to));
    }
    const installation = peer.install(tools);
    link('typescript', '@types/node', 'tsx');
    const [seconds, output] = timed(() => peer.walk(tools));
    if (!output.includes('log: shouting milk') || !output.includes('MILK') || !/refused: .*A NOTE/.test(output)) {
      throw new Error(`the host printed something else:\n${output}`);
    }
    const [again] = timed(() => peer.walk(tools));
    const lines = Object.keys(peer.files).flatMap((file) => written(join(here, file))).length;
    const sources = peer.generated
      .flatMap((path) => filesOf(join(folder, path)))
      .filter((file) => /\.[jt]s$/.test(file));
    const generated = sources.flatMap((file) => written(file)).length;
    return {
      lines,
      generated,
      seconds,
      again,
      installed: peer.installed({ ...tools, installation }),
      ...caught(folder, peer, tools),
    };
  } finally {
    // The folders of Go's cache cannot be written to.
    spawnSync('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(work) {
  const started = performance.now();
  const result = work();
  return [Number(((performance.now() - started) / 1000).toFixed(1)), result];
}

/** Which mistakes in the host are found without running it. */
function caught(folder, peer, tools) {
  const path = join(folder, peer.host);
  const text = readFileSync(path, 'utf8');
  const clean = peer.check(tools);
  if (clean !== '') throw new Error(`something is found in the host as it is:\n${clean}`);
  const found = [];
  const missed = [];
  for (const [what, from, to] of peer.mistakes) {
    const wrong = text.replace(from, () => to);
    if (wrong === text) throw new Error(`the host has no ${from}`);
    writeFileSync(path, wrong);
    (peer.check(tools) === '' ? missed : found).push(what);
  }
  return { found, missed };
}
