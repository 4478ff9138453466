import type { Permissions } from '../../grants/index.js';

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** A moment of the wall clock (`wasi:clocks/wall-clock.datetime`). */
export interface Datetime {
  /** Since 1970. */
  readonly seconds: bigint;
  /** 0 to 999 999 999. */
  readonly nanoseconds: number;
}

/** The clocks of one instance, as its grant has them: real, coarse, frozen or refused. */
export class Clock {
  /** The monotonic clock starts with the instance, so that it says nothing about the machine. */
  readonly #start = process.hrtime.bigint();

  constructor(private readonly permissions: Permissions) {}

  /**
   * Nanoseconds since the instance started.
   * @throws InstanceEnd where the clocks are refused.
   */
  monotonic(): bigint {
    const grant = this.permissions.clocks;
    if (grant.kind === 'frozen') return 0n;
    if (grant.kind === 'refused') return this.permissions.refuse('clocks', 'monotonic-clock');
    return coarse(this.elapsed(), grant.resolution);
  }

  /**
   * Nanoseconds since 1970.
   * @throws InstanceEnd where the clocks are refused.
   */
  wall(): bigint {
    const grant = this.permissions.clocks;
    if (grant.kind === 'frozen') return BigInt(Math.trunc(grant.at * 1000)) * 1000n;
    if (grant.kind === 'refused') return this.permissions.refuse('clocks', 'wall-clock');
    return coarse(BigInt(Date.now()) * NANOSECONDS_PER_MILLISECOND, grant.resolution);
  }

  /** Nanoseconds that really went by since the instance started: what its waiting is measured with. */
  elapsed(): bigint {
    return process.hrtime.bigint() - this.#start;
  }

  /**
   * The smallest step of both clocks, in nanoseconds.
   * @throws InstanceEnd where the clocks are refused.
   */
  resolution(least: bigint): bigint {
    const grant = this.permissions.clocks;
    if (grant.kind === 'refused') return this.permissions.refuse('clocks', 'resolution');
    if (grant.kind === 'frozen') return least;
    const granted = BigInt(Math.trunc(grant.resolution));
    return granted > least ? granted : least;
  }
}

function coarse(time: bigint, resolution: number): bigint {
  if (resolution <= 1) return time;
  return time - (time % BigInt(Math.trunc(resolution)));
}

export function datetime(nanoseconds: bigint): Datetime {
  return { seconds: nanoseconds / 1_000_000_000n, nanoseconds: Number(nanoseconds % 1_000_000_000n) };
}
