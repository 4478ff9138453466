import { format } from 'node:util';
import type { LogRecord, Session } from '../session/index.js';

/**
 * Writes a record to the host's log: dropped and counted where the host does not keep up.
 * @returns whether it was sent.
 */
export type PluginLog = (
  level: LogRecord['level'],
  message: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => boolean;

const LEVELS: Readonly<Record<string, LogRecord['level']>> = {
  trace: 'trace',
  debug: 'debug',
  log: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
};

/** Has `console` write to the host's log, for the instance whose function runs. */
export function routeConsole(session: Session, running: () => number): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    (console as unknown as Record<string, (...values: unknown[]) => void>)[method] = (...values) => {
      const message = format(...values);
      session.log({ instance: running(), level, time: Date.now(), target: 'console', message, fields: [] });
    };
  }
}
