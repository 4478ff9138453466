import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hatchwayError } from '../../errors/index.js';

const NAME = '@bytecodealliance/componentize-js';

/**
 * The URL of the componentizer's module: of the one in the project at the working directory, else of ours. It is for `import`
 * only, which `require.resolve` does not find.
 * @throws HatchwayError `not-found` where it is not installed.
 */
export async function findComponentizer(): Promise<string> {
  for (const from of [pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url]) {
    for (const folder of createRequire(from).resolve.paths(NAME) ?? []) {
      const found = join(folder, NAME);
      const text = await readFile(join(found, 'package.json'), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const { exports } = JSON.parse(text) as { exports: { import: string } };
      return pathToFileURL(join(found, exports.import)).href;
    }
  }
  throw hatchwayError('not-found', `this needs ${NAME}, which is not installed`, {
    mend: `Install it: npm install --save-dev ${NAME}`,
  });
}
