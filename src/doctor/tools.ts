import { escapeText } from '../errors/index.js';
import { installedVersion, type Peer } from '../toolchain/index.js';
import { absent, type Finding, ok } from './finding.js';

/** The optional tools, and what each does. */
const TOOLS: readonly (readonly [peer: Peer, does: string])[] = [
  ['@bytecodealliance/jco', 'reads WIT for bindgen, build and new'],
  ['@bytecodealliance/componentize-js', 'builds plugins in JavaScript'],
  ['assemblyscript', 'builds plugins in AssemblyScript'],
];

/** Which of the optional tools are installed. Running a plugin takes none of them. */
export async function* toolFindings(): AsyncGenerator<Finding> {
  for (const [peer, does] of TOOLS) {
    const version = await installedVersion(peer);
    if (version !== undefined) yield ok(peer, `${escapeText(version, 40)}, which ${does}`);
    else yield absent(peer, `${does}; to have it: npm install --save-dev ${peer}`);
  }
}
