import { REFUSED, type Row, type Topic } from './attempts.js';

/** The page: each attempt with what came of it, which was the same on every runtime that could try it. */
export class AttackTable {
  readonly #runtimes = new Map<Row, Set<string>>();

  constructor(
    private readonly topics: readonly Topic[],
    private readonly runtimes: readonly string[],
  ) {}

  /** A row came out as it says, on a runtime. */
  held(row: Row, runtime: string): void {
    const known = this.#runtimes.get(row) ?? new Set();
    this.#runtimes.set(row, known.add(runtime));
  }

  print(): string {
    const sections = this.topics.map((topic) =>
      [
        `### ${topic.name}`,
        '',
        `| attempt | granted | with the grant | ${REFUSED.has(topic) ? 'refused' : 'with nothing granted'} | holds on |`,
        '|---|---|---|---|---|',
        ...topic.rows.map((row) => this.#line(row)),
      ].join('\n'),
    );
    return sections.join('\n\n');
  }

  #line(row: Row): string {
    const { what, grant, granted, refused, denials } = row;
    const recorded = [...new Set(denials?.refused ?? [])].map((kind) => `, denial of \`${kind}\``).join('');
    const again = [...new Set(denials?.granted ?? [])].map((kind) => `, denial of \`${kind}\``).join('');
    const words = grant === undefined ? '' : Object.keys(grant).join(', ');
    const held = this.runtimes.filter((name) => this.#runtimes.get(row)?.has(name)).map((name) => this.#number(name));
    const cells = [
      what,
      words,
      granted === undefined ? '' : code(granted) + again,
      code(refused) + recorded,
      held.join(', '),
    ];
    return `| ${cells.join(' | ')} |`;
  }

  #number(runtime: string): number {
    return this.runtimes.indexOf(runtime) + 1;
  }
}

/** What a single command answers is its error, or what it printed. */
function code(text: string): string {
  const failed = /^[\w-]+: {2}\[([^\]]*)\], exit code 1$/.exec(text)?.[1];
  const answer = failed ?? text.replace(/^[\w-]+:$/, 'done');
  return `\`${answer.replaceAll('|', '\\|')}\``;
}
