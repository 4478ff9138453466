/**
 * Keeps urgent messages: writes each to a file of its own in the folder `/archive`, if the relay grants that folder for writing.
 * A message passes as it is, kept or not; the log says where it could not be kept.
 */
import { Level, write } from './bindings/log';
import { getDirectories } from './bindings/preopens';
import { Message, Priority } from './bindings/hatchway-relay-types';
import { Descriptor, DescriptorFlags, OpenFlags, PathFlags } from './bindings/types';
import { Result } from './bindings/wit';

const folderPath = '/archive';

export namespace filter {
  export function apply(message: Message): Result<Message | null, string> {
    if (message.priority == Priority.Urgent && !keep(message)) write(Level.Warn, `cannot keep ${message.id}`);
    return Result.ok<Message | null, string>(message);
  }
}

function keep(message: Message): bool {
  const name = `${message.id}.txt`;
  const granted = getDirectories();
  for (let i = 0; i < granted.length; i++) {
    const path = granted[i]._1;
    const kept =
      path == folderPath ? writeFile(granted[i]._0, name, message) :
      path == '/' ? writeFile(granted[i]._0, `archive/${name}`, message) : false;
    if (kept) return true;
  }
  return false;
}

function writeFile(folder: Descriptor, path: string, message: Message): bool {
  const create = new OpenFlags();
  create.create = true;
  create.truncate = true;
  const flags = new DescriptorFlags();
  flags.write = true;
  const file = folder.openAt(new PathFlags(), path, create, flags);
  if (file.isErr) return false;
  const text = Uint8Array.wrap(String.UTF8.encode(`${message.title}\n\n${message.body}\n`));
  const written = file.value.write(text, 0);
  file.value.drop();
  return written.isOk;
}
