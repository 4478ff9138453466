/**
 * `hatchway:relay/filter`, exported. A plugin calls `filter` once with what it does, and exports everything that is
 * exported here in lower case; `rename.mjs` then gives the functions the names WIT asks for.
 */
import {
  freeResult,
  liftString,
  liftStrings,
  lowerError,
  lowerMessage,
  Message,
  Priority,
  resultSize,
} from './message';

/** What a filter makes of a message: the message to pass on, or nothing to drop it, or the reason it cannot judge it. */
export class Answer {
  private constructor(
    public message: Message | null,
    public error: string | null,
  ) {}

  static pass(message: Message): Answer {
    return new Answer(message, null);
  }

  static drop(): Answer {
    return new Answer(null, null);
  }

  static refuse(reason: string): Answer {
    return new Answer(null, reason);
  }
}

type Filter = (message: Message) => Answer;

let chosen: Filter | null = null;

export function filter(apply: Filter): void {
  chosen = apply;
}

/** The core function of `apply`: a message of nine flat values in, the address of a result out. */
export function apply(
  id: usize,
  idLength: i32,
  title: usize,
  titleLength: i32,
  body: usize,
  bodyLength: i32,
  priority: i32,
  labels: usize,
  labelCount: i32,
): usize {
  const message = new Message(
    liftString(id, idLength),
    liftString(title, titleLength),
    liftString(body, bodyLength),
    <Priority>priority,
    liftStrings(labels, labelCount),
  );
  const answer = chosen!(message);
  const result = heap.alloc(resultSize);
  const error = answer.error;
  if (error !== null) lowerError(result, error);
  else lowerMessage(result, answer.message);
  return result;
}

/** Called when the host has read the result. */
export function applyDone(result: usize): void {
  freeResult(result);
}

/** Memory for what the host passes in. */
export function cabi_realloc(old: usize, _oldSize: usize, align: usize, size: usize): usize {
  if (old != 0) return heap.realloc(old, size);
  return size > 0 ? heap.alloc(size) : align;
}
