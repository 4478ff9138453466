/**
 * The one family of errors, built in one place. Imports nothing.
 */
export {
  argumentError,
  ComponentError,
  type Denial,
  type ErrorCode,
  type ErrorDetails,
  HatchwayError,
  hatchwayError,
  InstanceEnd,
  isComponentError,
  PermissionDeniedError,
  timeUp,
} from './errors.js';
export { escapeText, quote } from './quote.js';
