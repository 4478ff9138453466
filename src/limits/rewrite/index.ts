/**
 * The pass over a core module's bytes that lets the host stop it and bounds its memories and tables: bytes in, bytes out.
 * Imports `errors`; nothing from Node.
 */
export { FLAG_ADDRESS } from './checks.js';
export {
  FLAG,
  FUEL,
  type HoistedMemory,
  RESERVED_MODULE,
  type RewrittenModule,
  rewriteModule,
  TICK,
} from './module.js';
export type { Interruption, RewritePolicy } from './policy.js';
export { supplyMemories } from './supply.js';
