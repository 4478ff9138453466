import { describe, expect, it } from 'vitest';
import { guestPath, programComponentPath } from '../../guests/build.js';
import { describeWithC } from '../setup/c.js';
import { describeWithRustPrograms } from '../setup/rust-programs.js';
import { letterPath, tallyPath } from '../setup/wasi-programs.js';
import { describeWithWasmtime } from '../setup/wasmtime.js';
import {
  adapterTrapRows,
  commandLineRows,
  divergentRows,
  fileRows,
  letterRows,
  moduleRows,
  noteRows,
  noteTrapRows,
  queryRows,
  refusedRows,
  tallyRows,
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

  describeWithC('hatchway run', () => {
    const paths = ['files', 'query'].flatMap((name) => [guestPath('c', name), programComponentPath('c', name)]);
    const runner = useRunner(wasmtime, paths);

    it.each(commandLineRows.flatMap((row) => [0, 1].map((form) => [row.args.join(' '), row, form] as const)))(
      '%s',
      (_, row, form) => {
        const path = paths[form]!;
        expect(runner.commandLine(path, row)).toEqual(runner.wasmtime(path, row));
      },
    );

    it('a query, by its module and its component', () => {
      const row = { args: ['/data/messages', '.level == "error"', '.id'] };
      for (const path of paths.slice(2)) {
        const outcome = runner.commandLine(path, row);
        expect(outcome).toEqual(runner.wasmtime(path, row));
        expect(outcome.stdout).toBe('m2\nm4\nm6\n');
      }
    });
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

  describe.each([
    ['tally, in AssemblyScript', tallyPath, tallyRows],
    ['letter, in JavaScript', letterPath, letterRows],
  ])('%s', (_, path, rows) => {
    const runner = useRunner(wasmtime, [path]);

    it.each(shown(rows))('a component: %s', async (_, row) => {
      expect(await runner.hatchway(path, row)).toEqual(runner.wasmtime(path, row));
    });
  });
});
