/** What hatchway says of an artifact, without running anything of it. */
import { analyze } from '../../src/component/analyze/index.js';
import { decodeComponent } from '../../src/component/binary/index.js';
import { type ErrorCode, HatchwayError } from '../../src/errors/index.js';

export interface Judgement {
  /** Absent where it is valid. */
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  /** Some core module of it is not valid to the engine. */
  readonly engine?: true;
  /** An error that is not ours: a bug, whatever the artifact. */
  readonly foreign?: string;
  readonly milliseconds: number;
}

const REFUSALS: readonly ErrorCode[] = ['malformed', 'invalid', 'unsupported', 'core-module'];

export function judge(bytes: Uint8Array): Judgement {
  const started = performance.now();
  const after = () => performance.now() - started;
  try {
    const { modules } = analyze(decodeComponent(bytes));
    const milliseconds = after();
    const valid = modules.every((module) => WebAssembly.validate(module.bytes as BufferSource));
    return { milliseconds, ...(!valid && { engine: true }) };
  } catch (error) {
    if (error instanceof HatchwayError && REFUSALS.includes(error.code)) {
      return { milliseconds: after(), error: { code: error.code, message: error.message } };
    }
    return { milliseconds: after(), foreign: error instanceof Error ? `${error.stack}` : String(error) };
  }
}
