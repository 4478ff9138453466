/**
 * JavaScript with types for plugins that run as programs of Node: `hatchway/plugin`. Imports `errors`, `wit` and, for what the
 * two have in common, TypeScript for apps.
 */
export { generateNode } from './generate.js';
