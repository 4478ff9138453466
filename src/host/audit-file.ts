import { closeSync, openSync, writeSync } from 'node:fs';
import { hatchwayError, quote } from '../errors/index.js';
import type { AuditSink } from '../grants/index.js';

/**
 * Appends each check to a file, one JSON object a line. The file is made readable for its owner alone; it holds guest paths and
 * names of variables, never their values.
 * @throws HatchwayError `option` for a file that cannot be written.
 */
export function auditFile(path: string): AuditSink {
  let fd: number;
  try {
    fd = openSync(path, 'a', 0o600);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw hatchwayError('option', `the audit file ${quote(path, 200)} cannot be opened: ${code}`, { cause });
  }
  const sink: AuditSink = (event) => {
    try {
      writeSync(fd, `${JSON.stringify(event)}\n`);
    } catch (error) {
      // A guest's call must not fail because its record does, but nobody may take the file for whole.
      const { code } = error as NodeJS.ErrnoException;
      process.emitWarning(`the audit file is incomplete: ${code}`, { code: 'HATCHWAY_AUDIT' });
    }
  };
  // Hosts have no end of their own: the file is closed when nobody can write to it any more.
  closing.register(sink, fd);
  return sink;
}

const closing = new FinalizationRegistry<number>((fd) => closeSync(fd));
