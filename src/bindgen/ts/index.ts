/**
 * TypeScript for apps: types of what a world's plugins export and import. Imports `errors` and `wit`.
 */
export { base64, declareAll, generateTs, usedNames, worldId } from './generate.js';
export { addMembers, interfaceText, isRequired } from './interfaces.js';
export { exportKeys } from './keys.js';
export { Lines } from './lines.js';
export { bindingName, label } from './names.js';
export { hasMembers, Plan } from './plan.js';
