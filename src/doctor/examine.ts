import { tmpdir } from 'node:os';
import { escapeText } from '../errors/index.js';
import { whyNoDirectories } from '../wasi/index.js';
import { engineFindings } from './engine.js';
import { tryFiles } from './files.js';
import { type Finding, failed, ok } from './finding.js';
import { limitFindings } from './limits.js';
import { race } from './race.js';
import { Scratch } from './scratch.js';
import { trySurroundings } from './surroundings.js';
import { toolFindings } from './tools.js';

export interface DoctorOptions {
  /** Where the folder is made in which things are tried; it is removed afterwards. Default: the system's. */
  readonly temporary?: string;
  /** How often the race is tried. Default: 400. */
  readonly races?: number;
}

/** Finds out what holds on this machine; each finding comes when it is known. Takes a few seconds at most. */
export async function* examine({ temporary = tmpdir(), races = 400 }: DoctorOptions = {}): AsyncGenerator<Finding> {
  yield* engineFindings();
  yield* limitFindings();
  yield trySurroundings();
  yield* fileFindings(temporary, races);
  yield* toolFindings();
}

async function* fileFindings(temporary: string, races: number): AsyncGenerator<Finding> {
  const reason = whyNoDirectories();
  if (reason !== undefined) {
    yield failed('directories', `${reason}: plugins that are granted one do not start, all others do`);
    return;
  }
  yield ok('directories', 'can be granted: /proc/self/fd leads where it should');
  let scratch: Scratch;
  try {
    scratch = new Scratch(temporary);
  } catch (error) {
    yield failed(
      'files',
      `could not be tried, in a folder for temporary files: ${escapeText((error as Error).message)}`,
    );
    return;
  }
  const remove = () => scratch.remove();
  // Whoever reads the findings may stop before the last, and the process with it.
  process.once('exit', remove);
  try {
    yield* tryFiles(scratch);
    yield await race(scratch, races);
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}
