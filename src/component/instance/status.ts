/** What an instance can be. It is marked busy before the guest is entered and idle again on success only. */
export const IDLE = 0;
export const BUSY = 1;
export const POISONED = 2;
export const DISPOSED = 3;
export type Status = typeof IDLE | typeof BUSY | typeof POISONED | typeof DISPOSED;
