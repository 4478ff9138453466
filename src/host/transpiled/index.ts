/**
 * Plugins that were translated to JavaScript by `jco transpile` beforehand, in its instantiation mode: code that runs outside
 * the sandbox, for those that the app trusts. Part of `host`.
 */
export { inspectFolder, isTranspiled } from './folder.js';
export { TranspiledPlugin } from './plugin.js';
