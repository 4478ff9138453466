import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/** What connects a program with its host. */
export type CarrierKind = 'fd3' | 'unix' | 'stdio';

/** The environment variable that says so to the program; it is not there for fd 3. */
export const CARRIER_VARIABLE = 'HATCHWAY_CARRIER';

/** The two directions of a connection: one socket, or one each. */
export interface Ends {
  /** From the other side. */
  readonly input: Socket;
  /** To the other side. */
  readonly output: Socket;
}

/** How a host reaches a program that it starts, from before that until nothing of it is left. */
export interface Channel {
  readonly kind: CarrierKind;
  /** What the program finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The program's descriptors, from 0 on. */
  readonly stdio: readonly ('pipe' | 'ignore' | 'inherit')[];
  /**
   * The connection, when the program is there. It gives nothing before its input is resumed.
   * @param received gets the bytes, which may be overwritten once it returns.
   * @throws HatchwayError `protocol`, `unavailable` where it will never be.
   */
  connect(child: ChildProcess, received: (bytes: Uint8Array) => void): Promise<Ends>;
  /** Ends what is still awaited, and removes what was made for it. */
  close(): void;
}
