/**
 * The type model and what is said about it: names, WIT text, differences. Imports nothing but `errors`; nothing from Node.
 */
export * from './model.js';
export * from './names.js';
