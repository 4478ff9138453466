import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { jsonSchemas } from '../../scripts/schemas.js';

const folder = new URL('../../schema/', import.meta.url);

describe('the JSON Schemas that are published', () => {
  it.each([...jsonSchemas()])(
    '%s is what the schemas say (npx tsx scripts/schemas.ts writes it)',
    async (name, text) => {
      expect(await readFile(new URL(name, folder), 'utf8')).toBe(text);
    },
  );

  it('are all there is', async () => {
    expect((await readdir(folder)).sort()).toEqual([...jsonSchemas().keys()].sort());
  });

  it('name every key that is read', () => {
    const { properties, $defs } = JSON.parse(jsonSchemas().get('policy.schema.json')!);
    expect(Object.keys(properties)).toEqual(['$schema', 'version', 'defaults', 'unenforced', 'plugins']);
    expect(Object.keys($defs)).toContain('directories');
  });
});
