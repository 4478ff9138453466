/**
 * Makes the published types whole: TypeScript knows `WebAssembly` only from the library for browsers, which an app for Node
 * need not have. Nothing public is of these types; where they are mentioned inside, opaque ones stand for them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const target = join(dist, 'webassembly.d.ts');
/** Which are mentioned, and whether with a type argument. */
const names = new Map();

for (const file of readdirSync(dist, { recursive: true })) {
  const path = join(dist, file);
  if (!file.endsWith('.d.ts') || path === target) continue;
  const text = readFileSync(path, 'utf8');
  const found = [...text.matchAll(/\bWebAssembly\.([A-Z]\w*)(<?)/g)];
  for (const [, name, bracket] of found) names.set(name, bracket || names.get(name) || '');
  if (found.length === 0 || text.startsWith('import type { WebAssembly }')) continue;
  const from = relative(dirname(path), join(dist, 'webassembly.js')).split(sep).join('/');
  writeFileSync(path, `import type { WebAssembly } from '${from.startsWith('.') ? from : `./${from}`}';\n${text}`);
}
const interfaces = [...names]
  .sort()
  .map(([name, bracket]) => `    interface ${name}${bracket ? '<T = unknown>' : ''} {\n    }\n`);
writeFileSync(target, `export declare namespace WebAssembly {\n${interfaces.join('')}}\n`);
