/**
 * Makes `npm test`, `npm run demo` and `npm run bench` work as the first command in a fresh clone: runs `npm ci` unless
 * what is installed is what package-lock.json says. Runs before anything is installed, so it may import Node only.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const needed = 20;

if (Number.parseInt(process.versions.node, 10) < needed) {
  console.error(`hatchway needs Node ${needed} or newer; this is ${process.version} (${process.execPath})`);
  process.exit(1);
}

const reason = staleness();
if (reason !== undefined) {
  console.error(`Installing the dependencies (${reason}): npm ci`);
  const { status, error } = spawnSync('npm ci', { cwd: root, stdio: 'inherit', shell: true });
  if (error !== undefined || status !== 0) {
    console.error(`npm ci failed${error === undefined ? '' : `: ${error.message}`}`);
    process.exit(status || 1);
  }
}

/** Why the dependencies have to be installed; `undefined` when they need not be. */
function staleness() {
  const wanted = packages('package-lock.json');
  // npm writes down here what it has really installed.
  const installed = packages('node_modules/.package-lock.json');
  if (installed === undefined) return 'none are installed';
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '' || (optional && installed[path] === undefined)) continue;
    if (installed[path]?.version !== version) return `${path} is not ${version}`;
  }
  return undefined;
}

function packages(lockFile) {
  try {
    return JSON.parse(readFileSync(`${root}/${lockFile}`, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
