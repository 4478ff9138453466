import { hatchwayError, quote } from '../../errors/index.js';
import { camelCase, parseFunctionName, parseInterfaceId, pascalCase } from '../../wit/index.js';
import type { Entity } from '../analyze/index.js';

/** What a component exports, with the names it has in JavaScript: prepared once for all instances. */
export type ExportName =
  | { readonly kind: 'func'; readonly name: string; readonly key: string }
  | { readonly kind: 'resource'; readonly name: string; readonly key: string }
  | {
      readonly kind: 'interface';
      readonly name: string;
      /** The short name, where it is this interface's alone and no function's or type's. */
      readonly short: string | undefined;
      readonly members: readonly ExportName[];
    };

/**
 * @throws HatchwayError `unsupported` for names that cannot be served: `then`, which would make `await` call the guest, and
 * two that come to the same name.
 */
export function exportNames(exports: ReadonlyMap<string, Entity>): ExportName[] {
  checkNames(exports);
  const names: ExportName[] = [];
  const taken = new Set(['then', 'of']);
  for (const [name, entity] of exports) {
    if (entity.kind === 'func' && parseFunctionName(name).kind === 'free') {
      const key = camelCase(name);
      names.push({ kind: 'func', name, key: key === 'of' ? 'of_' : key });
    } else if (entity.kind === 'type' && entity.entry.kind === 'resource') {
      names.push({ kind: 'resource', name, key: pascalCase(name) });
    }
  }
  for (const it of names) if (it.kind !== 'interface') taken.add(it.key);
  const short = shortNames(exports, taken);
  for (const [name, entity] of exports) {
    if (entity.kind !== 'instance') continue;
    names.push({ kind: 'interface', name, short: short.get(name), members: exportNames(entity.shape.exports) });
  }
  return names;
}

function checkNames(exports: ReadonlyMap<string, Entity>): void {
  const seen = new Map<string, string>();
  const claim = (key: string, name: string) => {
    const other = seen.get(key);
    if (other !== undefined) {
      throw hatchwayError('unsupported', `the exports ${quote(other)} and ${quote(name)} have one name in JavaScript`, {
        mend: 'Rename one.',
      });
    }
    seen.set(key, name);
  };
  for (const [name, entity] of exports) {
    if (entity.kind === 'type' && entity.entry.kind === 'resource') claim(pascalCase(name), name);
    if (entity.kind !== 'func') continue;
    const parsed = parseFunctionName(name);
    const key = camelCase(parsed.name);
    if (key === 'then') {
      throw hatchwayError('unsupported', `the export ${quote(name)} would make its owner a promise`, {
        mend: 'Rename it.',
      });
    }
    claim(parsed.kind === 'free' ? key : `${parsed.kind} ${parsed.resource} ${key}`, name);
  }
}

function shortNames(exports: ReadonlyMap<string, Entity>, taken: ReadonlySet<string>): ReadonlyMap<string, string> {
  const owners = new Map<string, string[]>();
  for (const [name, entity] of exports) {
    if (entity.kind !== 'instance') continue;
    const key = camelCase(parseInterfaceId(name)?.name ?? name);
    owners.set(key, [...(owners.get(key) ?? []), name]);
  }
  const result = new Map<string, string>();
  for (const [key, names] of owners) {
    if (names.length === 1 && !taken.has(key) && key !== names[0]) result.set(names[0]!, key);
  }
  return result;
}
