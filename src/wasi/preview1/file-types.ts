import type { DescriptorType } from '../filesystem/index.js';

/** `filetype` for what WASI 0.2 calls a type. There is none for a FIFO. */
export const FILE_TYPES: Readonly<Record<DescriptorType, number>> = {
  unknown: 0,
  'block-device': 1,
  'character-device': 2,
  directory: 3,
  'regular-file': 4,
  socket: 6,
  'symbolic-link': 7,
  fifo: 0,
};
