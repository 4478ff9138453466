/** The world `calls`, as JavaScript sees it, whoever runs it. */
export interface Calls {
  add(a: number, b: number): number;
  callHost(n: number): number;
  echoString(text: string): string;
  echoBytes(bytes: Uint8Array): Uint8Array;
  items: { echoItem(item: Item): Item };
}

export interface Item {
  id: bigint;
  name: string;
  position: { x: number; y: number };
  tags: string[];
  parent?: number | undefined;
}

export const hostInterface = 'bench:calls/host';

/** The host's side of the world: what one tick is must not be what is timed. */
export function tick(n: number): number {
  return n & 1;
}

export const item: Item = {
  id: 9007199254740993n,
  name: 'a nested record',
  position: { x: 1.5, y: -2.25 },
  tags: ['first', 'second'],
  parent: 7,
};
