import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

/** Copies a constant expression, with the globals that moved. */
export function copyConstant(reader: Reader, out: Writer, moved: (global: number) => number): void {
  for (;;) {
    const start = reader.at;
    const code = reader.byte();
    switch (code) {
      case 0x0b:
        out.byte(code);
        return;
      case 0x23:
        out.byte(code);
        out.u32(moved(reader.u32()));
        continue;
      case 0x41: // i32.const
      case 0x42: // i64.const
      case 0xd2: // ref.func
        reader.skipInteger();
        break;
      case 0x43: // f32.const
        reader.skip(4);
        break;
      case 0x44: // f64.const
        reader.skip(8);
        break;
      case 0xd0: // ref.null
        reader.heapType();
        break;
      case 0xfd: // v128.const
        if (reader.u32() !== 12) reader.fail('unknown instruction in a constant expression', start);
        reader.skip(16);
        break;
      case 0x6a: // i32.add, .sub, .mul and the same of i64
      case 0x6b:
      case 0x6c:
      case 0x7c:
      case 0x7d:
      case 0x7e:
        break;
      case 0xfb:
        reader.refuse('garbage-collected types', start);
        break;
      default:
        reader.fail(`unknown instruction 0x${code.toString(16)} in a constant expression`, start);
    }
    out.copy(reader.bytes, start, reader.at);
  }
}
