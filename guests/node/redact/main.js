/**
 * Masks secrets before a message leaves the house: what follows `password=`, `token=`, `secret=` or `Bearer `, in title and body,
 * up to the next blank. A message it changed gets the label `redacted`, and the log says how much it masked.
 */
import { serve } from 'hatchway/plugin';
import { filterPlugin } from './filter-plugin.js';

const secret = /(?:password=|token=|secret=|bearer )[^\0-\x20]+/gi;

serve(filterPlugin, ({ log }) => ({
  filter: {
    async apply(message) {
      let masked = 0;
      const mask = (text) =>
        text.replace(secret, (found) => {
          masked++;
          // Each marker ends with the first of these.
          return `${found.slice(0, found.search(/[= ]/) + 1)}***`;
        });
      const [title, body] = [mask(message.title), mask(message.body)];
      if (masked === 0) return message;
      await log.write('info', `masked ${masked} secret${masked === 1 ? '' : 's'} in ${message.id}`);
      return { ...message, title, body, labels: [...new Set([...message.labels, 'redacted'])] };
    },
  },
}));
