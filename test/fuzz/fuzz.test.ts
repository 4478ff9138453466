/** Mutated and generated components; `npm run fuzz` goes on for longer, and compares with the reference and with wasmtime. */
import { describe, expect, it } from 'vitest';
import { wasmtimePath } from '../setup/wasmtime.js';
import { readCorpus } from './corpus.js';
import { fuzz } from './fuzz.js';
import { generate } from './generate.js';
import { judge } from './judge.js';
import { Random } from './random.js';
import { builtReference } from './reference.js';

describe('any bytes', () => {
  it('are judged soon and with an error of ours; what is valid links, and its calls fail in no other way', async () => {
    const report = await fuzz({
      inputs: 6000,
      seed: 1,
      reference: builtReference(),
      wasmtime: wasmtimePath(),
      exerciseOne: 20,
      wasmtimeOne: 4,
    });
    expect(report.broken).toEqual([]);
    expect(report.valid).toBeGreaterThan(500);
    expect(report.calls).toBeGreaterThan(50);
    expect(report.outcomes.answer).toBeGreaterThan(10);
    expect(report.outcomes.trap).toBeGreaterThan(10);
  });

  it('are the same for a seed', () => {
    const bytes = (seed: number) => Buffer.from(generate(new Random(seed)).bytes).toString('hex');
    expect(bytes(5)).toBe(bytes(5));
    expect(bytes(5)).not.toBe(bytes(6));
  });
});

describe('what is mutated', () => {
  it('generated components are valid', () => {
    for (let seed = 0; seed < 300; seed++) expect(judge(generate(new Random(seed)).bytes).error).toBe(undefined);
  });

  it('the corpus is there, and some of it is valid', async () => {
    const corpus = await readCorpus();
    expect(corpus.length).toBeGreaterThan(200);
    expect(corpus.filter((it) => judge(it).error === undefined).length).toBeGreaterThan(30);
  });
});
