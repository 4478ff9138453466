/** Where the Go toolchain is. */
import { spawnSync } from 'node:child_process';

/** The oldest Go that builds the plugins. */
export const GO_VERSION = '1.24';

/** The go command: what `HATCHWAY_GO` names, on the PATH, or where its installer puts it. `undefined` if there is none that is new enough. */
export function findGo(): string | undefined {
  return [process.env.HATCHWAY_GO ?? 'go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'].find((command) => {
    const { stdout } = spawnSync(command, ['version'], { encoding: 'utf8' });
    const found = /go(\d+)\.(\d+)/.exec(stdout ?? '');
    const [major, minor] = GO_VERSION.split('.').map(Number) as [number, number];
    if (found === null) return false;
    return Number(found[1]) > major || (Number(found[1]) === major && Number(found[2]) >= minor);
  });
}
