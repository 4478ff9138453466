/** go-plugin's own host and plugin, both in Go, which do what they are told as often as they are told. */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goModule } from '../../test/native/go-guests.js';
import type { Batch, Subject } from '../measure.js';

const source = fileURLToPath(new URL('../peers/go-plugin', import.meta.url));

/** What its host can be told to do; see `bench/peers/go-plugin/host`. */
export type Todo = 'call' | 'flight' | 'callback' | 'kept' | 'start';

export function goPlugin(
  name: string,
  todo: Todo,
  options: { readonly mtls?: true; readonly warm?: number } = {},
): Subject {
  return {
    name,
    prepare: async () => {
      const batch = await goHost(todo, options.mtls ? ['-mtls'] : []);
      await batch(options.warm ?? 1000);
      return batch;
    },
  };
}

/** A host that ends with this process. It is told by a line, which is in the figures, and is little beside a turn. */
async function goHost(todo: Todo, flags: readonly string[]): Promise<Batch> {
  const folder = await built();
  const child = spawn(join(folder, 'host'), [...flags, join(folder, 'plugin')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const pipes = [child.stdin, child.stdout] as unknown as Socket[];
  let settle: (ended: boolean) => void = () => {};
  // One line for each that it was told.
  child.stdout.on('data', () => settle(false));
  child.stdout.on('end', () => settle(true));
  child.stdin.on('error', () => settle(true));
  child.unref();
  for (const pipe of pipes) pipe.unref();
  return async (n) => {
    for (const pipe of pipes) pipe.ref();
    const ended = await new Promise<boolean>((resolve) => {
      settle = resolve;
      child.stdin.write(`${todo} ${n}\n`);
    });
    for (const pipe of pipes) pipe.unref();
    if (ended) throw new Error('the host of go-plugin has ended');
  };
}

async function built(): Promise<string> {
  try {
    return await goModule(source);
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(stderr ? `it could not be built: ${stderr.trim().split('\n').at(-1)}` : message);
  }
}
