/** This package, as an app uses it. */
import { createHost, type Instance, type Plugin } from 'hatchway';
import { component } from '../artifacts.js';
import { type Calls, hostInterface, tick } from './calls.js';

export const imports = { [hostInterface]: { tick } };

export interface AsyncCalls {
  add(a: number, b: number): Promise<number>;
}

export async function plugin(): Promise<Plugin> {
  return (await createHost()).load(component('calls'));
}

export async function instance(from?: Plugin): Promise<Instance> {
  return (from ?? (await plugin())).instantiate({ imports });
}

export function syncFace(of: Instance): Calls {
  return of.sync as unknown as Calls;
}

export function asyncFace(of: Instance): AsyncCalls {
  return of.exports as unknown as AsyncCalls;
}
