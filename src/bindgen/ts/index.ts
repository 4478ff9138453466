/**
 * TypeScript for apps: types of what a world's plugins export and import. Imports `errors` and `wit`.
 */
export { generateTs } from './generate.js';
