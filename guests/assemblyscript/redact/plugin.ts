/**
 * Masks secrets before a message leaves the house: what follows `password=`, `token=`, `secret=` or `Bearer `, in title
 * and body, up to the next blank. A message it changed gets the label `redacted`, and the log says how much it masked.
 */
import { Level, write } from './bindings/log';
import { Message } from './bindings/types';
import { Result } from './bindings/wit';

const markers = ['password=', 'token=', 'secret=', 'bearer '];
const mask = '***';

let masked = 0;

export namespace filter {
  export function apply(message: Message): Result<Message | null, string> {
    masked = 0;
    message.title = redact(message.title);
    message.body = redact(message.body);
    if (masked > 0) {
      if (!message.labels.includes('redacted')) message.labels.push('redacted');
      write(Level.Info, `masked ${masked} secret${masked == 1 ? '' : 's'} in ${message.id}`);
    }
    return Result.ok<Message | null, string>(message);
  }
}

function redact(text: string): string {
  const lower = text.toLowerCase();
  // A letter whose lower case is longer would shift every index after it.
  const searched = lower.length == text.length ? lower : text;
  let out = '';
  let from = 0;
  while (from < text.length) {
    const start = nextSecret(searched, from);
    if (start < 0) break;
    out += text.substring(from, start) + mask;
    masked++;
    from = endOfWord(text, start);
  }
  return out + text.substring(from);
}

/** Where the first secret at or after `from` begins; -1 if there is none. */
function nextSecret(text: string, from: i32): i32 {
  let first = -1;
  for (let i = 0; i < markers.length; i++) {
    const marker = markers[i];
    let at = text.indexOf(marker, from);
    while (at >= 0 && (at + marker.length == text.length || isBlank(text.charCodeAt(at + marker.length)))) {
      at = text.indexOf(marker, at + 1);
    }
    if (at >= 0 && (first < 0 || at + marker.length < first)) first = at + marker.length;
  }
  return first;
}

function endOfWord(text: string, from: i32): i32 {
  let at = from;
  while (at < text.length && !isBlank(text.charCodeAt(at))) at++;
  return at;
}

function isBlank(code: i32): bool {
  return code <= 0x20;
}
