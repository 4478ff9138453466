import { componentEmbed } from '@bytecodealliance/jco';

/** WIT text as an encoded world: an empty core module that carries it in a custom section.
 * @throws the parser's message, if it does not read the text. */
export async function encodeWit(witSource: string, worldName?: string): Promise<Uint8Array> {
  try {
    return await componentEmbed({ dummy: true, witSource, ...(worldName !== undefined && { world: worldName }) });
  } catch (error) {
    // Thrown as its payload: an object without a stack.
    throw new Error(`${(error as { payload?: string }).payload ?? error}\nin:\n${witSource}`);
  }
}
