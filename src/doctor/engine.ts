import { engineInterruption } from '../limits/index.js';
import { absent, type Finding, failed, ok } from './finding.js';

/** The oldest Node that hatchway runs on. */
const MIN_NODE = 20;

/** A module with a global that starts as `1 + 2`. */
const EXTENDED_CONSTANT = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x06, 0x09, 0x01, 0x7f, 0x00, 0x41, 0x01, 0x41, 0x02, 0x6a, 0x0b],
);

/** What Node and its engine have. */
export function engineFindings(): Finding[] {
  return [node(), multiMemory(), promiseIntegration(), extendedConstants()];
}

function node(): Finding {
  const version = process.versions.node;
  return Number.parseInt(version, 10) >= MIN_NODE
    ? ok('Node', `${version}, with V8 ${process.versions.v8}`)
    : failed('Node', `this is ${version}; hatchway needs ${MIN_NODE} or newer`);
}

function multiMemory(): Finding {
  return engineInterruption() === 'epoch'
    ? ok('multi-memory', 'guests can be stopped by a flag in a memory of their own')
    : absent('multi-memory', 'guests are stopped by counting what they run, which costs them more; Node 22 has it');
}

function promiseIntegration(): Finding {
  const { Suspending, promising } = WebAssembly as unknown as Record<string, unknown>;
  return typeof Suspending === 'function' && typeof promising === 'function'
    ? ok('promise integration', 'imports of the app may return promises')
    : absent('promise integration', 'imports of the app have to be synchronous; Node 24 has it');
}

function extendedConstants(): Finding {
  return WebAssembly.validate(EXTENDED_CONSTANT)
    ? ok('extended constants', 'plugins may be built with them')
    : absent('extended constants', 'plugins that are built with them do not load');
}
