/** What plugins in JavaScript do, in small: what the engine inside the component is asked to do, not the component itself. */

export function numbers(size) {
  let sum = 1;
  for (let i = 0; i < size; i++) sum = (Math.imul(sum ^ i, 16777619) + (i % 7)) | 0;
  return sum >>> 0;
}

class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
  plus(other) {
    return new Point(this.x + other.x, this.y ^ other.y);
  }
}

export function objects(size) {
  const points = [];
  for (let i = 0; i < size; i++) points.push(new Point(i, i * 3));
  const byX = new Map(points.map((point) => [point.x % 17, point]));
  let sum = new Point(0, 0);
  for (const point of points.sort((a, b) => (a.y % 13) - (b.y % 13))) sum = sum.plus(byX.get(point.x % 17));
  return (sum.x ^ sum.y) >>> 0;
}

export function text(size) {
  const lines = [];
  for (let i = 0; i < size; i++)
    lines.push(JSON.stringify({ id: `m${i}`, level: i % 3 === 0 ? 'error' : 'info', text: `line ${i}` }));
  const errors = lines
    .join('\n')
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ level }) => level === 'error');
  return errors.reduce((sum, { id, text }) => sum + id.length + text.toUpperCase().indexOf(' '), 0);
}

export function patterns(size) {
  let found = 0;
  for (let i = 0; i < size; i++) {
    const line = `2026-11-${10 + (i % 20)} user${i}@example.org token=${i * 7919} done`;
    found += line.replace(/(?:password|token)=(\d+)/g, (_, digits) => '*'.repeat(digits.length)).length;
    if (/^(\d+)-(\d+)-(\d+)\s+(\w+)@([\w.]+)/.test(line)) found++;
  }
  return found;
}
