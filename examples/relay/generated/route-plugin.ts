// The world hatchway:relay/route-plugin@0.1.0, written by `hatchway bindgen ts`: change the WIT, not this file.
import type { Sync, TypedWorld } from 'hatchway';

export type Level = 'info' | 'warn';

/** How soon somebody should see a message, the least urgent first. */
export type Priority = 'low' | 'normal' | 'high' | 'urgent';

/** One message. */
export interface Message {
  /** Unique in the relay; a filter leaves it as it is. */
  id: string;
  /** One line. */
  title: string;
  body: string;
  priority: Priority;
  /** Free-form words, in no particular order. */
  labels: string[];
}

/** What a plugin can tell the people who run the relay. */
export interface Log {
  /** Writes one line to the relay's log, under the plugin's name. */
  write: (level: Level, line: string) => void;
}

/** What becomes of messages that passed all filters. */
export interface Route {
  /** The names of the channels a message goes to. */
  channels: (message: Message) => Promise<string[]>;
}

/** What a plugin exports, as `instance.exports` has it: every call answers with a promise. */
export interface Exports {
  route: Route;
  'hatchway:relay/route@0.1.0': Route;
}

/** The same without promises, as `instance.sync` has it. */
export interface SyncExports {
  route: Sync<Route>;
  'hatchway:relay/route@0.1.0': Sync<Route>;
}

/** What the app implements. */
export interface Imports {
  'hatchway:relay/log': Log;
}

/** A plugin that decides where messages go. */
export const routePlugin: TypedWorld<Exports, SyncExports, Imports> = {
  encoded: 'AGFzbQ0AAQAAGRZ3aXQtY29tcG9uZW50LWVuY29kaW5nBAAH3gIBQQIBQQcBQgQBbQIEaW5mbwR3YXJuBAAFbGV2ZWwDAAABQAIFbGV2ZWwBBGxpbmVzAQAEAAV3cml0ZQECAwAYaGF0Y2h3YXk6cmVsYXkvbG9nQDAuMS4wBQABQgUBbQQDbG93Bm5vcm1hbARoaWdoBnVyZ2VudAQACHByaW9yaXR5AwAAAXBzAXIFAmlkcwV0aXRsZXMEYm9keXMIcHJpb3JpdHkBBmxhYmVscwIEAAdtZXNzYWdlAwADAwAaaGF0Y2h3YXk6cmVsYXkvdHlwZXNAMC4xLjAFAQIDAAEHbWVzc2FnZQFCBQIDAgECBAAHbWVzc2FnZQMAAAFwcwFAAQdtZXNzYWdlAQACBAAIY2hhbm5lbHMBAwQAGmhhdGNod2F5OnJlbGF5L3JvdXRlQDAuMS4wBQMEACFoYXRjaHdheTpyZWxheS9yb3V0ZS1wbHVnaW5AMC4xLjAEAAsSAQAMcm91dGUtcGx1Z2luAwAAAC8JcHJvZHVjZXJzAQxwcm9jZXNzZWQtYnkBDXdpdC1jb21wb25lbnQHMC4yNTkuMA==',
};
