import { expect, it } from 'vitest';
import { guestPath, programComponentPath } from '../../guests/build.js';
import { describeWithC } from '../setup/c.js';
import { describeWithRustPrograms } from '../setup/rust-programs.js';
import { describeWithWasmtime } from '../setup/wasmtime.js';
import {
  adapterTrapRows,
  divergentRows,
  fileRows,
  moduleRows,
  noteRows,
  noteTrapRows,
  queryRows,
  refusedRows,
  trapRows,
} from './wasi-rows.js';
import { type Outcome, type Row, useRunner } from './wasi-run.js';

const shown = (rows: readonly Row[]) => rows.map((row) => [row.args.join(' '), row] as const);

/** What must be alike where standard error is in each runtime's own words. */
const withoutStderr = ({ stderr: _, ...rest }: Outcome) => rest;

describeWithWasmtime('programs under wasmtime and under hatchway', (wasmtime) => {
  describeWithC('files, in C', () => {
    const module = guestPath('c', 'files');
    const component = programComponentPath('c', 'files');
    const runner = useRunner(wasmtime, [module, component]);

    for (const path of [module, component]) {
      const form = path === module ? 'a module' : 'a component';

      it.each(shown([...fileRows, ...(path === module ? moduleRows : [])]))(`${form}: %s`, async (_, row) => {
        expect(await runner.hatchway(path, row)).toEqual(runner.wasmtime(path, row));
      });

      it.each(shown([...trapRows, ...(path === module ? [] : adapterTrapRows)]))(
        `${form} traps: %s`,
        async (_, row) => {
          const expected = runner.wasmtime(path, row);
          expect(expected.code).toBe(134);
          expect(withoutStderr(await runner.hatchway(path, row))).toEqual(withoutStderr(expected));
        },
      );

      // This command line of wasmtime grants reading and writing at once.
      it.each(refusedRows.map((it) => [it.row.args.join(' '), it.rights, it] as const))(
        `${form}: %s, where it may only %s`,
        async (_, rights, { row, stdout }) => {
          const outcome = await runner.hatchway(path, row, rights);
          const isRefused = stdout.endsWith(']\n');
          expect(outcome).toMatchObject({ stdout, stderr: '', code: isRefused ? 1 : 0 });
          if (rights === 'read') expect(outcome.files).toEqual(runner.untouched());
        },
      );

      it.each(
        divergentRows
          .filter((it) => path === module || !it.moduleOnly)
          .map((it) => [it.row.args.join(' '), it.why, it] as const),
      )(`${form} parts where it must: %s, %s`, async (_, _why, { row, theirs, ours }) => {
        const expected = runner.wasmtime(path, row);
        const actual = await runner.hatchway(path, row);
        expect([expected.stdout, expected.code]).toEqual(theirs);
        expect([actual.stdout, actual.code]).toEqual(ours);
      });
    }
  });

  describeWithC('query, in C', () => {
    const module = guestPath('c', 'query');
    const component = programComponentPath('c', 'query');
    const runner = useRunner(wasmtime, [module, component]);

    for (const path of [module, component]) {
      it.each(shown(queryRows))(`${path === module ? 'a module' : 'a component'}: %s`, async (_, row) => {
        expect(await runner.hatchway(path, row, 'read')).toEqual(runner.wasmtime(path, row));
      });
    }
  });

  describeWithRustPrograms('notes, in Rust', () => {
    const module = guestPath('rust', 'notes');
    const component = programComponentPath('rust', 'notes');
    const runner = useRunner(wasmtime, [module, component]);

    for (const path of [module, component]) {
      const form = path === module ? 'a module' : 'a component';

      it.each(shown(noteRows))(`${form}: %s`, async (_, row) => {
        expect(await runner.hatchway(path, row)).toEqual(runner.wasmtime(path, row));
      });

      it.each(shown(noteTrapRows))(`${form} traps: %s`, async (_, row) => {
        const expected = runner.wasmtime(path, row);
        expect(expected.code).toBe(134);
        expect(withoutStderr(await runner.hatchway(path, row))).toEqual(withoutStderr(expected));
      });
    }
  });
});
