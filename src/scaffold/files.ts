import { readFileSync } from 'node:fs';
import { generateAs } from '../bindgen/index.js';
import { BINDINGS, guestTypes } from '../build/index.js';
import type { World } from '../wit/index.js';
import { asPlugin } from './as.js';
import { type Example, exampleOf } from './example.js';
import { hostModule } from './host.js';
import { jsPlugin } from './js.js';

export type PluginLanguage = 'as' | 'js';

export interface Starter {
  readonly name: string;
  readonly language: PluginLanguage;
  readonly world: World;
  /** The files of the WIT, by path in the folder `wit`. */
  readonly wit: ReadonlyMap<string, string>;
  /** Present where the WIT has several worlds. */
  readonly worldName?: string;
  /** Whether the world is the one that comes with hatchway. */
  readonly isOwn: boolean;
}

/** The world of a plugin that is for no app yet. */
export const OWN_WIT = `package local:plugin;

/// What the plugin does.
world plugin {
  /// Greets somebody. A name is needed.
  export greet: func(name: string) -> result<string, string>;
}
`;

/** The same in each language, as an author would write it. */
const OWN_SOURCE: Readonly<Record<PluginLanguage, string>> = {
  as: `import { Result } from "./${BINDINGS}/wit";

/// Greets somebody. A name is needed.
export function greet(name: string): Result<string, string> {
  if (name.length == 0) return Result.err<string, string>("a name is needed");
  return Result.ok<string, string>(\`Hello, \${name}!\`);
}
`,
  js: `// @ts-check
/// <reference path="./world.d.ts" />

/** @type {import('hatchway:world').World['greet']} */
export const greet = (name) => {
  // A thrown Error is the error of the result.
  if (name === '') throw new Error('a name is needed');
  return \`Hello, \${name}!\`;
};
`,
};

const OWN_EXAMPLE: Example = { invoke: 'greet("World")', callee: '.greet', args: "'World'" };

const LANGUAGE: Readonly<Record<PluginLanguage, { name: string; entry: string; peers: readonly string[] }>> = {
  as: { name: 'AssemblyScript', entry: 'assembly/plugin.ts', peers: ['@bytecodealliance/jco', 'assemblyscript'] },
  js: { name: 'JavaScript', entry: 'plugin.js', peers: ['@bytecodealliance/jco', '@bytecodealliance/componentize-js'] },
};

/** All files of a new plugin's folder, by path. */
export function starterFiles(starter: Starter): Map<string, string> {
  const { name, language, world, isOwn } = starter;
  const example = isOwn ? OWN_EXAMPLE : exampleOf(world);
  const host = hostModule(world);
  const files = new Map([...starter.wit].map(([path, text]) => [`wit/${path}`, text]));
  if (language === 'as') {
    files.set('assembly/plugin.ts', isOwn ? OWN_SOURCE.as : asPlugin(world, BINDINGS));
    for (const { path, text } of generateAs(world)) files.set(`assembly/${BINDINGS}/${path}`, text);
    files.set('assembly/tsconfig.json', json({ extends: 'assemblyscript/std/assembly.json', include: ['./**/*.ts'] }));
  } else {
    files.set('plugin.js', isOwn ? OWN_SOURCE.js : jsPlugin(world));
    files.set('world.d.ts', guestTypes(world));
  }
  if (host !== undefined) files.set('host.js', host);
  files.set('test/plugin.test.js', testText(name, example, host !== undefined, isOwn));
  files.set('package.json', packageText(starter));
  files.set('README.md', readmeText(starter, example, host !== undefined));
  files.set('.gitignore', 'node_modules/\nbuild/\n');
  return files;
}

function packageText({ name, language, worldName }: Starter): string {
  // The same two steps up from `src/scaffold` and from `dist/scaffold`.
  const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const versions = { ...own.devDependencies, ...own.peerDependencies };
  const peers = LANGUAGE[language].peers.map((peer) => [
    peer,
    /^\d/.test(versions[peer]) ? `^${versions[peer]}` : versions[peer],
  ]);
  return json({
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    scripts: { build: 'hatchway build .', test: 'hatchway build . && node --test test/*.test.js' },
    ...(worldName !== undefined && { hatchway: { world: worldName } }),
    devDependencies: Object.fromEntries([...peers, ['hatchway', `^${own.version}`]].sort()),
  });
}

function testText(name: string, example: Example | undefined, hasHost: boolean, isOwn: boolean): string {
  const imports = hasHost ? '{ imports: host }' : '';
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { createHost } from 'hatchway';",
    ...(hasHost ? ["import host from '../host.js';"] : []),
    '',
    `const plugin = await (await createHost()).load(new URL('../build/${name}.wasm', import.meta.url));`,
    '',
    ...(isOwn
      ? [
          "test('greets', async () => {",
          `  const { exports } = await plugin.instantiate(${imports});`,
          "  assert.equal(await exports.greet('World'), 'Hello, World!');",
          "  await assert.rejects(exports.greet(''), { payload: 'a name is needed' });",
        ]
      : example === undefined
        ? ["test('starts', async () => {", `  await plugin.instantiate(${imports});`]
        : [
            `test('answers', async () => {`,
            `  const { exports } = await plugin.instantiate(${imports});`,
            `  await assert.doesNotReject(exports${example.callee}(${example.args}));`,
          ]),
    '});',
    '',
  ].join('\n');
}

function readmeText({ name, language, world }: Starter, example: Example | undefined, hasHost: boolean): string {
  const { name: languageName, entry } = LANGUAGE[language];
  const run = `npx hatchway run build/${name}.wasm${hasHost ? ' --imports host.js' : ''} --invoke '${example?.invoke}'`;
  const lines = [
    `# ${name}`,
    '',
    `A plugin in ${languageName} for the world \`${world.name}\`, which is in \`wit/\`. Its code is in \`${entry}\`.`,
    '',
    '```sh',
    'npm install',
    'npx hatchway build .',
    ...(example === undefined ? [] : [run]),
    'npm test',
    '```',
    '',
  ];
  if (hasHost) lines.push('`host.js` stands for the app when you try it: it has what the plugin imports.', '');
  const generated = language === 'as' ? `assembly/${BINDINGS}` : 'world.d.ts';
  lines.push(
    `\`${generated}\` is generated from the WIT${language === 'as' ? ' when the plugin is built' : ', for editors'}.`,
    '',
  );
  return lines.join('\n');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
