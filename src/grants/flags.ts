import { escapeText, quote } from '../errors/index.js';
import { guestPathProblem, normalGuestPath } from './guest-path.js';
import { resolveHostDirectory } from './host-directory.js';
import type { Layer, PathDenial, PathEntry, Scope, VariableEntry } from './layer.js';
import { Problems } from './problems.js';
import { Secret } from './secret.js';
import { shellWord } from './text.js';

/** The values of the flags, in the order they were given; as commander names them. */
export interface GrantFlags {
  readonly allowRead?: readonly string[];
  readonly allowWrite?: readonly string[];
  readonly allowEnv?: readonly string[];
  readonly allowRun?: boolean;
  readonly denyRead?: readonly string[];
  readonly denyWrite?: readonly string[];
  readonly denyEnv?: readonly string[];
  readonly denyRun?: boolean;
  readonly denyClocks?: boolean;
  readonly denyRandom?: boolean;
  /** wasmtime's name for both `allowRead` and `allowWrite`. */
  readonly dir?: readonly string[];
  /** wasmtime's name for `allowEnv`. */
  readonly env?: readonly string[];
}

/**
 * The flags as a layer. Where none gives anything, it is a layer that takes nothing away either.
 * @param options `cwd`: what host paths are relative to. Default: the working directory.
 * @throws HatchwayError `grants`, with everything that is wrong
 */
export function parseFlags(flags: GrantFlags, { cwd = process.cwd() }: { readonly cwd?: string } = {}): Layer {
  const problems = new Problems();
  const warnings: string[] = [];
  const read = directoryScope('read', flags, cwd, problems, warnings);
  const write = directoryScope('write', flags, cwd, problems, warnings);
  const env = variableScope(flags, problems, warnings);
  const words = (['clocks', 'random', 'run'] as const).filter((word) => flags[`deny${capital(word)}`] === true);
  const layer: Layer = {
    kind: 'flags',
    name: 'the command line',
    ...(read && { read }),
    ...(write && { write }),
    ...(env && { env }),
    ...(flags.allowRun && { run: { value: true, rule: '--allow-run' } }),
    deny: {
      read: deniedPaths('read', flags.denyRead ?? [], cwd, problems),
      write: deniedPaths('write', flags.denyWrite ?? [], cwd, problems),
      env: new Map((flags.denyEnv ?? []).map((name) => [deniedName(name, problems), `--deny-env=${shellWord(name)}`])),
      words: new Map(words.map((word) => [word, `--deny-${word}`])),
    },
    onlyDenies: !read && !write && !env && !flags.allowRun,
    warnings,
  };
  problems.throwIfAny('the grants on the command line cannot be read');
  return layer;
}

function capital<W extends 'clocks' | 'random' | 'run'>(word: W): Capitalize<W> {
  return `${word[0]!.toUpperCase()}${word.slice(1)}` as Capitalize<W>;
}

function directoryScope(
  word: 'read' | 'write',
  flags: GrantFlags,
  cwd: string,
  problems: Problems,
  warnings: string[],
): Scope<PathEntry> | undefined {
  const own = (word === 'read' ? flags.allowRead : flags.allowWrite) ?? [];
  const values = [
    ...own.map((value) => [`--allow-${word}`, value] as const),
    ...(flags.dir ?? []).map((value) => ['--dir', value] as const),
  ];
  if (values.length === 0) return undefined;
  const result = new Map<string, PathEntry>();
  for (const [flag, value] of values) {
    if (value === '*' && flag !== '--dir') {
      warnings.push(`${flag}: everything of the host may be ${word === 'read' ? 'read' : 'written'}`);
      return 'all';
    }
    const rule = `${flag}=${shellWord(value.slice(0, 400))}`;
    const mapping = parseMapping(flag, value, problems);
    if (mapping === undefined) continue;
    const host = resolveHostDirectory(mapping.host, cwd);
    if ('problem' in host) problems.add(rule, host.problem, host.mend);
    else {
      const known = result.get(mapping.guest);
      if (known !== undefined && known.host !== host.path) {
        problems.add(
          rule,
          `${quote(mapping.guest, 200)} is another directory of the host in ${known.rule}`,
          'Use another guest path.',
        );
      } else result.set(mapping.guest, { host: host.path, written: mapping.host, rule });
    }
  }
  return result;
}

