/** Parts of pages that tests write, between two markers; the rest is written by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/**
 * Has the page say `text` between the markers of `name`: writes it there with `UPDATE=1`, and fails where it says anything else.
 * @param page its path from the root of the checkout
 */
export function expectSection(page: string, name: string, text: string): void {
  const url = new URL(`../../${page}`, import.meta.url);
  const [begin, end] = [`<!-- ${name}: written by the tests -->`, `<!-- end of ${name} -->`];
  const before = readFileSync(url, 'utf8');
  const [head, rest] = before.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`${page} has no section ${name}`);
  const written = `${head}${begin}\n\n${text}\n\n${end}${tail}`;
  if (process.env.UPDATE) writeFileSync(url, written);
  expect(before).toBe(written);
}
