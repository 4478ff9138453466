/**
 * Masks the words of a list, which it reads from the files of the folder `/words`: one word a line, `#` begins a comment. It can
 * read that folder if the relay grants it, and nothing else; without a list it refuses to judge any message.
 */
import { Level, write } from './bindings/log';
import { getDirectories } from './bindings/preopens';
import { Message } from './bindings/hatchway-relay-types';
import { Descriptor, DescriptorFlags, DirectoryEntry, OpenFlags, PathFlags } from './bindings/types';
import { Result } from './bindings/wit';

const folderPath = '/words';
const mask = '***';

let words: string[] | null = null;

export namespace filter {
  export function apply(message: Message): Result<Message | null, string> {
    if (words == null) words = readWords();
    const list = words;
    if (list == null) return Result.err<Message | null, string>(`no list of words can be read from ${folderPath}`);
    const title = maskWords(message.title, list);
    const body = maskWords(message.body, list);
    if (title != message.title || body != message.body) write(Level.Info, `masked words in ${message.id}`);
    message.title = title;
    message.body = body;
    return Result.ok<Message | null, string>(message);
  }
}

/** The words of all files in the folder; `null` where it cannot be read. */
function readWords(): string[] | null {
  const folder = openFolder();
  if (folder == null) return null;
  const entries = folder.readDirectory();
  if (entries.isErr) return null;
  const found: string[] = [];
  for (;;) {
    const next = entries.value.readDirectoryEntry();
    if (next.isErr) return null;
    const entry = next.value;
    if (entry == null) break;
    const text = readFile(folder, entry);
    if (text != null) addWords(text, found);
  }
  entries.value.drop();
  folder.drop();
  return found;
}

/** The folder among those that were granted: itself, or in one that is above it. */
function openFolder(): Descriptor | null {
  const granted = getDirectories();
  for (let i = 0; i < granted.length; i++) {
    const path = granted[i]._1;
    if (path == folderPath) return granted[i]._0;
    if (path != '/') continue;
    const opened = granted[i]._0.openAt(new PathFlags(), 'words', directory(), readable());
    if (opened.isOk) return opened.value;
  }
  return null;
}

function directory(): OpenFlags {
  const flags = new OpenFlags();
  flags.directory = true;
  return flags;
}

function readable(): DescriptorFlags {
  const flags = new DescriptorFlags();
  flags.read = true;
  return flags;
}

function readFile(folder: Descriptor, entry: DirectoryEntry): string | null {
  if (!entry.name.endsWith('.txt')) return null;
  const opened = folder.openAt(new PathFlags(), entry.name, new OpenFlags(), readable());
  if (opened.isErr) return null;
  const read = opened.value.read(65536, 0);
  opened.value.drop();
  return read.isErr ? null : String.UTF8.decode(read.value._0.buffer);
}

function addWords(text: string, found: string[]): void {
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const word = lines[i].trim();
    if (word.length > 0 && !word.startsWith('#')) found.push(word);
  }
}

function maskWords(text: string, list: string[]): string {
  for (let i = 0; i < list.length; i++) text = text.replaceAll(list[i], mask);
  return text;
}
