import { Share } from '../wire/index.js';
import { CONTROL } from './control.js';
import type { RemoteFunction } from './functions.js';

const NONE: readonly Share[] = [];

/** The instances of the process: calls to the process itself, which is instance 0, make and end them. */
export class Instances {
  /** By id, with what they may send. */
  readonly #shares = new Map<number, readonly [Share]>();

  has(id: number): boolean {
    return this.#shares.has(id);
  }

  /** Whose turn and rate bound what an instance sends. */
  shares(id: number): readonly Share[] {
    return this.#shares.get(id) ?? NONE;
  }

  /** Whether a call asks for an instance whose id is taken. */
  isTaken(instance: number, fn: RemoteFunction, args: readonly unknown[]): boolean {
    return instance === 0 && fn === CONTROL.dispense && (args[0] === 0 || this.has(args[0] as number));
  }

  /** A call left, or came: an instance exists from the call on that dispenses it, and may call at once. */
  callBegan(instance: number, fn: RemoteFunction, args: readonly unknown[]): void {
    if (instance === 0 && fn === CONTROL.dispense) this.#shares.set(args[0] as number, [new Share()]);
  }

  /** A call about the instance `subject` was answered with a value. */
  callReturned(instance: number, fn: RemoteFunction, subject: number, value: unknown): void {
    if (instance !== 0) return;
    const failed = fn === CONTROL.dispense && (value as { tag: string }).tag === 'err';
    if (failed || fn === CONTROL.release) this.#shares.delete(subject);
  }

  /** A call about the instance `subject` failed. */
  callFailed(instance: number, fn: RemoteFunction, subject: number): void {
    if (instance === 0 && fn === CONTROL.dispense) this.#shares.delete(subject);
  }
}
