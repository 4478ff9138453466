/**
 * From a world to source text, one folder for each language. Imports `errors` and `wit`.
 */
export { generateAs } from './as/index.js';
export type { GeneratedBytes, GeneratedFile } from './file.js';
export { generateGo } from './go/index.js';
export { generateNode } from './node/index.js';
export { generateTs } from './ts/index.js';
