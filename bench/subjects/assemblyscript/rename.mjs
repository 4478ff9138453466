/**
 * A transform for the AssemblyScript compiler: gives the exports of `relay/filter.ts` the names WIT asks for, which
 * AssemblyScript cannot spell.
 */
import { Transform } from 'assemblyscript/transform';

const names = {
  apply: 'hatchway:relay/filter@0.1.0#apply',
  applyDone: 'cabi_post_hatchway:relay/filter@0.1.0#apply',
};

export default class Rename extends Transform {
  afterCompile(module) {
    for (const [name, witName] of Object.entries(names)) {
      module.removeExport(name);
      module.addFunctionExport(`relay/filter/${name}`, witName);
    }
  }
}
