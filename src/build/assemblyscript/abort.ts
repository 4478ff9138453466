import { TRAP_REPORT } from '../../component/index.js';

/** The file without `.ts`, beside the bindings, with what runs in place of AssemblyScript's `abort`. No name of WIT begins like it. */
export const ABORT_FILE = '__abort';

/** Its text: the message, the file and the place are kept as they are, because there may be no memory for more. */
export function abortSource(): string {
  const bytes = [...TRAP_REPORT.marker, ...new Array(TRAP_REPORT.size - TRAP_REPORT.marker.length).fill(0)];
  return `
const report = memory.data<u8>([${bytes}]);

function keep(at: usize, text: string | null): void {
  if (text === null) return;
  store<usize>(at, changetype<usize>(text));
  store<i32>(at, text.length << 1, 4);
}

function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  keep(report + 20, message);
  keep(report + 28, file);
  store<u32>(report, line, 36);
  store<u32>(report, column, 40);
  store<u32>(report, 1, 16);
}
`;
}
