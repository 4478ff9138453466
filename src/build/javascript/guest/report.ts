/** Is told what ends the plugin. */
export type Report = (message: string) => void;

/**
 * A place in the plugin's memory, which the host finds by its marker, for the text of what ends the plugin: there is no other
 * way out for it. It is made when the plugin is built, and stays where it is.
 * @param size bytes of the report before its text, as `TRAP_REPORT` has it.
 */
export function createReport(marker: readonly number[], size: number): Report {
  const limit = 500;
  // A buffer of its own, and not a small one: those move.
  const buffer = new ArrayBuffer(size + 2 * limit);
  new Uint8Array(buffer).set(marker);
  const fields = new DataView(buffer);
  return (message) => {
    const length = Math.min(message.length, limit);
    for (let i = 0; i < length; i++) fields.setUint16(size + 2 * i, message.charCodeAt(i), true);
    fields.setUint32(24, 2 * length, true);
    fields.setUint32(16, 1, true);
  };
}
