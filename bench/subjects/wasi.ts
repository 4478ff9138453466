/** A component that imports every function of WASI 0.2 and does nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { componentEmbed, componentNew } from '@bytecodealliance/jco';
import type { World } from 'hatchway';

const folder = new URL('../../wit/wasi/', import.meta.url);

/** The interfaces that a command would be given; `incoming-handler` is one that a server exports. */
export async function allOfWasi(): Promise<Uint8Array> {
  const imports: string[] = [];
  const packages: string[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const text = await readFile(new URL(file, folder), 'utf8');
    const [, name, version] = /^package ([^@;]+)@([^;]+);/.exec(text)!;
    packages.push(text.replace(/^package ([^;]+);/, 'package $1 {').concat('}'));
    for (const [, it] of text.matchAll(/^interface ([\w-]+) \{/gm)) {
      if (it !== 'incoming-handler' && it !== 'run') imports.push(`import ${name}/${it}@${version};`);
    }
  }
  const witSource = `package bench:wasi;\nworld all {\n${imports.join('\n')}\n}\n${packages.join('\n')}`;
  return componentNew(await componentEmbed({ dummy: true, witSource, world: 'all' }));
}

/** Implementations of everything, which are never called. */
export function stubs(world: World): Record<string, object> {
  const imports: Record<string, Record<string, unknown>> = {};
  for (const item of world.imports) {
    if (item.kind !== 'interface') continue;
    const members: Record<string, unknown> = {};
    imports[item.name] = members;
    for (const { name } of item.interface.functions) {
      const [, kind, resource, method] = /^\[(\w+)\]([^.]+)(?:\.(.+))?$/.exec(name) ?? [];
      if (kind === undefined) {
        members[camelCase(name)] = () => 0;
        continue;
      }
      const owner = pascalCase(resource!);
      members[owner] ??= class {};
      const type = members[owner] as { prototype: object };
      if (kind === 'constructor') continue;
      const target = kind === 'static' ? type : type.prototype;
      Object.defineProperty(target, camelCase(method!), { value: () => 0 });
    }
  }
  return imports;
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel[0]!.toUpperCase() + camel.slice(1);
}
