import type { Outcome, Row, Topic } from './row.js';

/** The tables of the page: what each guest does, on which ways, and what came of it on all of them. */
export function printTables(topics: readonly Topic[]): string {
  return topics
    .map(({ name, about, rows }) =>
      [
        `### ${name}`,
        '',
        about,
        '',
        '| a guest tries | by | what comes of it |',
        '|---|---|---|',
        ...rows.map(line),
      ].join('\n'),
    )
    .join('\n\n');
}

function line({ what, guests, outcome }: Row): string {
  return `| ${what.replaceAll('|', '\\|')} | ${Object.keys(guests).join(', ')} | ${shown(outcome)} |`;
}

function shown(outcome: Outcome): string {
  if ('answers' in outcome) return 'arrives as it is';
  return `\`${outcome.code}\`: ${outcome.says.trim().replaceAll('|', '\\|')}`;
}
