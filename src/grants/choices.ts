import type { ClocksChoice, Layer, RandomChoice, Said } from './layer.js';
import type { ClocksGrant, RandomGrant } from './model.js';
import type { Problems } from './problems.js';

/** What clocks say when all layers have spoken. Silence leaves them on. @param layers the most privileged first */
export function meetClocks(layers: readonly Layer[], now: number, problems: Problems): ClocksGrant {
  const said = [...saidOf(layers, 'clocks')];
  const refused = refusalOf(layers, 'clocks') ?? said.find(({ value }) => value.kind === 'refused')?.rule;
  if (refused !== undefined) return { kind: 'refused', rule: refused };
  let dated: Said<ClocksChoice & { kind: 'frozen' }> | undefined;
  let frozen = false;
  let resolution = 1;
  for (const { value, rule } of said) {
    if (value.kind === 'real') resolution = Math.max(resolution, value.resolution);
    if (value.kind !== 'frozen') continue;
    frozen = true;
    if (value.at === undefined) continue;
    if (dated === undefined) dated = { value, rule };
    else if (dated.value.at !== value.at) problems.add(rule, `clocks stop at another time in ${dated.rule}`, REPEAT);
  }
  return frozen ? { kind: 'frozen', at: dated?.value.at ?? now } : { kind: 'real', resolution };
}

/** Where random bytes come from when all layers have spoken. Silence leaves them on. */
export function meetRandom(layers: readonly Layer[], problems: Problems): RandomGrant {
  const said = [...saidOf(layers, 'random')];
  const refused = refusalOf(layers, 'random') ?? said.find(({ value }) => value.kind === 'refused')?.rule;
  if (refused !== undefined) return { kind: 'refused', rule: refused };
  let seeded: Said<RandomChoice & { kind: 'seeded' }> | undefined;
  for (const { value, rule } of said) {
    if (value.kind !== 'seeded') continue;
    if (seeded === undefined) seeded = { value, rule };
    else if (seeded.value.seed !== value.seed) problems.add(rule, `random has another seed in ${seeded.rule}`, REPEAT);
  }
  return seeded === undefined ? { kind: 'secure' } : seeded.value;
}

const REPEAT = 'Leave it away, or repeat that one.';

function* saidOf<W extends 'clocks' | 'random'>(layers: readonly Layer[], word: W): Generator<NonNullable<Layer[W]>> {
  for (const layer of layers) if (layer[word] !== undefined) yield layer[word] as NonNullable<Layer[W]>;
}

function refusalOf(layers: readonly Layer[], word: 'clocks' | 'random'): string | undefined {
  for (const { deny } of layers) if (deny.words.has(word)) return deny.words.get(word);
  return undefined;
}
