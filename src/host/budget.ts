import { hatchwayError } from '../errors/index.js';
import { parseSize } from '../grants/index.js';
import type { Instance } from './instance.js';
import { checkOptions } from './options.js';

/** How much all instances of a host may take together. */
export interface HostLimits {
  /**
   * What the memories of all live instances may grow to, in sum: bytes, or a size such as `'1Gi'`. Each counts with its limit
   * from the start. Default: no limit.
   */
  readonly memory?: number | string;
  /** Live instances. Default: no limit. */
  readonly instances?: number;
}

/** What live instances may take together. One ends, for this, when it is disposed or poisoned, or nobody can reach it. */
export class HostBudget {
  readonly #maxMemory: number;
  readonly #maxInstances: number;
  #memory = 0;
  #instances = 0;
  readonly #lost = new FinalizationRegistry<Account>((account) => account.close());

  /** @throws HatchwayError `option` */
  constructor(limits: HostLimits = {}) {
    checkOptions('limits', limits, ['memory', 'instances']);
    const { memory, instances } = limits;
    this.#maxMemory = memory === undefined ? Number.POSITIVE_INFINITY : parseSize(memory);
    this.#maxInstances = instances ?? Number.POSITIVE_INFINITY;
  }

  /** Opens the account of an instance that is about to be made. It has to be closed, or given to the instance. */
  open(name: { readonly plugin: string; readonly instance: string }): Account {
    if (this.#maxMemory === Number.POSITIVE_INFINITY && this.#maxInstances === Number.POSITIVE_INFINITY)
      return UNCOUNTED;
    if (this.#instances >= this.#maxInstances) throw spent(name, `there are ${this.#instances} live instances`);
    this.#instances++;
    let reserved = 0;
    let open = true;
    return {
      reserve: (bytes) => {
        if (this.#memory + bytes > this.#maxMemory) {
          throw spent(
            name,
            `a memory of ${bytes} bytes is wanted, and ${this.#maxMemory - this.#memory} of ${this.#maxMemory} are left`,
          );
        }
        this.#memory += bytes;
        reserved += bytes;
      },
      close: () => {
        if (!open) return;
        open = false;
        this.#instances--;
        this.#memory -= reserved;
      },
    };
  }

  /** The account is closed when the instance ends. */
  give(account: Account, instance: Instance): void {
    if (account === UNCOUNTED) return;
    instance.onEnd(account.close);
    this.#lost.register(instance, account);
  }
}

/** What one instance has of the budget. */
export interface Account {
  /** @throws HatchwayError `exhausted` */
  readonly reserve?: (bytes: number) => void;
  /** Gives it all back; once. */
  readonly close: () => void;
}

/** Where there is nothing to count for. */
const UNCOUNTED: Account = { close: () => {} };

function spent(name: { readonly plugin: string; readonly instance: string }, what: string) {
  return hatchwayError('exhausted', `the host has no room for another instance: ${what}`, {
    ...name,
    mend: 'Dispose of instances that are no longer used, lower their `limits: { memory }`, or raise the limits of the host.',
  });
}
