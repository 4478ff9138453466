/**
 * The rules of grants, each with its corners: what is said, and what holds or why it does not load. Rows with `grants` hold for
 * one party alone, whichever form it says them in: the app's options, an entry of a policy, and flags where there are some.
 */
import type { Given, Said, Written } from './fixture.js';

export type Row = {
  readonly what: string;
  /** What holds; what is absent is as if nobody had said anything. */
  readonly gives?: Given;
  /** Why it does not load: parts of the message. */
  readonly error?: readonly string[];
  /** What is told at load all the same. */
  readonly warns?: readonly string[];
} & ({ readonly grants: Written } | { readonly said: Said });

const CONFIG = { '/config': 'conf' };

export const RULES: readonly { readonly rule: string; readonly rows: readonly Row[] }[] = [
  {
    rule: 'an empty list, an empty object, nothing and false mean nothing; only true and "*" mean all, with a warning',
    rows: [
      { what: '{}', grants: {}, gives: {} },
      { what: 'empty objects', grants: { read: {}, write: {}, env: {} }, gives: {} },
      { what: 'empty lists', grants: { read: [], write: [], env: [] }, gives: {} },
      { what: 'false', grants: { read: false, write: false, env: false, run: false }, gives: {} },
      {
        what: 'true for read',
        grants: { read: true },
        gives: { directories: ['/ = ../.. r'] },
        warns: ['everything of the host'],
      },
      {
        what: '"*" for write',
        grants: { write: '*' },
        gives: { directories: ['/ = ../.. w'] },
        warns: ['everything of the host'],
      },
      {
        what: 'all to write includes what is mapped to be read',
        grants: { read: CONFIG, write: true },
        gives: { directories: ['/ = ../.. w', '/config = conf rw'] },
        warns: ['everything of the host', '"/config" may also be written'],
      },
      {
        what: 'true for env',
        grants: { env: true },
        gives: { env: { HOME: '/home/me', PROD_KEY: 'sesame' } },
        warns: ['all of the environment'],
      },
      {
        what: '"*" for env',
        grants: { env: '*' },
        gives: { env: { HOME: '/home/me', PROD_KEY: 'sesame' } },
        warns: ['all of the environment'],
      },
      {
        what: 'a policy that says true leaves it to the app',
        said: { app: { read: CONFIG, env: { A: '1' } }, policy: { read: true, env: true } },
        gives: { directories: ['/config = conf r'], env: { A: '1' } },
        warns: ['everything of the host', 'all of the environment'],
      },
      {
        what: 'true gives a request the directory of that path',
        said: { app: { read: true }, manifest: { read: [{ allow: '/usr', reason: 'words' }] } },
        gives: { directories: ['/usr = ../../usr r'] },
        warns: ['everything of the host'],
      },
      {
        what: 'a manifest that asks for all gets what the app gives',
        said: { app: { read: CONFIG }, manifest: { read: true, env: '*' } },
        gives: { directories: ['/config = conf r'] },
        warns: ['asks for all of read', 'asks for all of env'],
      },
    ],
  },
  {
    rule: 'what is unknown, unparsable or in the wrong place does not load',
    rows: [
      { what: 'an unknown word', grants: { reed: CONFIG }, error: ['has no "reed". Did you mean "read"?'] },
      {
        what: 'a word that resembles none',
        grants: { frobnicate: true },
        error: ['has no "frobnicate". It may have "'],
      },
      { what: 'http', grants: { http: ['example.com'] }, error: ['"http" is a reserved word: it is not built yet'] },
      {
        what: 'net, even as nothing',
        grants: { net: false },
        error: ['"net" is a reserved word: it is not built yet'],
      },
      { what: 'http under deny', grants: { deny: { http: true } }, error: ['"http" is a reserved word'] },
      { what: 'a relative guest path', grants: { read: { config: 'conf' } }, error: ['a guest path starts with "/"'] },
      { what: '".." in a guest path', grants: { read: { '/a/../b': 'conf' } }, error: ['no "." and ".."'] },
      { what: 'an empty part in a guest path', grants: { write: { '/a//b': 'conf' } }, error: ['no empty part'] },
      { what: 'NUL in a guest path', grants: { write: { '/a\0b': 'conf' } }, error: ['a path has no NUL', '\\u{0}'] },
      {
        what: 'a pattern as a guest path',
        grants: { read: { '/config/*': 'conf' } },
        error: ['patterns are for nothing here'],
      },
      { what: 'a pattern as a variable', grants: { env: { 'AWS_*': 'x' } }, error: ['patterns are for nothing here'] },
      { what: 'a pattern in a list', grants: { env: ['*'] }, error: ['patterns are for nothing here'] },
      {
        what: 'a host path that does not exist',
        grants: { read: { '/a': 'nope' } },
        error: ['there is no directory', 'nope"', 'Create it'],
      },
      {
        what: 'a file where a directory is needed',
        grants: { read: { '/a': 'file.txt' } },
        error: ['is not a directory', 'Grant the directory'],
      },
      { what: 'a path through a file', grants: { read: { '/a': 'file.txt/b' } }, error: ['there is no directory'] },
      { what: 'an empty host path', grants: { read: { '/a': '' } }, error: ['an empty host path'] },
      { what: 'a host path that is no text', grants: { read: { '/a': true } }, error: ['a host path is a string'] },
      { what: 'a value that is no text', grants: { env: { A: 1 } }, error: ['the value of a variable is a string'] },
      { what: 'a value from elsewhere', grants: { env: { A: { from: 'file:x' } } }, error: ['"env:NAME"'] },
      {
        what: 'a value from a variable that is not set',
        grants: { env: { A: { from: 'env:NONE' } } },
        error: ['the environment has no "NONE"'],
      },
      {
        what: 'a name that reaches a prototype',
        grants: { env: { constructor: 'x' } },
        error: ['"constructor" is a name that cannot be used'],
      },
      {
        what: 'a pattern in a list of directories',
        grants: { write: ['/a', '/*'] },
        error: ['"/*": patterns are for nothing here'],
      },
      {
        what: 'a text for a list',
        grants: { env: 'KEY' },
        error: ['expected { "NAME": "value" }, ["NAME"], true or false'],
      },
      {
        what: 'instances as a list',
        said: { policy: { instances: [{}] } },
        error: ['expected { "name of an instance": { … } }'],
      },
      { what: 'run as a text', grants: { run: 'yes' }, error: ['run is true or false'] },
      {
        what: 'the same guest path in two spellings',
        grants: { read: { '/a': 'conf', '/a/': 'conf' } },
        error: ['"/a" is there twice'],
      },
      {
        what: 'a guest path that is not mapped to anything',
        grants: { read: ['/config'] },
        error: ['nobody says which directory of the host "/config" is', '{ "/config": "./directory" }'],
      },
      {
        what: 'a variable that has no value',
        grants: { env: ['KEY'] },
        error: ['nobody says what the value of "KEY" is'],
      },
      {
        what: 'everything wrong at once',
        grants: { read: { x: 'conf' }, run: 1, nett: 1 },
        error: ['starts with "/"', 'run is true', '"nett"'],
      },
      {
        what: 'a request without a reason',
        said: { manifest: { read: [{ allow: '/config' }] } },
        error: ['plugin.json:', 'a request has no "reason", which it needs'],
      },
      {
        what: 'a request for a relative path',
        said: { manifest: { read: [{ allow: 'config', reason: 'x' }] } },
        error: ['plugin.json:12:', 'a guest path starts with "/"'],
      },
      {
        what: 'a flag without a guest path',
        said: { flags: { allowRead: ['conf'] } },
        error: ['--allow-read=conf::/conf'],
      },
      {
        what: 'a flag with a relative guest path',
        said: { flags: { dir: ['.::data'] } },
        error: ['--dir=.::data', 'starts with "/"'],
      },
      {
        what: 'the working directory alone, which is the root of a guest',
        said: { flags: { dir: ['.'] } },
        error: ['--dir=.: a guest path starts with "/"', 'as in --dir=.::/'],
      },
      {
        what: 'a variable that is inherited and not set',
        said: { flags: { allowEnv: ['NONE'] } },
        error: ['--allow-env=NONE', 'the environment has no "NONE"'],
      },
      { what: 'a variable without a name', said: { flags: { env: ['=x'] } }, error: ['a variable has a name'] },
    ],
  },
  {
    rule: 'write does not imply read; one guest path is one directory; a directory includes what is below it',
    rows: [
      { what: 'read', grants: { read: CONFIG }, gives: { directories: ['/config = conf r'] } },
      { what: 'write', grants: { write: CONFIG }, gives: { directories: ['/config = conf w'] } },
      {
        what: 'both, with the same host',
        grants: { read: CONFIG, write: CONFIG },
        gives: { directories: ['/config = conf rw'] },
      },
      {
        what: 'the same host in two spellings',
        grants: { read: CONFIG, write: { '/config/': './data/../conf' } },
        gives: { directories: ['/config = conf rw'] },
      },
      {
        what: 'both, with two hosts',
        grants: { read: CONFIG, write: { '/config': 'data' } },
        error: ['"/config" is', 'One guest path is one directory of the host'],
      },
      {
        what: 'a list takes the host of the other word',
        grants: { read: CONFIG, write: ['/config'] },
        gives: { directories: ['/config = conf rw'] },
      },
      {
        what: 'one host under two guest paths',
        grants: { read: { '/a': 'conf', '/b': 'conf' } },
        gives: { directories: ['/a = conf r', '/b = conf r'] },
      },
      {
        what: 'a host path that is a link',
        grants: { read: { '/a': 'data/link' } },
        gives: { directories: ['/a = other r'] },
      },
      {
        what: 'a directory to write in one to read',
        grants: { read: { '/data': 'data' }, write: { '/data/in': 'data/in' } },
        gives: { directories: ['/data = data r', '/data/in = data/in rw'] },
      },
      {
        what: 'a directory to read in one to write is no limit',
        grants: { write: { '/data': 'data' }, read: { '/data/in': 'data/in' } },
        gives: { directories: ['/data = data w', '/data/in = data/in rw'] },
        warns: ['"/data/in" may also be written, because "/data" may'],
      },
      {
        what: 'another directory of the host below a guest path stands for itself',
        grants: { read: { '/data': 'data' }, write: { '/data/in': 'other' } },
        gives: { directories: ['/data = data r', '/data/in = other w'] },
      },
      {
        what: 'a flag for both',
        said: { flags: { dir: ['./data::/data'] } },
        gives: { directories: ['/data = data rw'] },
      },
      {
        what: 'one guest path by two flags',
        said: { flags: { allowRead: ['conf::/a'], dir: ['data::/a'] } },
        error: ['--dir=data::/a', '"/a" is another directory of the host in --allow-read=conf::/a'],
      },
    ],
  },
  {
    rule: 'what holds is the intersection of the parties that are there',
    rows: [
      { what: 'nobody says anything', said: {}, gives: {} },
      {
        what: 'a request alone gives nothing',
        said: { manifest: { read: [{ allow: '/config', reason: 'x' }] } },
        gives: {},
      },
      {
        what: 'the app alone gives what it gives',
        said: { app: { read: CONFIG, run: true } },
        gives: { directories: ['/config = conf r'], run: true },
      },
      {
        what: 'without grants: request and policy',
        said: {
          manifest: { read: [{ allow: '/config', reason: 'x' }] },
          policy: { read: { ...CONFIG, '/data': 'data' } },
        },
        gives: { directories: ['/config = conf r'] },
      },
      {
        what: 'a plugin without a manifest: policy alone',
        said: { policy: { read: CONFIG } },
        gives: { directories: ['/config = conf r'] },
      },
      {
        what: 'the app may not give more than the policy',
        said: { app: { read: CONFIG }, policy: { write: CONFIG } },
        gives: {},
      },
      {
        what: 'an app that is silent on a word',
        said: { app: {}, policy: { read: CONFIG, env: { A: '1' }, run: true } },
        gives: {},
      },
      {
        what: 'a request that is silent on a word',
        said: { app: { read: CONFIG, env: { A: '1' } }, manifest: { read: [{ allow: '/config', reason: 'x' }] } },
        gives: { directories: ['/config = conf r'] },
      },
      {
        what: 'a policy without an entry for the plugin',
        said: { app: { read: CONFIG }, policy: {}, named: false },
        gives: {},
      },
      {
        what: 'an app that narrows a directory',
        said: { app: { read: ['/data/in'] }, policy: { read: { '/data': 'data' } } },
        gives: { directories: ['/data/in = data/in r'] },
      },
      {
        what: 'a request that is wider than what is given',
        said: { app: { read: { '/data/in': 'data/in' } }, manifest: { read: [{ allow: '/data', reason: 'x' }] } },
        gives: { directories: ['/data/in = data/in r'] },
      },
      {
        what: 'a narrower directory that is a link out of the wider',
        said: { app: { read: ['/data/link'] }, policy: { read: { '/data': 'data' } } },
        error: ['grants.read[0]', 'is a link to'],
      },
      {
        what: 'a narrower directory that does not exist',
        said: { app: { read: ['/data/none'] }, policy: { read: { '/data': 'data' } } },
        error: ['grants.read[0]', 'there is no directory'],
      },
      {
        what: 'flags and a policy',
        said: {
          flags: { allowRead: ['conf::/config'], allowEnv: ['HOME', 'A=1'] },
          policy: { read: CONFIG, env: ['HOME'] },
        },
        gives: { directories: ['/config = conf r'], env: { HOME: '/home/me' } },
      },
      { what: 'run needs everybody', said: { app: { run: true }, policy: { run: false } }, gives: {} },
      {
        what: 'run of everybody',
        said: { app: { run: true }, policy: { run: true }, manifest: { run: true } },
        gives: { run: true },
      },
    ],
  },
  {
    rule: 'host paths and values come from the most privileged party that names them; another may repeat them',
    rows: [
      {
        what: 'an app that repeats a host path',
        said: { app: { read: CONFIG }, policy: { read: { '/config': './conf' } } },
        gives: { directories: ['/config = conf r'] },
      },
      {
        what: 'an app with another host path',
        said: { app: { read: { '/config': 'data' } }, policy: { read: CONFIG } },
        error: ["grants.read['/config']", '"/config" is', 'policy.json:'],
      },
      {
        what: 'an app with another host path for another word',
        said: { app: { write: { '/config': 'data' } }, policy: { read: CONFIG } },
        error: ["grants.write['/config']", 'One guest path is one directory of the host'],
      },
      {
        what: 'an app with another host path further down',
        said: { app: { read: { '/data/in': 'other' } }, policy: { read: { '/data': 'data' } } },
        error: ["grants.read['/data/in']", '"/data/in" is'],
      },
      {
        what: 'a policy that leaves the host path to the app',
        said: { app: { read: CONFIG }, policy: { read: ['/config'] } },
        gives: { directories: ['/config = conf r'] },
      },
      {
        what: 'a value from the policy',
        said: { app: { env: ['K'] }, policy: { env: { K: { from: 'env:PROD_KEY' } } } },
        gives: { env: { K: 'sesame' } },
      },
      {
        what: 'a flag that passes a variable on, and a policy with its value',
        said: { flags: { allowEnv: ['K'] }, policy: { env: { K: 'v' } } },
        gives: { env: { K: 'v' } },
      },
      {
        what: 'the same value twice',
        said: { app: { env: { K: 'v' } }, policy: { env: { K: 'v' } } },
        gives: { env: { K: 'v' } },
      },
      {
        what: 'another value',
        said: { app: { env: { K: 'v' } }, policy: { env: { K: 'w' } } },
        error: ['grants.env.K', '"K" has another value in policy.json:'],
      },
      {
        what: 'one variable by two flags',
        said: { flags: { allowEnv: ['K=v'], env: ['K=w'] } },
        error: ['--env=K', '"K" is given twice, with different values'],
      },
    ],
  },
  {
    rule: 'a request outside the policy does not load',
    rows: [
      {
        what: 'a directory',
        said: { manifest: { read: [{ allow: '/config', reason: 'x' }] }, policy: {} },
        error: [
          'plugin.json:',
          'the plugin needs read of "/config", which policy.json:4:3 ("acme.p@^1") does not allow',
          '"optional"',
        ],
      },
      {
        what: 'a wider directory',
        said: { manifest: { write: [{ allow: '/data', reason: 'x' }] }, policy: { write: { '/data/in': 'data/in' } } },
        error: ['needs write of "/data"'],
      },
      {
        what: 'a variable',
        said: { manifest: { env: [{ allow: 'K', reason: 'x' }] }, policy: { read: CONFIG } },
        error: ['needs env of "K"'],
      },
      {
        what: 'a variable that is denied',
        said: { manifest: { env: [{ allow: 'K', reason: 'x' }] }, policy: { env: { K: 'v' }, deny: { env: ['K'] } } },
        error: ['needs env of "K"'],
      },
      {
        what: 'an optional one',
        said: { manifest: { env: [{ allow: 'K', reason: 'x', optional: true }] }, policy: {} },
        gives: {},
      },
      {
        what: 'one that only the app does not give',
        said: { app: {}, manifest: { env: [{ allow: 'K', reason: 'x' }] }, policy: { env: { K: 'v' } } },
        gives: {},
      },
      {
        what: 'a policy that does not know the plugin',
        said: { manifest: { env: [{ allow: 'K', reason: 'x' }] }, policy: {}, named: false },
        gives: {},
      },
    ],
  },
  {
    rule: 'deny wins',
    rows: [
      {
        what: 'a directory',
        grants: { read: CONFIG, write: CONFIG, deny: { read: ['/config'] } },
        gives: { directories: ['/config = conf w'] },
      },
      { what: 'what lies above it', grants: { read: { '/data/in': 'data/in' }, deny: { read: ['/data'] } }, gives: {} },
      {
        what: 'everything',
        grants: { read: CONFIG, env: { A: '1' }, run: true, deny: { read: true, env: '*', run: true } },
        gives: {},
      },
      { what: 'a variable', grants: { env: { A: '1', B: '2' }, deny: { env: ['A'] } }, gives: { env: { B: '2' } } },
      { what: 'all but nothing', grants: { env: { A: '1' }, deny: { env: [] } }, gives: { env: { A: '1' } } },
      {
        what: 'a hole in a directory cannot be enforced',
        grants: { read: { '/data': 'data' }, deny: { read: ['/data/in'] } },
        error: ['"/data/in" lies in "/data", which is granted', 'Grant the directories beside it'],
      },
      {
        what: 'clocks',
        grants: { read: CONFIG, deny: { clocks: true } },
        gives: { directories: ['/config = conf r'], clocks: { kind: 'refused' } },
      },
      { what: 'a relative path', grants: { deny: { read: ['x'] } }, error: ['a guest path starts with "/"'] },
      {
        what: 'by the app, of what the policy allows',
        said: { app: { read: CONFIG, deny: { read: ['/config'] } }, policy: { read: CONFIG } },
        gives: {},
      },
      {
        what: 'flags that only deny take away, and nothing else',
        said: { flags: { denyEnv: ['A'] }, policy: { read: CONFIG, env: { A: '1', B: '2' } } },
        gives: { directories: ['/config = conf r'], env: { B: '2' } },
      },
      {
        what: 'an app that only denies takes away, and nothing else',
        said: { app: { deny: { env: ['A'] } }, policy: { env: { A: '1', B: '2' } } },
        gives: { env: { B: '2' } },
      },
      { what: 'denials alone give nothing', grants: { deny: { env: ['A'] } }, gives: {} },
      {
        what: 'by a default of the policy',
        said: { policy: { env: { A: '1', B: '2' } }, defaults: { deny: { env: ['A'] } } },
        gives: { env: { B: '2' } },
      },
      {
        what: 'by the host path, wherever it is mapped',
        said: { flags: { allowRead: ['conf::/a', 'data::/b'], denyRead: ['conf::/other'] } },
        gives: { directories: ['/b = data r'] },
      },
      {
        what: 'a hole by the host path',
        said: { flags: { allowRead: ['data::/b'], denyRead: ['data/in::/other'] } },
        error: ['--deny-read=data/in::/other', 'lies in "/b"'],
      },
    ],
  },
  {
    rule: 'clocks and random are on by default; they can be frozen, coarsened, seeded or refused',
    rows: [
      { what: 'a party that is silent leaves them on', said: { app: {}, policy: {}, manifest: {} }, gives: {} },
      { what: 'true', grants: { clocks: true, random: true }, gives: {} },
      {
        what: 'false',
        grants: { clocks: false, random: false },
        gives: { clocks: { kind: 'refused' }, random: { kind: 'refused' } },
      },
      {
        what: 'frozen when the instance is made',
        grants: { clocks: 'frozen' },
        gives: { clocks: { kind: 'frozen', at: 5_000 } },
      },
      {
        what: 'frozen at a date',
        grants: { clocks: { frozen: '1970-01-01T00:00:02Z' } },
        gives: { clocks: { kind: 'frozen', at: 2_000 } },
      },
      {
        what: 'coarse',
        grants: { clocks: { resolution: '1ms' } },
        gives: { clocks: { kind: 'real', resolution: 1_000_000 } },
      },
      { what: 'a seed', grants: { random: { seed: 42 } }, gives: { random: { kind: 'seeded', seed: 42n } } },
      {
        what: 'a seed as long as they get',
        grants: { random: { seed: '18446744073709551615' } },
        gives: { random: { kind: 'seeded', seed: 2n ** 64n - 1n } },
      },
      {
        what: 'a seed that is longer',
        grants: { random: { seed: '18446744073709551616' } },
        error: ['from 0 to 2^64 - 1'],
      },
      {
        what: 'a date without a zone',
        grants: { clocks: { frozen: '2024-01-01T00:00:00' } },
        error: ['a date is written as'],
      },
      { what: 'a date that does not exist', grants: { clocks: { frozen: '2024-13-01' } }, error: ['no such date'] },
      { what: 'no resolution at all', grants: { clocks: { resolution: '0ms' } }, error: ['1ns to 24h'] },
      {
        what: 'one party says no',
        said: { app: { clocks: false }, policy: { clocks: true } },
        gives: { clocks: { kind: 'refused' } },
      },
      {
        what: 'a manifest says no',
        said: { app: {}, manifest: { random: false } },
        gives: { random: { kind: 'refused' } },
      },
      {
        what: 'the coarser of two',
        said: { app: { clocks: { resolution: '1us' } }, policy: { clocks: { resolution: '1ms' } } },
        gives: { clocks: { kind: 'real', resolution: 1e6 } },
      },
      {
        what: 'frozen and coarse',
        said: { app: { clocks: { resolution: '1us' } }, policy: { clocks: { frozen: '1970-01-01' } } },
        gives: { clocks: { kind: 'frozen', at: 0 } },
      },
      {
        what: 'frozen at two dates',
        said: { app: { clocks: { frozen: '1980-01-01' } }, policy: { clocks: { frozen: '1970-01-01' } } },
        error: ['grants.clocks: clocks stop at another time in policy.json:'],
      },
      {
        what: 'two seeds',
        said: { app: { random: { seed: 1 } }, policy: { random: { seed: 2 } } },
        error: ['grants.random: random has another seed'],
      },
      {
        what: 'a default of the policy',
        said: { policy: {}, defaults: { clocks: 'frozen' } },
        gives: { clocks: { kind: 'frozen', at: 5_000 } },
      },
      {
        what: 'an entry that replaces the default',
        said: { policy: { clocks: true }, defaults: { clocks: 'frozen' } },
        gives: {},
      },
      {
        what: 'by flags',
        said: { flags: { denyClocks: true, denyRandom: true } },
        gives: { clocks: { kind: 'refused' }, random: { kind: 'refused' } },
      },
    ],
  },
  {
    rule: 'an instance may only narrow what its plugin is allowed',
    rows: [
      {
        what: 'a word that it is silent on stays',
        said: { policy: { read: CONFIG, env: { A: '1' }, instances: { tenant: { env: {} } } } },
        gives: { directories: ['/config = conf r'] },
      },
      {
        what: 'another instance',
        said: { policy: { env: { A: '1' }, instances: { other: { env: {} } } } },
        gives: { env: { A: '1' } },
      },
      {
        what: 'a list',
        said: { policy: { env: { A: '1', B: '2' }, instances: { tenant: { env: ['B'] } } } },
        gives: { env: { B: '2' } },
      },
      {
        what: 'a directory further down',
        said: { policy: { read: { '/data': 'data' }, instances: { tenant: { read: ['/data/in'] } } } },
        gives: { directories: ['/data/in = data/in r'] },
      },
      {
        what: 'a link out of it',
        said: { policy: { read: { '/data': 'data' }, instances: { tenant: { read: ['/data/link'] } } } },
        error: ['is another directory of the host'],
      },
      {
        what: 'more directories',
        said: { policy: { read: CONFIG, instances: { tenant: { read: { '/data': 'data' } } } } },
        error: ['this gives more of read of "/data"'],
      },
      {
        what: 'all of them',
        said: { policy: { read: CONFIG, instances: { tenant: { read: true } } } },
        gives: { directories: ['/config = conf r'] },
        warns: ['everything of the host'],
      },
      {
        what: 'another word',
        said: { policy: { read: CONFIG, instances: { tenant: { write: CONFIG } } } },
        error: ['this gives more of write of "/config"'],
      },
      {
        what: 'more variables',
        said: { policy: { env: { A: '1' }, instances: { tenant: { env: { B: '2' } } } } },
        error: ['this gives more of env of "B"'],
      },
      {
        what: 'another value',
        said: { policy: { env: { A: '1' }, instances: { tenant: { env: { A: '2' } } } } },
        error: ['"A" has another value'],
      },
      {
        what: 'finer clocks',
        said: { policy: { clocks: { resolution: '1ms' }, instances: { tenant: { clocks: true } } } },
        error: ['this gives more of clocks'],
      },
      {
        what: 'frozen clocks',
        said: { policy: { instances: { tenant: { clocks: 'frozen' } } } },
        gives: { clocks: { kind: 'frozen', at: 5_000 } },
      },
      {
        what: 'random that is none',
        said: { policy: { random: false, instances: { tenant: { random: true } } } },
        error: ['this gives more of random'],
      },
      { what: 'run', said: { policy: { instances: { tenant: { run: true } } } }, error: ['this gives more of run'] },
      {
        what: 'a denial',
        said: { policy: { env: { A: '1', B: '2' }, instances: { tenant: { deny: { env: ['A'] } } } } },
        gives: { env: { B: '2' } },
      },
    ],
  },
];
