import type { HostImports } from '../component/index.js';

/** An object that implements the exports of a world: interfaces by short name or id, functions in camelCase. */
export type PlainPlugin = Readonly<Record<string, unknown>>;
/**
 * The same, made anew for each instance, which gets what the world imports: interfaces by id or short name, functions in
 * camelCase, resources as the app's own classes. What passes is checked and copied, as it is for a guest.
 */
export type PlainPluginFactory = (imports: HostImports) => PlainPlugin;
