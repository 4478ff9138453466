// The world hatchway:relay/filter-plugin@0.1.0, written by `hatchway bindgen ts`: change the WIT, not this file.
import type { Fallible, Sync, TypedWorld } from 'hatchway';

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

/** What a plugin does with messages. */
export interface Filter {
  /**
   * Looks at one message.
   *
   * Answers the message to pass on, changed or as it was, or `none` to drop it. An error is a message this filter
   * could not judge, with the reason; what becomes of it is the relay's decision.
   */
  apply: Fallible<(message: Message) => Promise<Message | undefined>, string>;
}

/** What a plugin exports, as `instance.exports` has it: every call answers with a promise. */
export interface Exports {
  filter: Filter;
  'hatchway:relay/filter@0.1.0': Filter;
}

/** The same without promises, as `instance.sync` has it. */
export interface SyncExports {
  filter: Sync<Filter>;
  'hatchway:relay/filter@0.1.0': Sync<Filter>;
}

/** What the app implements. */
export interface Imports {
  'hatchway:relay/log': Log;
}

/** A plugin that filters messages. */
export const filterPlugin: TypedWorld<Exports, SyncExports, Imports> = {
  encoded: 'AGFzbQ0AAQAAGRZ3aXQtY29tcG9uZW50LWVuY29kaW5nBAAH4wIBQQIBQQcBQgQBbQIEaW5mbwR3YXJuBAAFbGV2ZWwDAAABQAIFbGV2ZWwBBGxpbmVzAQAEAAV3cml0ZQECAwAYaGF0Y2h3YXk6cmVsYXkvbG9nQDAuMS4wBQABQgUBbQQDbG93Bm5vcm1hbARoaWdoBnVyZ2VudAQACHByaW9yaXR5AwAAAXBzAXIFAmlkcwV0aXRsZXMEYm9keXMIcHJpb3JpdHkBBmxhYmVscwIEAAdtZXNzYWdlAwADAwAaaGF0Y2h3YXk6cmVsYXkvdHlwZXNAMC4xLjAFAQIDAAEHbWVzc2FnZQFCBgIDAgECBAAHbWVzc2FnZQMAAAFrAQFqAQIBcwFAAQdtZXNzYWdlAQADBAAFYXBwbHkBBAQAG2hhdGNod2F5OnJlbGF5L2ZpbHRlckAwLjEuMAUDBAAiaGF0Y2h3YXk6cmVsYXkvZmlsdGVyLXBsdWdpbkAwLjEuMAQACxMBAA1maWx0ZXItcGx1Z2luAwAAAC8JcHJvZHVjZXJzAQxwcm9jZXNzZWQtYnkBDXdpdC1jb21wb25lbnQHMC4yNTkuMA==',
};
