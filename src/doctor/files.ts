import { escapeText, quote } from '../errors/index.js';
import type { GrantsOption } from '../grants/index.js';
import { type Attempt, FIFO, GROUPS, type Group } from './attempts.js';
import { contextWith } from './context.js';
import { FACES, type Face } from './faces.js';
import { absent, type Finding, failed, ok } from './finding.js';
import { type Scratch, SECRET } from './scratch.js';

/**
 * What guests try against the file system, through each face. One finding for each group of attempts.
 * @param faces Default: those that guests have.
 */
export function* tryFiles(scratch: Scratch, faces: readonly Face[] = FACES): Generator<Finding> {
  for (const group of GROUPS) yield tryGroup(group, scratch, faces);
  if (scratch.hasFifo) yield tryGroup(FIFO, scratch, faces);
  else yield absent(FIFO.name, 'could not be tried: there is no mkfifo');
}

function tryGroup(group: Group, scratch: Scratch, faces: readonly Face[]): Finding {
  const { name, holds, attempts } = group;
  const problems: string[] = [];
  for (const face of faces) {
    for (const attempt of attempts) {
      const problem = tryOne(attempt, group, scratch, face);
      if (problem !== undefined) problems.push(`${attempt.what} (${face.name}) ${problem}`);
    }
  }
  if (problems.length === 0) return ok(name, `${holds}: ${attempts.length * faces.length} tries`);
  return failed(
    name,
    `${problems.length} of ${attempts.length * faces.length} tries: ${problems.slice(0, 3).join('; ')}`,
  );
}

/** What is wrong with how an attempt came out; `undefined` if nothing is. */
function tryOne({ attempt, expected }: Attempt, { granted }: Group, scratch: Scratch, face: Face): string | undefined {
  scratch.renew();
  const before = { outside: scratch.outside(), inside: scratch.inside() };
  const answer = answerOf(attempt, grantsOf(granted, scratch), face);
  // However it was answered.
  if (scratch.outside() !== before.outside) return 'changed what is outside';
  if (granted !== 'read and write' && scratch.inside() !== before.inside) return 'changed what may not be changed';
  if (answer.includes(SECRET)) return 'told what is outside';
  const wanted = typeof expected === 'string' ? expected : shown(expected.value);
  return answer === wanted ? undefined : `answered ${answer}, and not ${wanted}`;
}

/** A code, or what it succeeded with. */
function answerOf(attempt: Attempt['attempt'], grants: GrantsOption, face: Face): string {
  const context = contextWith(grants);
  try {
    return shown(attempt(face.guest(context)));
  } catch (error) {
    return face.codeOf(error) ?? `the error ${escapeText(String(error))}`;
  } finally {
    context.dispose();
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : quote(String(value));
}

function grantsOf(granted: Group['granted'], { data }: Scratch): GrantsOption {
  if (granted === 'nothing') return {};
  return { read: { '/data': data }, ...(granted === 'read and write' && { write: { '/data': data } }) };
}
