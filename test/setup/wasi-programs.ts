/** Programs that ask WASI 0.2 themselves, as components, which `setup.ts` builds before the tests start. */
import { guestPath } from '../../guests/build.js';

/** In AssemblyScript: counts lines, words and bytes. */
export const tallyPath = guestPath('assemblyscript', 'tally');
/** In JavaScript: fills in a form letter. */
export const letterPath = guestPath('javascript', 'letter');
