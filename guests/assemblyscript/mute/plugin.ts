/** Drops what nobody needs to see: messages of low priority, unless they carry the label `keep`. */
import { Message, Priority } from './bindings/types';
import { Result } from './bindings/wit';

export namespace filter {
  export function apply(message: Message): Result<Message | null, string> {
    const passes = message.priority > Priority.Low || message.labels.includes('keep');
    return Result.ok<Message | null, string>(passes ? message : null);
  }
}
