/** An app with one native plugin, for a test to kill: says on standard output how far it is. */
import { createHost } from '../../src/index.js';

const [folder, stage] = process.argv.slice(2);
const host = await createHost();
const plugin = await host.load(folder!, { run: true, sandbox: 'off' });
console.log('starting');
const imports = { 'test:chaos/host': { ask: () => new Promise(() => {}) } };
const instance = await plugin.instantiate({ imports, limits: { timeout: false } });
console.log('serving');
if (stage === 'in a call') {
  void instance.exports.api.echo('hello');
  setTimeout(() => console.log('calling'), 50);
}
if (stage === 'ends') process.exitCode = 0;
else setInterval(() => {}, 1000);
