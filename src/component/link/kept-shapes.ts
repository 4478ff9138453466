import type { Plan } from '../analyze/index.js';
import { ComponentInstance, UNLIMITED } from '../instance/index.js';
import { GuestFunction, type HostFunction, type RuntimeInstance } from './entities.js';
import { Frame } from './frame.js';
import { Resolution } from './imports.js';
import { type LinkContext, Linker } from './instantiate.js';

/**
 * The engine forgets what objects of a class look like when a collection finds none alive, and throws away the code that was
 * specialised to them. An app that makes an instance for each message, and keeps none, would have the linker compiled again
 * after every collection (137 compilations in 20 000 instances; 43 with this). One of each, never used, keeps the shapes known.
 */
export const keptShapes: readonly object[] = makeShapes();

function makeShapes(): readonly object[] {
  const plan: Plan = {
    counts: {
      coreFuncs: 0,
      coreTables: 0,
      coreMemories: 0,
      coreGlobals: 0,
      coreTags: 0,
      coreInstances: 0,
      modules: 0,
      funcs: 0,
      instances: 0,
      components: 0,
      types: 0,
    },
    steps: [],
    sites: [],
    resources: new Map(),
    refusals: [],
    shape: { imports: new Map(), exports: new Map(), declared: [] },
  };
  const root = new ComponentInstance(undefined, {});
  const frame = new Frame(plan, root, undefined);
  const cx = frame.context(undefined, undefined);
  const context: LinkContext = {
    component: { plan, modules: [], imports: [], exports: [], reportAddress: undefined },
    asynchronous: undefined,
    limits: UNLIMITED,
    makeClass: () => {
      throw new Error('the specimen has no resources');
    },
  };
  const type = { params: [], async: false };
  const host: HostFunction = { kind: 'host', type, name: '', implementation: () => undefined };
  const instance: RuntimeInstance = { kind: 'instance', exports: new Map() };
  const core = () => undefined;
  const guest = new GuestFunction(type, undefined as never, 0, 'utf8', root, cx, core, undefined);
  return [frame, context, host, instance, guest, new Linker(frame, context, new Map()), new Resolution({}, root)];
}
