/** A plugin that is a plain object: it implements the world `route-plugin` of `wit/relay.wit` like any component would. */
import type { Message } from './generated/route-plugin.js';

const CHANNELS = {
  low: ['digest'],
  normal: ['mail'],
  high: ['mail', 'chat'],
  urgent: ['mail', 'chat', 'pager'],
};

export const byPriority = {
  route: {
    channels: (message: Message) => CHANNELS[message.priority],
  },
};
