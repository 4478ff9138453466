import { ComponentError } from '../../errors/index.js';

/** `error-code` of `wasi:filesystem/types`. */
export type FileErrorCode =
  | 'access'
  | 'would-block'
  | 'already'
  | 'bad-descriptor'
  | 'busy'
  | 'deadlock'
  | 'quota'
  | 'exist'
  | 'file-too-large'
  | 'illegal-byte-sequence'
  | 'in-progress'
  | 'interrupted'
  | 'invalid'
  | 'io'
  | 'is-directory'
  | 'loop'
  | 'too-many-links'
  | 'message-size'
  | 'name-too-long'
  | 'no-device'
  | 'no-entry'
  | 'no-lock'
  | 'insufficient-memory'
  | 'insufficient-space'
  | 'not-directory'
  | 'not-empty'
  | 'not-recoverable'
  | 'unsupported'
  | 'no-tty'
  | 'no-such-device'
  | 'overflow'
  | 'not-permitted'
  | 'pipe'
  | 'read-only'
  | 'invalid-seek'
  | 'text-file-busy'
  | 'cross-device';

/** What the system's errors are to a guest. What is not here is `io`. */
const CODES: ReadonlyMap<string, FileErrorCode> = new Map<string, FileErrorCode>([
  ['EACCES', 'access'],
  ['EAGAIN', 'would-block'],
  ['EALREADY', 'already'],
  ['EBADF', 'bad-descriptor'],
  ['EBUSY', 'busy'],
  ['EDEADLK', 'deadlock'],
  ['EDQUOT', 'quota'],
  ['EEXIST', 'exist'],
  ['EFBIG', 'file-too-large'],
  ['EILSEQ', 'illegal-byte-sequence'],
  ['EINPROGRESS', 'in-progress'],
  ['EINTR', 'interrupted'],
  ['EINVAL', 'invalid'],
  ['EIO', 'io'],
  ['EISDIR', 'is-directory'],
  ['ELOOP', 'loop'],
  ['EMLINK', 'too-many-links'],
  ['EMSGSIZE', 'message-size'],
  ['ENAMETOOLONG', 'name-too-long'],
  ['ENODEV', 'no-device'],
  ['ENOENT', 'no-entry'],
  ['ENOLCK', 'no-lock'],
  ['ENOMEM', 'insufficient-memory'],
  ['ENOSPC', 'insufficient-space'],
  ['ENOSYS', 'unsupported'],
  ['ENOTDIR', 'not-directory'],
  ['ENOTEMPTY', 'not-empty'],
  ['ENOTSUP', 'unsupported'],
  ['ENOTTY', 'no-tty'],
  ['ENXIO', 'no-such-device'],
  ['EOPNOTSUPP', 'unsupported'],
  ['EOVERFLOW', 'overflow'],
  ['EPERM', 'not-permitted'],
  ['EPIPE', 'pipe'],
  ['EROFS', 'read-only'],
  ['ESPIPE', 'invalid-seek'],
  ['ETXTBSY', 'text-file-busy'],
  ['EXDEV', 'cross-device'],
  // The interface has no code for a full table of files; the process' own and an instance's quota answer alike.
  ['EMFILE', 'insufficient-memory'],
  ['ENFILE', 'insufficient-memory'],
]);

const failures = new Map<FileErrorCode, ComponentError<FileErrorCode>>();

/** The error of a code: one for all, since making one takes longer than the call it ends. */
export function failure(code: FileErrorCode): ComponentError<FileErrorCode> {
  let error = failures.get(code);
  if (error === undefined) {
    error = new ComponentError(code);
    failures.set(code, error);
  }
  return error;
}

/** Whether something is an error that a guest is to get. */
export function isFailure(error: unknown): error is ComponentError<FileErrorCode> {
  return error instanceof ComponentError;
}

/** The code of what `node:fs` threw; `undefined` for what is no error of the system, and so one of ours. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : code;
}

/** What to throw to a guest for what was thrown here. Keeps nothing of the system's message: it names host paths. */
export function answer(error: unknown): unknown {
  const code = systemCode(error);
  return code === undefined ? error : failure(CODES.get(code) ?? 'io');
}
