/** The folders that programs are run in: made fresh for every run, and read back after it. */
import {
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const messages = fileURLToPath(new URL('../../guests/c/query/messages', import.meta.url));

/**
 * What is in the folder that a program finds under `/data`.
 * @param many whether its folder `many` holds more than one answer of a C library's directory functions does
 */
export function makeTree(root: string, many: boolean): void {
  for (const folder of ['', 'sub', 'sub/deep', 'hollow', 'many', 'broken', 'notes'])
    mkdirSync(join(root, folder), { recursive: true });
  const files: Record<string, string> = {
    'hello.txt': 'hello, world\n',
    'lines.txt': 'one\ntwo\nthree\n',
    empty: '',
    'zoë 🦜.txt': 'a name that is not ASCII\n',
    'sub/inner.txt': 'inner\n',
    'sub/deep/leaf.txt': 'leaf\n',
    'notes/milk.txt': 'buy milk and bread\n',
    'notes/ideas.txt': 'Bread that bakes itself\na lamp and a Lamp\n',
    'notes/README.md': 'no note\n',
    'letter.txt': 'Dear {{name}},\n{{text}} é {{A}} {{text}}\n',
    'broken/1.json': '{"id": 01}',
    'broken/2.json': '{"id": "good", "level": "error"}',
    'broken/3.json': '[1, "two", null, {"id":\n  "never ends',
    'broken/4.json': `${'['.repeat(201)}${']'.repeat(201)}`,
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  for (let i = 0; many && i < 150; i++) writeFileSync(join(root, 'many', `file-${String(i).padStart(3, '0')}.txt`), '');
  cpSync(messages, join(root, 'messages'), { recursive: true });
  linkSync(join(root, 'lines.txt'), join(root, 'sub/lines-too.txt'));
  const links: Record<string, string> = {
    link: 'hello.txt',
    'sub/up': '../hello.txt',
    'folder-link': 'sub',
    dangling: 'nowhere',
    loop: 'loop',
    absolute: '/etc/passwd',
    escape: '../outside.txt',
  };
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  writeFileSync(join(root, '../outside.txt'), 'outside\n');
  for (const path of ['hello.txt', 'lines.txt', 'sub']) utimesSync(join(root, path), 1_000_000_000, 1_100_000_000);
}

/** Everything below a folder: for each path what it holds or where it leads. */
export function readTree(root: string): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const full = join(root, path);
    const stat = lstatSync(full);
    if (stat.isSymbolicLink()) tree[path] = `-> ${readlinkSync(full)}`;
    else if (stat.isDirectory()) tree[path] = 'directory';
    else tree[path] = `${stat.nlink} ${readFileSync(full, 'latin1')}`;
  }
  return tree;
}
