import { valid } from 'semver';
import * as v from 'valibot';
import { quote } from '../errors/index.js';
import { guestPathProblem } from './guest-path.js';
import { exactly, guestPath, limits, recordOf, reserved, variableName } from './schema.js';

/** What `plugin.json` may hold. */

const reason = v.pipe(
  v.string('a reason is a string'),
  v.trim(),
  v.minLength(1, 'a request says why: "reason"'),
  v.maxLength(500, 'a reason has 500 characters at most'),
);
const optional = v.optional(v.boolean('"optional" is true or false'));

const requestsOf = <const T extends v.GenericSchema<string, string>>(allow: T, expected: string) =>
  v.union([v.boolean(), v.literal('*'), v.array(exactly('a request', { allow, reason, optional }))], expected);

const requestsOfPaths = requestsOf(guestPath, 'expected [{ "allow": "/guest", "reason": "why" }], true or false');

const yesOrNo = (word: string) =>
  v.union(
    [v.boolean(), exactly(word, { allow: v.boolean('"allow" is true or false'), reason })],
    `${word} is true, false or { "allow": true, "reason": "why" }`,
  );

const permissions = exactly('permissions', {
  read: v.optional(requestsOfPaths),
  write: v.optional(requestsOfPaths),
  env: v.optional(requestsOf(variableName, 'expected [{ "allow": "NAME", "reason": "why" }], true or false')),
  clocks: v.optional(yesOrNo('clocks')),
  random: v.optional(yesOrNo('random')),
  run: v.optional(yesOrNo('run')),
  http: reserved('http'),
  net: reserved('net'),
});

/** A path that does not lead out of the plugin's folder. */
const artifactPath = v.pipe(
  v.string('the path of an artifact is a string'),
  v.regex(/^(\.\/)?(?![/\\])(?!(.*\/)?\.{0,2}(\/|$))[^\\:\0]{1,1000}$/, (issue) => {
    const why = guestPathProblem(`/${issue.input}`) === undefined ? 'is no such path' : 'leads elsewhere';
    return `${quote(String(issue.input), 200)} ${why}: an artifact lies in the plugin's folder, as "weather.wasm" or "bin/weather"`;
  }),
);

export const digest = v.pipe(
  v.string('a sha256 is a string of 64 hexadecimal digits'),
  v.regex(/^[0-9a-fA-F]{64}$/, 'a sha256 has 64 hexadecimal digits'),
);

const artifact = exactly('an artifact', { path: artifactPath, sha256: v.optional(digest) });

const program = exactly('a program', {
  path: artifactPath,
  sha256: v.optional(digest),
  interpreter: v.optional(
    v.pipe(
      v.string('an interpreter is a string'),
      v.regex(/^[A-Za-z0-9._+-]{1,50}$/, 'an interpreter is the name of a program, as "node" or "python3"'),
      v.description("What runs the file: `node` is the host's own, others are found on its PATH."),
    ),
  ),
  args: v.optional(v.pipe(v.array(v.string('an argument is a string')), v.maxLength(100, 'up to 100 arguments'))),
  carrier: v.optional(
    v.pipe(
      v.picklist(['fd3', 'unix', 'stdio'], 'a carrier is "fd3", "unix" or "stdio"'),
      v.description(
        'What connects the program with the app: a socket that it inherits as descriptor 3, one that it connects to, or its standard input and output. Default: fd3.',
      ),
    ),
  ),
  files: v.optional(
    v.pipe(
      recordOf(artifactPath, digest, 'expected { "lib/words.js": "<sha256>" }'),
      v.description('The other files that run, with their digests; the program is given no others then.'),
    ),
  ),
});

const platform = v.pipe(
  v.string(),
  v.regex(
    /^(any|[a-z0-9]{1,20}-[a-z0-9]{1,20})$/,
    'a platform is a system and a processor, as "linux-x64", or "any" for a program that runs on all',
  ),
);

export const pluginId = v.pipe(
  v.string('an id is a string'),
  v.regex(
    /^[a-z0-9]+([._-][a-z0-9]+)*$/,
    'an id is lower case words with dots, dashes or underscores between them, as "acme.weather"',
  ),
  v.maxLength(200, 'an id has 200 characters at most'),
);

export const manifestSchema = exactly('a manifest', {
  $schema: v.optional(v.string('"$schema" is a string')),
  id: v.pipe(pluginId, v.description('What the plugin calls itself. Only a claim: a policy binds it to an artifact.')),
  version: v.pipe(
    v.string('a version is a string'),
    v.maxLength(100, 'a version has 100 characters at most'),
    v.check((text) => valid(text) === text, 'a version is as semver has it, such as "1.4.0"'),
  ),
  world: v.optional(
    v.pipe(
      v.string('a world is a string'),
      v.regex(
        /^[a-z0-9-]+(:[a-z0-9-]+)+\/[a-z0-9-]+(@[0-9A-Za-z.+-]+)?$/,
        'a world is named as "acme:weather/plugin@1.2.0"',
      ),
      v.maxLength(500, 'the name of a world has 500 characters at most'),
      v.description('The world that the plugin implements.'),
    ),
  ),
  description: v.optional(
    v.pipe(v.string('a description is a string'), v.maxLength(2_000, 'a description has 2000 characters at most')),
  ),
  artifacts: exactly('artifacts', {
    wasm: v.optional(artifact),
    native: v.optional(recordOf(platform, program, 'expected { "linux-x64": { "path": "bin/weather" } }')),
    world: v.optional(
      v.pipe(artifact, v.description('The encoded world that the native programs implement. Default: world.wasm.')),
    ),
  }),
  permissions: v.optional(
    v.pipe(permissions, v.description('What the plugin asks for, and why. A policy or the app decides.')),
  ),
  limits: v.optional(v.pipe(limits, v.description('What the plugin gets by with.'))),
});
export type ManifestInput = v.InferOutput<typeof manifestSchema>;
