/**
 * What runs inside a JavaScript plugin, between its author's functions and the component's glue. The built files are copied
 * into the plugin as they are, so they import nothing but each other.
 */
import { createRepair } from './arriving.js';
import { createClassWrappers } from './classes.js';
import { createFailures } from './failures.js';
import { createWrappers } from './functions.js';
import { createCheck } from './leaving.js';
import type { Report } from './report.js';
import type { Class, GuestType } from './types.js';

export { need, object } from './exports.js';
export { createReport } from './report.js';
export type { ClassMember, GuestFunction, GuestType } from './types.js';

/** The checks of one plugin, around its functions and classes and those it imports. */
export function createChecks(types: readonly GuestType[], report: Report) {
  const classes = new Map<string, Class>();
  const check = createCheck(types, classes);
  const wrappers = createWrappers(check, createRepair(types), createFailures(types, check, report));
  const { importedClass, exportedClass } = createClassWrappers(wrappers, classes, report);
  return { exported: wrappers.exported, imported: wrappers.imported, importedClass, exportedClass };
}
