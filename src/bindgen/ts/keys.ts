import { camelCase, parseInterfaceId, pascalCase } from '../../wit/index.js';
import { literal } from './lines.js';
import type { InterfacePlan } from './plan.js';

/** The keys under which the exports of an instance have their interfaces: each by its full id, and by its short name where
 * that is its alone. */
export function exportKeys(exported: readonly InterfacePlan[]): { key: string; plan: InterfacePlan }[] {
  const taken = new Set(['then', 'of']);
  for (const { name, functions, resources } of exported) {
    if (name !== '') continue;
    for (const func of functions) taken.add(camelCase(func.name));
    for (const { definition } of resources) taken.add(pascalCase(definition.name));
  }
  const named = exported.filter((it) => it.name !== '');
  const short = named.map((it) => camelCase(parseInterfaceId(it.name)?.name ?? it.name));
  return named.flatMap((plan, i) => {
    const key = short[i]!;
    const alone = short.filter((other) => other === key).length === 1 && !taken.has(key) && key !== plan.name;
    return [...(alone ? [{ key, plan }] : []), { key: quoted(plan.name), plan }];
  });
}

/** The keys under which the app offers interfaces: their ids without a version, which any compatible plugin finds, and with
 * it where two would be the same. */
export function importKeys(imported: readonly InterfacePlan[]): { key: string; plan: InterfacePlan }[] {
  const bare = imported.map(({ name }) => {
    const id = parseInterfaceId(name);
    return id === undefined ? camelCase(name) : `${id.package}/${id.name}`;
  });
  return imported.map((plan, i) => {
    const alone = bare.filter((other) => other === bare[i]).length === 1;
    return { key: quoted(alone ? bare[i]! : plan.name), plan };
  });
}

function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : literal(name);
}
