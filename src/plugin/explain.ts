/** What a plugin says that was started by a person. */
export function explain(world: string): string {
  return `This program is a hatchway plugin: it implements ${world}, and serves it to the app that starts it.

To try it from here, name its folder:

    hatchway run --allow-run --sandbox=off FOLDER --invoke 'f("x")'

From an app:

    const plugin = await host.load('FOLDER', { run: true, sandbox: 'off' });
`;
}
