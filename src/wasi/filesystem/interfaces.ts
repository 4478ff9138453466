import type { IoError } from '../io/index.js';
import { Descriptor } from './descriptor.js';
import { DirectoryEntryStream } from './directory-entry-stream.js';
import type { FileSystem } from './file-system.js';

/** The interfaces of `wasi:filesystem` 0.2 for one instance. */
export function filesystemInterfaces(files: FileSystem): Record<string, object> {
  return {
    'wasi:filesystem/types@0.2.12': {
      Descriptor,
      DirectoryEntryStream,
      filesystemErrorCode: (error: IoError) => error.code,
    },
    'wasi:filesystem/preopens@0.2.12': {
      getDirectories: () => files.preopens().map(({ guest, descriptor }) => [descriptor, guest]),
    },
  };
}
