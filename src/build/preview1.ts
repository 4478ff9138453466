import { customSections } from '../component/index.js';
import { hatchwayError } from '../errors/index.js';
import { type EncodedWorld, embedWorld, findPeer, JobError, newComponent, runJob } from '../toolchain/index.js';

/** Custom sections that toolchains put a world into start like this. */
const WORLD = 'component-type';

const ADAPTED = 'wasi_snapshot_preview1';

/**
 * Makes a component of a core module, such as one for WASI preview 1: what it imports of that becomes imports of WASI 0.2.
 * @param world what it exports and imports besides, unless it says so itself.
 * @throws HatchwayError `invalid` where it does not fit; `not-found` where jco is not installed.
 */
export async function buildPreview1(binary: Uint8Array, world: EncodedWorld | undefined): Promise<Uint8Array> {
  try {
    const module = await WebAssembly.compile(binary as Uint8Array<ArrayBuffer>);
    const needsAdapter = WebAssembly.Module.imports(module).some((one) => one.module === ADAPTED);
    const isCommand = WebAssembly.Module.exports(module).some((one) => one.name === '_start');
    if (world === undefined && !needsAdapter && !saysItsWorld(binary)) {
      throw hatchwayError('option', 'the module does not say what it is: it has no world, and uses no WASI', {
        mend: 'Say which world it is for: --wit DIR or --wit FILE',
      });
    }
    const embedded =
      world === undefined ? binary : await embedWorld({ binary, witSource: world.witSource, world: world.worldName });
    return await newComponent(embedded, needsAdapter ? [[ADAPTED, await adapter(isCommand)]] : []);
  } catch (error) {
    if (!(error instanceof JobError) && !(error instanceof WebAssembly.CompileError)) throw error;
    throw hatchwayError('invalid', `no component can be made of the module: ${error.message.trim()}`, { cause: error });
  }
}

function saysItsWorld(binary: Uint8Array): boolean {
  return customSections(binary).some(({ name }) => name.startsWith(WORLD));
}

/** The two steps up from `src/build` and from `dist/build`: a child process runs what was built. */
const ADAPTER = new URL('../../dist/build/adapter.js', import.meta.url);

/** For a program with a `main`, or for a library. */
async function adapter(isCommand: boolean): Promise<Uint8Array> {
  const args = [findPeer('@bytecodealliance/jco'), isCommand];
  return (await runJob({ module: ADAPTER.href, function: 'readAdapter', args })) as Uint8Array;
}
