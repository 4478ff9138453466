import { defineConfig } from 'vitest/config';

/** Only what runs without a guest, a build or a tool: it is run hundreds of times. */
export default defineConfig({ test: { include: ['test/component/abi/*.test.ts'] } });
