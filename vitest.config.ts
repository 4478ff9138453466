import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/setup/closing-line.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/setup.ts'],
    reporters: ['default', new ClosingLine()],
    // For tests that start Node or wasmtime, on a machine that has other things to do; a hang ends all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
