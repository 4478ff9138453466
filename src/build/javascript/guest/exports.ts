import { describe } from './text.js';

/** What the author's module has to have. Found when the plugin is built: its modules run then. */
export function need(owner: any, path: string, name: string, wanted: string): any {
  const found = owner[name];
  if (typeof found !== 'function') throw unfit(path, found, wanted);
  return /^[A-Z]/.test(name) ? found : found.bind(owner);
}

/** The object that is exported for an interface. */
export function object(owner: any, name: string): any {
  const found = owner[name];
  if (typeof found !== 'object' || found === null)
    throw unfit(name, found, 'an object with the functions of the interface');
  return found;
}

function unfit(path: string, found: unknown, wanted: string): Error {
  const what = found === undefined ? 'is missing' : `is ${describe(found)}`;
  return new Error(`the export ${path} ${what}; the world wants ${wanted}`);
}
