/**
 * Parses the modules of a plugin and links them, in a thread of its own: the engine's own module parser needs a flag of Node.
 * Nothing of the plugin runs.
 */

import vm from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';

/** What to parse: texts by file, from the root of the plugin, and how each file's specifiers resolve to others. */
export interface ParseOrder {
  readonly files: ReadonlyMap<string, string>;
  /** Given to link: what each specifier of each file is. */
  readonly links?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The names that modules of the app have, by specifier. */
  readonly given?: ReadonlyMap<string, readonly string[]>;
  readonly entry: string;
}

export interface ParseAnswer {
  /** What each file imports. */
  readonly specifiers: ReadonlyMap<string, readonly string[]>;
  /** What the entry exports; present where the modules were linked. */
  readonly names?: readonly string[];
  readonly error?: { readonly file?: string; readonly message: string };
}

const order = workerData as ParseOrder;
parentPort!.postMessage(await parse(order));

async function parse({ files, links, given, entry }: ParseOrder): Promise<ParseAnswer> {
  // Not declared for the Node these types are of, without the flag.
  const { SourceTextModule, SyntheticModule } = vm as any;
  const modules = new Map<string, any>();
  const specifiers = new Map<string, readonly string[]>();
  for (const [file, text] of files) {
    try {
      const module = new SourceTextModule(text, { identifier: file });
      modules.set(file, module);
      specifiers.set(file, [
        ...new Set<string>(module.dependencySpecifiers ?? module.moduleRequests.map((it: any) => it.specifier)),
      ]);
    } catch (error) {
      return { specifiers, error: { file, message: (error as Error).message } };
    }
  }
  if (links === undefined || given === undefined) return { specifiers };
  const app = new Map([...given].map(([name, names]) => [name, new SyntheticModule([...names], () => {})]));
  try {
    const root = modules.get(entry);
    await root.link((specifier: string, from: { identifier: string }) => {
      const target = links.get(from.identifier)!.get(specifier)!;
      return modules.get(target) ?? app.get(target);
    });
    const names = Reflect.ownKeys(root.namespace).filter((key) => typeof key === 'string');
    return { specifiers, names };
  } catch (error) {
    return { specifiers, error: { message: (error as Error).message } };
  }
}
