/**
 * Makes room for what a message says is attached to it: "12 GB" in a body are twelve gigabytes. It believes every word, and whoever
 * calls it has to see that it does not get what it asks for.
 */
import { Message } from './bindings/types';
import { Result } from './bindings/wit';

const mebibyte = 1 << 20;
const room: StaticArray<u8>[] = [];

export namespace filter {
  export function apply(message: Message): Result<Message | null, string> {
    const words = message.body.split(' ');
    for (let i = 1; i < words.length; i++) {
      if (words[i] != 'GB') continue;
      const wanted = I32.parseInt(words[i - 1]) * 1024;
      for (let taken = 0; taken < wanted; taken++) room.push(new StaticArray<u8>(mebibyte));
    }
    return Result.ok<Message | null, string>(message);
  }
}
