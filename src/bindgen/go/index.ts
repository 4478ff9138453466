/**
 * Go for authors of native plugins: a package for a world. Imports `errors` and `wit`.
 */
export { generateGo } from './generate.js';
