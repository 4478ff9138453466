/** Extism: the plugin in AssemblyScript by its kit; what passes is text, here JSON. */
export const title = 'Extism';

export const commands = [
  'npm install @extism/extism @extism/as-pdk json-as assemblyscript typescript @types/node',
  'npx asc plugin.ts -o shout.wasm -O --use abort=plugin/abort --transform json-as/transform',
  'node host.ts',
];

export const files = { 'plugin.ts.txt': 'plugin.ts', 'host.ts.txt': 'host.ts' };
export const generated = [];

export function install({ npm, link, measureModules }) {
  npm(['install', '--no-audit', '--no-fund', '@extism/extism@1.0.3']);
  const measured = measureModules();
  npm(['install', '--no-audit', '--no-fund', '--legacy-peer-deps', '@extism/as-pdk@1.0.0', 'json-as@1.6.0']);
  link('assemblyscript', 'binaryen', 'long');
  return measured;
}

export function walk({ node, script }) {
  const options = ['-O', '--use', 'abort=plugin/abort', '--transform', 'json-as/transform'];
  node(['node_modules/assemblyscript/bin/asc.js', 'plugin.ts', '-o', 'shout.wasm', ...options]);
  return script('host.ts');
}

export const installed = ({ installation }) => installation;

export const host = 'host.ts';
export const mistakes = [
  ['argument', 'JSON.stringify(note)', "JSON.stringify({ ...note, stars: '3' })"],
  ['field', 'answer?.json() as Note', 'answer?.json().titel'],
  [
    'import',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a program
    'line: bigint) => console.log(`log: ${context.read(line)?.text()}`)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a program
    'line: string) => console.log(`log: ${line}`)',
  ],
  ['error type', '(error as Error).message.toUpperCase()', '(error as { message: number }).message.toFixed()'],
];
export const check = ({ tsc }) => tsc('host.ts');
