/** Drops what nobody needs to see: messages of low priority, unless they carry the label `keep`. */
import { Answer, filter } from '../relay/filter';
import { Message, Priority } from '../relay/message';

export { apply, applyDone, cabi_realloc } from '../relay/filter';

filter((message: Message): Answer => {
  if (message.priority > Priority.Low || message.labels.includes('keep')) return Answer.pass(message);
  return Answer.drop();
});
