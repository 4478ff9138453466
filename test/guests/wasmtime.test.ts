import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { guestPath } from '../../guests/build.js';
import { describeWithWasmtime } from '../setup/wasmtime.js';

describeWithWasmtime('guests run under wasmtime', (wasmtime) => {
  // `mute` is the one that calls none of its imports, which this command line does not have.
  it.each([
    ['priority: low, labels: []', 'ok(none)'],
    [
      'priority: low, labels: ["keep"]',
      'ok(some({id: "m1", title: "a \\"title\\"", body: "héllo 🦜", priority: low, labels: ["keep"]}))',
    ],
    [
      'priority: urgent, labels: ["a", ""]',
      'ok(some({id: "m1", title: "a \\"title\\"", body: "héllo 🦜", priority: urgent, labels: ["a", ""]}))',
    ],
  ])('mute, %s', (rest, answer) => {
    const call = `apply({id: "m1", title: "a \\"title\\"", body: "héllo 🦜", ${rest}})`;
    const run = spawnSync(wasmtime, ['run', '--invoke', call, guestPath('assemblyscript', 'mute')], {
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe(`${answer}\n`);
  });
});
