/** What a terminal or a log must not get as it is. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const UNPRINTABLE_UNITS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text as a string of JSON, with everything unprintable escaped. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replace(UNPRINTABLE_UNITS, escapeUnits);
}

/** A text as a string of JavaScript. */
export function jsString(text: string): string {
  const inner = jsonString(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** A text as a key of a JavaScript object. */
export function jsKey(text: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(text) ? text : jsString(text);
}

/** A text as one word of a POSIX shell; bash's `$'…'` where it has something unprintable. */
export function shellWord(text: string): string {
  if (/^[\w./:@%+=,-]+$/.test(text)) return text;
  if (!UNPRINTABLE.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  // As bytes: what `\u` makes depends on the locale of the shell.
  const inner = text.replace(/[\\']/g, '\\$&').replace(UNPRINTABLE_UNITS, (character) => {
    return [...new TextEncoder().encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });
  return `$'${inner}'`;
}

function escapeUnits(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return escaped;
}
