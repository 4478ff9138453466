/** What native/go/README.md shows does what it says, from an empty folder. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeWithGo, go } from './go-guests.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describeWithGo('native/go/README.md', () => {
  it('shows a plugin that runs', { timeout: 120_000 }, async () => {
    const page = await readFile(join(root, 'native/go/README.md'), 'utf8');
    const folder = await mkdtemp(join(tmpdir(), 'hatchway-go-readme-'));
    try {
      await symlink(root, join(folder, 'hatchway'));
      const bin = join(folder, 'bin');
      await mkdir(bin);
      await writeFile(join(bin, 'hatchway'), `#!/bin/sh\nexec "${process.execPath}" "${root}/dist/cli/main.js" "$@"\n`);
      await chmod(join(bin, 'hatchway'), 0o755);
      const path = [bin, ...(go!.includes('/') ? [dirname(go!)] : []), process.env.PATH].join(':');
      const env = { ...process.env, PATH: path, GOPROXY: 'off', GOFLAGS: '-mod=mod' };
      let printed = '';
      const checked: string[] = [];
      for (const [, info = '', body = ''] of page.matchAll(/^```(\w.*)\n([\s\S]*?)^```$/gm)) {
        const [kind, file] = info.split(' ');
        if (file !== undefined) await writeFile(join(folder, file), body);
        else if (kind === 'sh') {
          const { stdout } = await promisify(execFile)('sh', ['-ec', body], { cwd: folder, env });
          printed = stdout;
        } else if (kind === 'text') {
          expect(printed).toBe(body);
          checked.push(body);
        }
      }
      expect(checked).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
