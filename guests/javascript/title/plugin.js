/** Writes every title by one template, so that a list of messages can be scanned: `[HIGH] Disk is full (ops, db1)`. */
import { write } from 'hatchway:relay/log@0.1.0';

const template = '[{priority}] {title}{labels}';

export const filter = {
  apply(message) {
    const title = message.title.trim();
    // A thrown value that is not an Error is the error of the WIT result.
    if (title === '') throw 'a message without a title';
    if (title.includes('\n')) write('warn', `the title of ${message.id} has several lines; only the first is kept`);
    const words = {
      priority: message.priority.toUpperCase(),
      title: title.split('\n')[0],
      labels: message.labels.length > 0 ? ` (${message.labels.join(', ')})` : '',
    };
    return { ...message, title: template.replace(/\{(\w+)\}/g, (_, name) => words[name]) };
  },
};
