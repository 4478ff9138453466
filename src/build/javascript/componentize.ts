/** Makes the component, in a child process: the componentizer needs some 800 MB, and a failure leaves it unusable. */

/** What to make a component of. */
export interface ComponentizeOrder {
  /** The URL of the componentizer's module. */
  readonly module: string;
  /** A folder for whatever it writes. */
  readonly folder: string;
  readonly entry: string;
  readonly witSource: string;
  readonly world: string;
}

export async function componentize({
  module,
  folder,
  entry,
  witSource,
  world,
}: ComponentizeOrder): Promise<Uint8Array> {
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = folder;
  // Paths in the stacks of errors are relative to the working directory.
  process.chdir(folder);
  const { component } = await (await import(module)).componentize({
    sourcePath: entry,
    witWorld: witSource,
    worldName: world,
    // The plugin gets what its world says and nothing of WASI; the clock then stands still and Math.random() repeats.
    disableFeatures: ['stdio', 'random', 'clocks', 'http', 'fetch-event'],
  });
  return component;
}
