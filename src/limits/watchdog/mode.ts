/** `(module (memory 0) (memory 0))` */
const TWO_MEMORIES = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x05, 0x05, 0x02, 0, 0, 0, 0);

/** How this engine can have guests stopped: by a flag in a second memory where a module may have one. */
export function engineInterruption(): 'epoch' | 'fuel' {
  return WebAssembly.validate(TWO_MEMORIES) ? 'epoch' : 'fuel';
}
