/** Strings in every encoding: what goes in comes out, made well formed on the way. */
import { describe, expect, it } from 'vitest';
import { instantiate } from './support.js';

const ENCODINGS = ['utf8', 'utf16', 'latin1+utf16'] as const;

/** `echo` answers its argument; `size` the length that the guest was given, in the encoding's units; `grow` grows memory first. */
const wat = (encoding: string) => `(component
  (core module $M
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 64))
    (func (export "realloc") (param $old i32) (param $was i32) (param $align i32) (param $size i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (loop $grow
        (if (i32.gt_u (global.get $next) (i32.mul (memory.size) (i32.const 65536)))
          (then (drop (memory.grow (i32.const 1))) (br $grow))))
      (local.get $at))
    (func (export "reset") (param i32) (global.set $next (i32.const 64)))
    (func (export "pair") (param i32 i32) (result i32)
      (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1)) (i32.const 0))
    (func (export "size") (param i32 i32) (result i32) (local.get 1)))
  (core instance $m (instantiate $M))
  (alias core export $m "memory" (core memory $memory))
  (alias core export $m "realloc" (core func $realloc))
  (alias core export $m "reset" (core func $reset))
  (func (export "echo") (param "s" string) (result string)
    (canon lift (core func $m "pair") (memory $memory) (realloc $realloc) (post-return $reset) string-encoding=${encoding}))
  (func (export "echo-all") (param "s" (list string)) (result (list string))
    (canon lift (core func $m "pair") (memory $memory) (realloc $realloc) (post-return $reset) string-encoding=${encoding}))
  (func (export "size") (param "s" string) (result u32)
    (canon lift (core func $m "size") (memory $memory) (realloc $realloc) string-encoding=${encoding})))`;

const long = (text: string) => text.repeat(5000);
const TEXTS: readonly [what: string, text: string, comes?: string][] = [
  ['nothing', ''],
  ['ASCII', 'hello'],
  ['control characters', '\0\u0001\u007f'],
  ['latin1', 'né ÿ\u0080'],
  ['beyond latin1', 'Ā ∞ 漢字'],
  ['astral', '🦜 \u{10ffff} 𝄞'],
  ['a byte order mark, kept', '\ufeffabc'],
  ['nothing but a byte order mark', '\ufeff'],
  ['a byte order mark inside', 'a\ufeffb'],
  ['the other byte order mark', '\ufffe'],
  ['noncharacters', '\uffff\ufdd0\u{1fffe}'],
  ['23 characters', 'a'.repeat(23)],
  ['24 characters', 'a'.repeat(24)],
  ['25 characters', 'a'.repeat(25)],
  ['24 characters of two bytes', 'é'.repeat(24)],
  ['24 characters of three bytes', '∞'.repeat(24)],
  ['12 astral characters', '🦜'.repeat(12)],
  ['long ASCII', long('abcdefg')],
  ['long latin1', long('é')],
  ['long beyond latin1', long('∞é')],
  ['long astral', long('🦜')],
  ['latin1 until the last character', `${long('é')}∞`],
  ['a pair across the chunks that are read at once', `${'a'.repeat(4095)}🦜`],
  ['a lone high surrogate', 'a\ud83e', 'a\ufffd'],
  ['a lone low surrogate', '\udd9cb', '\ufffdb'],
  ['surrogates in the wrong order', '\udd9c\ud83e', '\ufffd\ufffd'],
  ['a lone surrogate in a long string', `${long('a')}\ud800`, `${long('a')}\ufffd`],
  ['a lone surrogate before a pair', '\ud83e🦜', '\ufffd🦜'],
];

describe.each(ENCODINGS)('in %s', (encoding) => {
  it.each(TEXTS)('%s', async (_what, text, comes = text) => {
    const { sync } = await instantiate(wat(encoding));
    expect(sync.echo(text)).toBe(comes);
    expect(sync.echo(text)).toBe(comes);
    expect(sync.echoAll([text, '', text])).toEqual([comes, '', comes]);
  });

  it('lengths are in the units of the encoding', async () => {
    const { sync } = await instantiate(wat(encoding));
    const sizes = ['', 'abc', 'é', '∞', '🦜'].map((text) => sync.size(text));
    const tag = 2 ** 31;
    expect(sizes).toEqual(
      { utf8: [0, 3, 2, 3, 4], utf16: [0, 3, 1, 1, 2], 'latin1+utf16': [0, 3, 1, tag + 1, tag + 2] }[encoding],
    );
  });

  it('a list of many strings, while the guest grows its memory', async () => {
    const { sync } = await instantiate(wat(encoding));
    const all = Array.from({ length: 3000 }, (_, i) => `${i} ∞ ${'x'.repeat(i % 60)}`);
    expect(sync.echoAll(all)).toEqual(all);
  });
});
