import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/**
 * What a plugin in AssemblyScript is made of, for the key of the cache: its files, found by what they import, and of packages
 * their names and versions. A file that is not there is part of it too: the compiler says what is wrong.
 */
export async function assemblySources(entry: string, bindings: string): Promise<string[]> {
  const parts: string[] = [];
  const seen = new Set<string>();
  const queue = [entry];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    parts.push(path, text ?? '');
    for (const [, , specifier] of (text ?? '').matchAll(/\bfrom\s*(["'])(.*?)\1/g)) {
      if (!specifier!.startsWith('.')) {
        parts.push(specifier!, await packageText(path, specifier!));
        continue;
      }
      const file = resolve(dirname(path), specifier!);
      // What is generated is known by the WIT.
      if (file.startsWith(bindings)) continue;
      queue.push(`${file}.ts`, join(file, 'index.ts'));
    }
  }
  return parts;
}

async function packageText(from: string, specifier: string): Promise<string> {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  try {
    return await readFile(createRequire(from).resolve(`${name}/package.json`), 'utf8');
  } catch {
    return '';
  }
}
