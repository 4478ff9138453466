import { isComponentError } from '../../errors/index.js';
import type { FileErrorCode } from '../filesystem/index.js';
import { IoError } from '../io/index.js';

/** The numbers of `errno` that are answered here. */
export const ERRNO = {
  success: 0,
  acces: 2,
  again: 6,
  already: 7,
  badf: 8,
  busy: 10,
  deadlk: 16,
  dquot: 19,
  exist: 20,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  inprogress: 26,
  intr: 27,
  inval: 28,
  io: 29,
  isdir: 31,
  loop: 32,
  mfile: 33,
  mlink: 34,
  msgsize: 35,
  nametoolong: 37,
  nodev: 43,
  noent: 44,
  nolck: 46,
  nomem: 48,
  nospc: 51,
  notdir: 54,
  notempty: 55,
  notrecoverable: 56,
  notsock: 57,
  notsup: 58,
  notty: 59,
  nxio: 60,
  overflow: 61,
  perm: 63,
  pipe: 64,
  rofs: 69,
  spipe: 70,
  txtbsy: 74,
  xdev: 75,
} as const;

type ErrnoName = keyof typeof ERRNO;

/** What the `error-code` of WASI 0.2 is here. */
const OF_CODE: Readonly<Record<FileErrorCode, ErrnoName>> = {
  access: 'acces',
  'would-block': 'again',
  already: 'already',
  'bad-descriptor': 'badf',
  busy: 'busy',
  deadlock: 'deadlk',
  quota: 'dquot',
  exist: 'exist',
  'file-too-large': 'fbig',
  'illegal-byte-sequence': 'ilseq',
  'in-progress': 'inprogress',
  interrupted: 'intr',
  invalid: 'inval',
  io: 'io',
  'is-directory': 'isdir',
  loop: 'loop',
  'too-many-links': 'mlink',
  'message-size': 'msgsize',
  'name-too-long': 'nametoolong',
  'no-device': 'nodev',
  'no-entry': 'noent',
  'no-lock': 'nolck',
  'insufficient-memory': 'nomem',
  'insufficient-space': 'nospc',
  'not-directory': 'notdir',
  'not-empty': 'notempty',
  'not-recoverable': 'notrecoverable',
  unsupported: 'notsup',
  'no-tty': 'notty',
  'no-such-device': 'nxio',
  overflow: 'overflow',
  'not-permitted': 'perm',
  pipe: 'pipe',
  'read-only': 'rofs',
  'invalid-seek': 'spipe',
  'text-file-busy': 'txtbsy',
  'cross-device': 'xdev',
};

/** Ends an import with an errno. */
class ErrnoFailure extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

/** One for each: making an error takes longer than the call it ends. */
const FAILURES = new Map<ErrnoName, ErrnoFailure>();

/** @throws what becomes this errno. */
export function fail(name: ErrnoName): never {
  let failure = FAILURES.get(name);
  if (failure === undefined) {
    failure = new ErrnoFailure(ERRNO[name]);
    FAILURES.set(name, failure);
  }
  throw failure;
}

/** The errno of what an import threw; `undefined` for what is not the guest's to know. */
export function errnoOf(error: unknown): number | undefined {
  if (error instanceof ErrnoFailure) return error.errno;
  if (isComponentError(error)) return ERRNO[OF_CODE[error.payload as FileErrorCode]];
  if (error instanceof IoError) return ERRNO[OF_CODE[(error.code ?? 'io') as FileErrorCode]];
  return undefined;
}
