/** A machine, or a WASI, that does not hold is found out. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Face, type Finding, type Guest, tryFiles } from '../../src/doctor/index.js';
import { Scratch } from '../../src/doctor/scratch.js';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch(tmpdir());
});
afterEach(() => scratch.remove());

/** What a guest is that reaches Node with the paths it names, but for what is changed. */
function leaky(changes: Partial<Guest> = {}): Face {
  const at = (path: string) => join(scratch.data, path);
  const guest: Guest = {
    read: (path) => fs.readFileSync(at(path), 'utf8'),
    write: (path, text) => fs.writeFileSync(at(path), text),
    rename: (from, to) => fs.renameSync(at(from), at(to)),
    link: (from, to) => fs.linkSync(at(from), at(to)),
    symlink: (target, path) => fs.symlinkSync(target, at(path)),
    createDirectory: (path) => fs.mkdirSync(at(path)),
    unlink: (path) => fs.unlinkSync(at(path)),
    directories: () => ['/data', '/'],
    ...changes,
  };
  return { name: 'leaky', guest: () => guest, codeOf: (error) => (error as NodeJS.ErrnoException).code };
}

/** What is found, but for the FIFO, at which Node would wait. */
function found(face: Face): Map<string, Finding> {
  Object.assign(scratch, { hasFifo: false });
  return new Map([...tryFiles(scratch, [face])].map((finding) => [finding.name, finding]));
}

it('a guest that reaches Node fails at everything but what it may do', () => {
  const findings = found(leaky());
  expect(findings.get('what is granted')).toMatchObject({ state: 'ok' });
  expect(findings.get('pipes and devices')).toMatchObject({ state: 'absent' });
  for (const name of ['links that lead out', 'moving and linking', '".." and absolute paths']) {
    expect(findings.get(name)).toMatchObject({ state: 'failed' });
  }
  expect(findings.get('links that lead out')!.says).toMatch(
    /^7 of 7 tries: a link to a file \(leaky\) told what is outside; /,
  );
  expect(findings.get('a directory to be read only')!.says).toMatch(
    /^7 of 8 tries: cutting a file \(leaky\) changed what may not be changed; /,
  );
});

it('a refusal counts only with the code that guests are promised, and only if nothing happened', () => {
  const refuse = () => {
    throw Object.assign(new Error('refused'), { code: 'io' });
  };
  const findings = found(leaky({ rename: refuse }));
  expect(findings.get('what is granted')!.says).toBe('1 of 5 tries: writing (leaky) answered io, and not "written"');
  expect(findings.get('moving and linking')!.says).toContain(
    'moving a file out (leaky) answered io, and not not-permitted',
  );
  const late = found(
    leaky({
      unlink: (path) => {
        fs.unlinkSync(join(scratch.data, path));
        throw Object.assign(new Error('refused'), { code: 'not-permitted' });
      },
    }),
  );
  expect(late.get('a directory to be read only')!.says).toMatch(/^7 of 8 tries/);
});
