import { escapeText } from '../errors/index.js';
import type { LogEvent } from '../host/index.js';
import { styled, type TextStream } from './streams.js';

const STYLES = { trace: 'dim', debug: 'dim', info: undefined, warn: undefined, error: 'red' } as const;

/** A record of a native plugin's log, as a line: `warn  relay-node: the title is long (title=…)`. */
export function showLog(stream: TextStream, { level, target, message, fields, dropped }: LogEvent): void {
  const details = fields.map(([name, value]) => `${escapeText(name)}=${escapeText(value)}`).join(' ');
  const text = message
    .split('\n')
    .map((line) => escapeText(line))
    .join('\n      ');
  const line = `${level.padEnd(5)} ${escapeText(target)}: ${text}${details === '' ? '' : ` (${details})`}`;
  if (dropped > 0) stream.write(`      … ${dropped} records were dropped\n`);
  const style = STYLES[level];
  stream.write(`${style === undefined ? line : styled(stream, style, line)}\n`);
}
