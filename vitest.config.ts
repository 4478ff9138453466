import { configDefaults, defineConfig } from 'vitest/config';
import { ClosingLine } from './test/setup/closing-line.js';
import { isNewerNode } from './test/setup/newer-node.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests of what only newer engines have run in place on one; elsewhere newer-node.test.ts has one run them.
    exclude: [...configDefaults.exclude, isNewerNode ? 'test/newer-node/newer-node.test.ts' : '**/*.newer.test.ts'],
    globalSetup: ['test/setup/setup.ts'],
    reporters: ['default', new ClosingLine()],
    // For tests that start Node or wasmtime, on a machine that has other things to do; a hang ends all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
