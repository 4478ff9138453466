import type { Result } from './row.js';

/** The results as a markdown table. */
export function markdown(results: readonly Result[]): string {
  const lines = ['| what | by | figure | ratio | goal | met |', '|---|---|--:|--:|---|---|'];
  for (const { title, unit, figures, goals } of results) {
    const verdict = ({ measured, unit: own, met }: Result['goals'][number]) => {
      if (measured === undefined) return '–';
      const plain = unit === 'ns' ? factor(measured) : show(measured, unit);
      const shown = own === undefined ? plain : `${measured.toFixed(1)} ${own}`;
      return met === undefined ? shown : `${met ? 'yes' : '**no**'}: ${shown}`;
    };
    figures.forEach(({ subject, value, ratio, unavailable }, index) => {
      const goal = goals.filter(({ text }) => text.startsWith(`${subject} `));
      const cells = [
        index === 0 ? title : '',
        subject,
        value === undefined ? `– (${unavailable?.replaceAll('|', '/')})` : show(value, unit),
        ratio === undefined ? '' : index === 0 ? '1' : factor(ratio),
        goal.map(({ text }) => text.slice(subject.length + 1)).join('; '),
        goal.map(verdict).join('; '),
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    });
    // Those that are no single figure's.
    for (const goal of goals) {
      if (figures.some(({ subject }) => goal.text.startsWith(`${subject} `))) continue;
      lines.push(`| | | | | ${goal.text} | ${verdict(goal)} |`);
    }
  }
  return lines.join('\n');
}

function factor(ratio: number): string {
  return `${ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)}×`;
}

function show(value: number, unit: Result['unit']): string {
  if (unit === 'KB') return `${value.toFixed(1)} KB`;
  if (value < 1e3) return `${value.toFixed(1)} ns`;
  if (value < 1e6) return `${(value / 1e3).toFixed(1)} µs`;
  return `${(value / 1e6).toFixed(1)} ms`;
}
