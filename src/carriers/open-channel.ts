import { hatchwayError } from '../errors/index.js';
import type { CarrierKind, Channel } from './channel.js';
import { inheritedChannel } from './inherited.js';
import { stdioChannel } from './stdio.js';
import { UnixChannel } from './unix.js';

/**
 * What a program is reached through that is about to be started.
 * @param terminal the program has this process' terminal, and so no other standard input and output.
 * @throws HatchwayError `option` for a program on the terminal that needs its standard input, `unsupported` where this machine has
 * no such thing.
 */
export async function openChannel(kind: CarrierKind, terminal: boolean): Promise<Channel> {
  if (kind === 'fd3') return inheritedChannel(terminal);
  if (terminal) {
    throw hatchwayError('option', `a program on the terminal cannot have the carrier ${kind}, which needs its input`, {
      mend: 'Load it without `terminal`, or have it speak over descriptor 3.',
    });
  }
  return kind === 'stdio' ? stdioChannel() : UnixChannel.open();
}
