/**
 * The one family of errors, built in one place. Imports nothing.
 */
export {
  argumentError,
  ComponentError,
  type ErrorCode,
  type ErrorDetails,
  HatchwayError,
  hatchwayError,
  isComponentError,
} from './errors.js';
export { escapeText, quote } from './quote.js';
