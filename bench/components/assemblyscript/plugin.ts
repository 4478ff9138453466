/** The guest as an author writes it. */
import { Item } from './bindings/echo';

export namespace echo {
  export function echoString(value: string): string { return value; }
  export function echoItem(value: Item): Item { return value; }
  export function echoItems(value: Item[]): Item[] { return value; }
  export function echoStrings(value: string[]): string[] { return value; }
  export function echoBytes(value: Uint8Array): Uint8Array { return value; }
}
