/**
 * Puts the id of a message where its title says `{id}`. It has a mistake: where a brace stays open it looks for the other one for
 * ever, and whoever calls it has to stop it.
 */
import { Message } from './bindings/types';
import { Result } from './bindings/wit';

export namespace filter {
  export function apply(message: Message): Result<Message | null, string> {
    message.title = fill(message.title, message.id);
    return Result.ok<Message | null, string>(message);
  }
}

function fill(text: string, id: string): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{', at);
    if (open < 0) break;
    const close = text.indexOf('}', open);
    if (close < 0) continue; // The mistake.
    const name = text.substring(open + 1, close);
    out += text.substring(at, open) + (name == 'id' ? id : `{${name}}`);
    at = close + 1;
  }
  return out + text.substring(at);
}
