/** The component that asks WASI for one thing at a time, which `setup.ts` builds before the tests start. */
import { guestPath } from '../../guests/build.js';

export const probePath = guestPath('assemblyscript', 'probe');
