/** Writes the JSON Schemas that editors check `plugin.json` and `hatchway.policy.json` with: `npx tsx scripts/schemas.ts`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { manifestSchema } from '../src/grants/manifest-schema.js';
import { policySchema } from '../src/grants/policy-schema.js';
import {
  clocks,
  deny,
  directories,
  guestPath,
  hostPath,
  limits,
  random,
  variableName,
  variables,
} from '../src/grants/schema.js';

/** The files of `schema/`, by name. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map([
    [
      'plugin.schema.json',
      print('plugin.json', 'What a plugin is, and what it asks for.', manifestSchema, {
        guestPath,
        variableName,
        limits,
      }),
    ],
    [
      'policy.schema.json',
      print('hatchway.policy.json', 'What plugins may do on this host.', policySchema, {
        guestPath,
        hostPath,
        variableName,
        directories,
        variables,
        clocks,
        random,
        deny,
        limits,
      }),
    ],
  ]);
}

/** @param definitions what stands in several places, and is said once */
function print(
  title: string,
  description: string,
  schema: GenericSchema,
  definitions: Record<string, GenericSchema>,
): string {
  // A check that is a function has no form in JSON Schema: hatchway itself is stricter than the schema there.
  const { $schema, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input', definitions });
  const text = JSON.stringify({ $schema, title, description, ...rest }, null, 2);
  return `${text.replace(/\[\s+("\w+"(?:,\s+"\w+")*)\s+\]/g, (_, words: string) => `[${words.replace(/\s+/g, ' ')}]`)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of jsonSchemas()) await writeFile(new URL(`../schema/${name}`, import.meta.url), text);
}
