/**
 * letter TEMPLATE OUT [NAME=VALUE]...
 *
 * Fills in a template: `{{name}}` is an argument, a variable of the environment, or a line `name: value` of standard input. The
 * letter goes to a file below a granted directory, or to standard output for `-`.
 */
import { getArguments, getEnvironment } from 'wasi:cli/environment@0.2.12';
import { getStdin } from 'wasi:cli/stdin@0.2.12';
import { getDirectories } from 'wasi:filesystem/preopens@0.2.12';

export const run = {
  run() {
    const [, template, out, ...pairs] = getArguments();
    if (out === undefined) fail('usage: letter TEMPLATE OUT [NAME=VALUE]...');
    const values = new Map(getEnvironment());
    for (const line of readInput().split('\n')) define(values, line.split(/: (.*)/s));
    for (const pair of pairs) define(values, pair.split(/=(.*)/s));
    checkEngine();
    const text = readFile(template).replace(/\{\{([\w-]+)\}\}/g, (_, name) => {
      if (!values.has(name)) fail(`nobody says what {{${name}}} is`);
      return values.get(name);
    });
    if (out === '-') console.log(text);
    else console.log(`${writeFile(out, text)} bytes in ${out}`);
  },
};

/** What an engine cannot do without: that the clock goes on, and chance does not repeat. */
function checkEngine() {
  const today = Date.now() > 1_700_000_000_000 && new Date().getFullYear() >= 2024;
  const [one, other] = [Math.random(), Math.random()];
  const chance = one !== other && crypto.getRandomValues(new Uint8Array(16)).some((byte) => byte > 0);
  if (!today || !chance) fail('the engine has no clock or no chance');
}

function define(values, [name, value]) {
  if (value !== undefined) values.set(name, value);
}

/** Ends the program: an error of its `run`. */
function fail(why) {
  console.error(`letter: ${why}`);
  // A thrown value that is not an Error is the error of the WIT result, which has no value here.
  throw undefined;
}

function readInput() {
  const stream = getStdin();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    try {
      text += decoder.decode(stream.blockingRead(65_536n), { stream: true });
    } catch (error) {
      if (error.payload?.tag === 'closed' || error.tag === 'closed') return text;
      throw error;
    }
  }
}

/** The granted directory that a path is in, and the path below it. */
function find(path) {
  const granted = getDirectories().filter(([, prefix]) => path.startsWith(`${prefix}/`));
  if (granted.length === 0) fail(`${path}: nothing is granted there`);
  const [[folder, prefix]] = granted.sort(([, a], [, b]) => b.length - a.length);
  return { folder, below: path.slice(prefix.length + 1) };
}

function open(path, openFlags, flags) {
  const { folder, below } = find(path);
  try {
    return folder.openAt({ symlinkFollow: true }, below, openFlags, flags);
  } catch (error) {
    return fail(`${path}: ${error.payload ?? error}`);
  }
}

function readFile(path) {
  const file = open(path, {}, { read: true });
  const [bytes] = file.read(1n << 16n, 0n);
  return new TextDecoder().decode(bytes);
}

function writeFile(path, text) {
  const file = open(path, { create: true, truncate: true }, { write: true });
  return file.write(new TextEncoder().encode(text), 0n);
}
