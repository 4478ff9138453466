/** What a plugin in Go is given comes back: types that the conformance world has not, through generated code and a process. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHost } from '../../../src/index.js';
import { encodeWorld } from '../../../src/toolchain/index.js';
import { camelCase, equalTypes, parseInterfaceId, type World } from '../../../src/wit/index.js';
import { arbitraryValue } from '../../arbitrary/types.js';
import { describeWithGo } from '../../native/go-guests.js';
import { GoModule } from './module.js';

const corpus = fileURLToPath(new URL('../corpus/', import.meta.url));

/** A program that answers every function with its first argument, where that is of the result's type. */
function echoing(face: string, name: string): string {
  const exported = /type Exports struct \{\n([\s\S]*?)\n\}/
    .exec(face)![1]!
    .split('\n')
    .map((it) => it.trim().split(/ +/)[0]!);
  const qualified = (type: string) => type.replace(/(?<![.\w])([A-Z]\w*)/g, `${name}.$1`);
  const parts = exported.map((type) => {
    const body = new RegExp(`type ${type} interface \\{\\n([\\s\\S]*?)\\n\\}`).exec(face)![1]!;
    const methods = [...body.matchAll(/^\t(\w+)\(ctx context\.Context, (\w+) (.+)\) \((.+), error\)$/gm)]
      .filter(([, , , param, result]) => param === result)
      .map(([, method, , param]) => {
        const go = qualified(param!);
        return `func (auto${type}) ${method}(_ context.Context, v ${go}) (${go}, error) { return v, nil }`;
      });
    return `type auto${type} struct{ ${name}.${type} }\n\n${methods.join('\n')}`;
  });
  return `package main

import (
	"context"

	"github.com/hatchway/hatchway/native/go/plugin"

	"generated/${name}"
)

var _ plugin.Option

${parts.join('\n\n')}

func main() {
	${name}.Serve(func(context.Context, *plugin.Instance) (${name}.Exports, error) {
		return ${name}.Exports{${exported.map((type) => `${type}: auto${type}{}`).join(', ')}}, nil
	})
}
`;
}

describeWithGo('what a plugin in Go is given', () => {
  it.each(['fixed-and-maps', 'options', 'tuples', 'sizes', 'primitives', 'joined-cases'])(
    'comes back: %s',
    { timeout: 120_000 },
    async (file) => {
      const encoded = await encodeWorld({ wit: join(corpus, `${file}.wit`) });
      const name = file.replaceAll('-', '');
      const module = new GoModule();
      try {
        module.add(name, encoded);
        const face = await readFile(join(module.folder, name, `${name}.go`), 'utf8');
        module.write('main.go', echoing(face, name));
        module.run('build', '-o', 'program', '.');
        const artifacts = { native: { any: { path: 'program' } }, world: { path: `${name}/world.wasm` } };
        const world = `${encoded.world.package}/${encoded.world.name}`;
        module.write('plugin.json', JSON.stringify({ id: name, version: '0.1.0', world, artifacts }));
        const plugin = await (await createHost()).load(module.folder, { run: true, sandbox: 'off' });
        await using instance = await plugin.instantiate({ imports: importsOf(encoded.world) });
        expect(await giveAndTake(encoded.world, instance.exports)).toBeGreaterThan(2);
      } finally {
        module.remove();
      }
    },
  );
});

/** Every exported function that answers its one argument, with random arguments; gives how many there are. */
async function giveAndTake(world: World, exports: any): Promise<number> {
  let count = 0;
  for (const item of world.exports) {
    if (item.kind !== 'interface') continue;
    for (const { name, type } of item.interface.functions) {
      if (type.params.length !== 1 || type.result === undefined || !equalTypes(type.params[0]!.type, type.result))
        continue;
      count++;
      const scope = exports[item.name] ?? exports[camelCase(parseInterfaceId(item.name)!.name)];
      const same = fc.asyncProperty(arbitraryValue(type.result), async (value) => {
        expect(await scope[camelCase(name)](value)).toEqual(value);
      });
      await fc.assert(same, { numRuns: 15 });
    }
  }
  return count;
}

function importsOf(world: World): any {
  const imports: Record<string, any> = {};
  for (const item of world.imports) {
    if (item.kind !== 'interface') continue;
    const functions = item.interface.functions.map(({ name }) => [camelCase(name), (value: unknown) => value]);
    imports[item.name] = Object.fromEntries(functions);
  }
  return imports;
}
