/**
 * Masks secrets before a message leaves the house: what follows `password=`, `token=`, `secret=` or `Bearer `, in title and body,
 * up to the next blank. A message it changed gets the label `redacted`, and the log says how much it masked.
 */
import { write } from 'hatchway:relay/log@0.1.0';

const markers = ['password=', 'token=', 'secret=', 'bearer '];

const isBlank = (text, at) => at >= text.length || text.charCodeAt(at) <= 0x20;

/** The text without its secrets, and how many there were. */
function mask(text) {
  let out = '';
  let masked = 0;
  // Where the text begins that no marker has been looked for in.
  let from = 0;
  for (let at = 0; at < text.length; ) {
    const before = text.slice(Math.max(from, at - 9), at).toLowerCase();
    if (isBlank(text, at) || !markers.some((marker) => before.endsWith(marker))) {
      out += text[at++];
      continue;
    }
    out += '***';
    masked++;
    while (!isBlank(text, at)) at++;
    from = at;
  }
  return { out, masked };
}

export const filter = {
  apply(message) {
    const [title, body] = [mask(message.title), mask(message.body)];
    const masked = title.masked + body.masked;
    if (masked === 0) return message;
    write('info', `masked ${masked} secret${masked === 1 ? '' : 's'} in ${message.id}`);
    return { ...message, title: title.out, body: body.out, labels: [...new Set([...message.labels, 'redacted'])] };
  },
};
