import type { WitSyntaxError } from './wit-error.js';
import { type Token, tokenize } from './wit-lexer.js';
import type { Block } from './wit-parser.js';
import { type ParsedText, placeOf } from './wit-source.js';

/**
 * Where the name is that jco's parser complains of: it says what is wrong, in a sentence such as ``name `x` does not exist``,
 * and not where. `undefined` where the sentence names nothing that is found in the files.
 */
export function placeOfComplaint(message: string, files: readonly ParsedText[]): string | undefined {
  const quoted = /[`'"]([^`'"]+)[`'"]/.exec(message)?.[1];
  if (quoted === undefined) return undefined;
  const wanted = namesOf(quoted);
  const repeated = /conflicts|duplicate|defined|more than once|shadow/.test(message);
  const places = files.flatMap((file) => occurrences(file, wanted).map((token) => ({ file, token })));
  const place =
    repeated && places.length > 1
      ? secondOfOneBlock(places)
      : (places.find(({ file, token }) => !isDeclared(blockAround(file, token), quoted)) ?? places[0]);
  return place && placeOf(place.file, place.token.start);
}

type Place = { readonly file: ParsedText; readonly token: Token };

function namesOf(text: string): string[] {
  try {
    return tokenize(text)
      .filter(({ kind }) => kind !== 'end')
      .map((token) => token.text);
  } catch (error) {
    void (error as WitSyntaxError);
    return [text];
  }
}

function occurrences({ text }: ParsedText, wanted: readonly string[]): Token[] {
  const tokens = tokenize(text);
  return tokens.filter((_, i) => wanted.every((name, n) => tokens[i + n]?.text === name));
}

function secondOfOneBlock(places: readonly Place[]): Place {
  const second = places.find((place, i) => {
    const block = blockAround(place.file, place.token);
    return places.slice(0, i).some((other) => block !== undefined && blockAround(other.file, other.token) === block);
  });
  return second ?? places[0]!;
}

function blockAround({ parsed }: ParsedText, { start, end }: Token): Block | undefined {
  const blocks = [...parsed.blocks, ...parsed.packages.flatMap((nested) => nested.blocks)];
  return blocks.find((block) => block.start <= start && end <= block.end);
}

/** Whether a name is one that the block gives to something, so that its mention there is no mistake. */
function isDeclared(block: Block | undefined, name: string): boolean {
  return block?.items.some((item) => item.name === name && item.kind !== 'use') ?? false;
}
