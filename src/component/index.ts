/**
 * The component runtime: takes the bytes of any component and gives callable exports on the calling thread. Imports
 * `errors` and `wit`; nothing from Node.
 */
export { decodeWorld } from './analyze/index.js';
