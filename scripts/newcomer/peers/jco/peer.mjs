/** jco: the plugin in JavaScript, for there is nothing for AssemblyScript; transpiled for the host, with its imports typed. */
export const title = 'jco';

export const commands = [
  'npm install @bytecodealliance/jco @bytecodealliance/componentize-js typescript @types/node',
  // Neither `jco componentize` nor `componentize-js` found the WIT by its path where this was tried.
  'node build.mjs',
  'npx jco transpile plugin.wasm -o plugin --instantiation async',
  'node host.ts',
];

export const files = {
  '../../notes.wit': 'notes.wit',
  'plugin.js.txt': 'plugin.js',
  'build.mjs.txt': 'build.mjs',
  'host.ts.txt': 'host.ts',
};

export const generated = ['plugin'];

export function install({ link }) {
  link('@bytecodealliance/jco', '@bytecodealliance/componentize-js');
}

export function walk({ node, script }) {
  node(['build.mjs']);
  node([
    'node_modules/@bytecodealliance/jco/dist/jco.js',
    'transpile',
    'plugin.wasm',
    '-o',
    'plugin',
    '--instantiation',
    'async',
  ]);
  return script('host.ts');
}

/** Nothing but what it wrote for this plugin. */
export function installed({ sizeOf }) {
  return { megabytes: sizeOf('plugin'), packages: 0 };
}

export const host = 'host.ts';
export const mistakes = [
  ['argument', 'stars: 3', "stars: '3'"],
  ['field', 'console.log(filter.transform(note))', 'console.log(filter.transform(note).titel)'],
  ['import', '(line) =>', '(line: number) =>'],
  [
    'error type',
    'payload: string };\n  console.log(`refused: ${payload.toUpperCase',
    'payload: number };\n  console.log(`refused: ${payload.toFixed',
  ],
];
export const check = ({ tsc }) => tsc('host.ts');
