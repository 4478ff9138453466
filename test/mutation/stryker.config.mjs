/**
 * `npm run mutation`: changes `src/component/abi` in one place at a time, and counts the changes that its tests notice.
 *
 * What survives and no test can notice, because nothing is different then:
 * - the way for short strings (`decodeShort`, `encodeShort`, `SHORT`), that for typed arrays, the size of `scratch` and of
 *   `CHUNK`: whatever they do not take is done by the general way, with the same outcome;
 * - the length of `new Array(n)`, which is filled at once; a loop that goes one further where what is behind the end is
 *   `undefined` and counts as nothing (`flags`, code units);
 * - the steps of a variant's payload between types that are the same (`i32 in i32`), which change nothing;
 * - what an option expects, which takes every value and so never says so; the cache of weights;
 * - the position of a name that is there twice, which is never the first (`twice >= 0`);
 * - the prototypes made at import (`bare`): the change breaks the import of everything, which Stryker counts as survival because
 *   no test has run.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  mutate: ['src/component/abi/*.ts'],
  // What the tests of `abi` read, and nothing else, is copied.
  ignorePatterns: ['**', '!src/**/*.ts', '!test/component/abi/**', '!test/mutation/**', '!tsconfig.json'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 5000,
  incremental: true,
  incrementalFile: 'build/mutation/incremental.json',
  tempDirName: 'build/mutation/sandbox',
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { logTests: false, reportTests: false },
  jsonReporter: { fileName: 'build/mutation/report.json' },
  thresholds: { high: 95, low: 90, break: 90 },
};
