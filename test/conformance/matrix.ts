import type { Group } from './rows.js';
import type { Face } from './subject.js';

/** What came of every row in every language. A cell that nothing was heard of has failed. */
export class Matrix {
  readonly #held = new Set<string>();
  #asked = 0;
  readonly #notes = new Map<string, Set<string>>();

  constructor(
    private readonly groups: readonly Group[],
    private readonly languages: readonly { readonly name: string; readonly faces: readonly Face[] }[],
  ) {}

  /** Whether every cell was asked for: not so when the command line names some tests. */
  get complete(): boolean {
    const rows = this.groups.flatMap((it) => it.rows).length;
    return this.#asked === rows * this.languages.flatMap((it) => it.faces).length;
  }

  /** Fills a cell with what comes of a check. */
  async fill(row: string, language: string, face: Face, check: () => Promise<void>): Promise<void> {
    this.#asked++;
    await check();
    this.#held.add(`${row}|${language}|${face}`);
  }

  /** That something was left out of a cell. */
  note(row: string, language: string, reason: string): void {
    const key = `${row}|${language}`;
    const notes = this.#notes.get(key) ?? new Set();
    this.#notes.set(key, notes.add(reason));
  }

  /** Why something was left out of some cell. */
  get reasons(): ReadonlySet<string> {
    return new Set([...this.#notes.values()].flatMap((it) => [...it]));
  }

  /** The page. */
  print(): string {
    const reasons: string[] = [];
    const cell = (row: string, { name: language, faces }: { name: string; faces: readonly Face[] }) => {
      const mark = faces.every((face) => this.#held.has(`${row}|${language}|${face}`)) ? '✓' : '✗';
      const marks = [...(this.#notes.get(`${row}|${language}`) ?? [])].map((reason) => {
        if (!reasons.includes(reason)) reasons.push(reason);
        return reasons.indexOf(reason) + 1;
      });
      return marks.length === 0 ? mark : `${mark} (${marks.sort().join(', ')})`;
    };
    const tables = this.groups.map(({ name, rows }) =>
      [
        `## ${name[0]!.toUpperCase()}${name.slice(1)}`,
        '',
        `| | ${this.languages.map((it) => it.name).join(' | ')} |`,
        `|---|${this.languages.map(() => '---|').join('')}`,
        ...rows.map((row) => `| ${row.name} | ${this.languages.map((it) => cell(row.name, it)).join(' | ')} |`),
      ].join('\n'),
    );
    const notes = reasons.map((reason, i) => `${i + 1}. ${reason}`).join('\n');
    return `${[HEAD, ...tables, NOTES, notes].join('\n\n')}\n`;
  }
}

const HEAD = `# Conformance

What every implementation of the world in [wit/conformance.wit](../wit/conformance.wit) must do alike, and does: ✓ is a row that
holds by the synchronous face and by the asynchronous one (native plugins have only that), ✗ one that does not. A number says what was left out of a row, or
why it fails.

This page is written by the tests (\`UPDATE=1 npx vitest run test/conformance\`), which fail when it says anything else.`;

const NOTES = `## What was left out

These fail for reasons outside of hatchway: they fail alike without it. The tests make sure that they still do.`;
