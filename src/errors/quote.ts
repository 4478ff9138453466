/**
 * Text from outside (a plugin's names, a caller's values), made safe to show: control characters, line breaks and bidirectional
 * overrides escaped, cut at `limit` characters (default 80). Never put such text on a terminal or in a log without it.
 */
export function quote(text: string, limit = 80): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return `"${cut.replace(/["\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeCharacter)}"`;
}

/**
 * A sentence that is not ours, such as the engine's, which may hold names from outside: escaped like `quote`, without quotes,
 * cut at `limit` characters (default 300).
 */
export function escapeText(text: string, limit = 300): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
