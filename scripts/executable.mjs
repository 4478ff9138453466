/** tsc writes the command line's entry without the executable bit, which `npx hatchway` in this checkout needs. */
import { chmodSync, existsSync } from 'node:fs';

const entry = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(entry)) chmodSync(entry, 0o755);
