/** TypeScript's own opinion of files that are on no disk, under the strictest options an app can have. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  skipLibCheck: true,
  types: ['node'],
  noEmit: true,
};

/**
 * What TypeScript says of each file: `line: message`. The files are as if they stood in a folder of this project, whose
 * `hatchway` is what was built.
 */
export function diagnose(files: ReadonlyMap<string, string>): Map<string, string[]> {
  const paths = new Map([...files].map(([name, text]) => [`${root}test/bindgen/ts/.generated/${name}`, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile, directoryExists } = host;
  host.directoryExists = (path) => path.endsWith('/.generated') || (directoryExists?.(path) ?? true);
  host.fileExists = (path) => paths.has(path) || fileExists(path);
  host.readFile = (path) => paths.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = paths.get(path);
    return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...paths.keys()], options, host);
  const result = new Map([...files.keys()].map((name): [string, string[]] => [name, []]));
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const name = file?.fileName.split('/').at(-1);
    const line = file && start !== undefined ? `${file.getLineAndCharacterOfPosition(start).line + 1}: ` : '';
    const message = `${line}${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    const list = name === undefined ? undefined : result.get(name);
    if (list === undefined) throw new Error(`${file?.fileName}: ${message}`);
    list.push(message);
  }
  return result;
}