/** `HOST::GUEST`; an absolute path alone is the same on both sides. */
function parseMapping(flag: string, value: string, problems: Problems): { host: string; guest: string } | undefined {
  const split = value.indexOf('::');
  const host = split < 0 ? value : value.slice(0, split);
  const guest = split < 0 ? value : value.slice(split + 2);
  const problem = guestPathProblem(guest);
  if (problem === undefined) return { host, guest: normalGuestPath(guest) };
  const suggestion = host === '' ? 'HOST::/GUEST' : `${host}::${suggestedGuest(guest)}`;
  problems.add(
    `${flag}=${shellWord(value.slice(0, 400))}`,
    problem,
    `Say where the plugin finds it, as in ${flag}=${shellWord(suggestion.slice(0, 400))}`,
  );
  return undefined;
}

/** The working directory of a guest is `/`: what is to be found by relative paths has to be there. */
function suggestedGuest(written: string): string {
  if (/^\.?\/?$/.test(written)) return '/';
  const last = written
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..' && !/[*?]/.test(part))
    .at(-1);
  return `/${last ?? 'data'}`;
}

function deniedPaths(word: string, values: readonly string[], cwd: string, problems: Problems): PathDenial[] {
  const result: PathDenial[] = [];
  for (const value of values) {
    const rule = `--deny-${word}=${shellWord(value.slice(0, 400))}`;
    if (value === '*') {
      result.push({ guest: '/', rule });
      continue;
    }
    const split = value.indexOf('::');
    const guest = split < 0 ? value : value.slice(split + 2);
    const problem = guestPathProblem(guest);
    if (problem !== undefined) {
      problems.add(rule, problem, 'Name the path as the plugin sees it.');
      continue;
    }
    const host = split < 0 ? undefined : resolveHostDirectory(value.slice(0, split), cwd);
    if (host !== undefined && 'problem' in host) problems.add(rule, host.problem, host.mend);
    else result.push({ guest: normalGuestPath(guest), ...(host && { host: host.path }), rule });
  }
  return result;
}

function variableScope(flags: GrantFlags, problems: Problems, warnings: string[]): Scope<VariableEntry> | undefined {
  const values = [
    ...(flags.allowEnv ?? []).map((value) => ['--allow-env', value] as const),
    ...(flags.env ?? []).map((value) => ['--env', value] as const),
  ];
  if (values.length === 0) return undefined;
  const result = new Map<string, VariableEntry>();
  for (const [flag, given] of values) {
    if (given === '*') {
      warnings.push(`${flag}: all of the environment is passed on`);
      return 'all';
    }
    const split = given.indexOf('=');
    const name = split < 0 ? given : given.slice(0, split);
    // A rule is shown: it must not hold the value.
    const rule = `${flag}=${shellWord(name.slice(0, 400))}`;
    if (name === '' || /[\0*?]/.test(given.slice(0, split < 0 ? undefined : split))) {
      const why = /[*?]/.test(name)
        ? 'patterns are for nothing here: name each variable'
        : 'a variable has a name, without NUL';
      problems.add(`${flag}=${escapeText(name)}`, why, `Write ${flag}=NAME or ${flag}=NAME=VALUE.`);
    } else if (split >= 0 && given.includes('\0', split)) problems.add(rule, 'the value of a variable has no NUL');
    else {
      const entry: VariableEntry =
        split < 0 ? { inherit: true, rule } : { value: new Secret(given.slice(split + 1)), rule };
      const known = result.get(name);
      const differs =
        known !== undefined &&
        !(known.value && entry.value ? known.value.equals(entry.value) : known.value === entry.value);
      if (differs) problems.add(rule, `${quote(name)} is given twice, with different values`);
      else result.set(name, entry);
    }
  }
  return result;
}

function deniedName(name: string, problems: Problems): string {
  if (name !== '*' && (name === '' || /[=\0*?]/.test(name))) {
    problems.add(
      `--deny-env=${escapeText(name.split('=')[0]!)}`,
      'expected the name of a variable, or "*" for all',
      'Write --deny-env=NAME.',
    );
  }
  return name;
}
