/** Has the TypeScript compiler check a plugin and take its types away, in a child process. */
import { basename, dirname, join } from 'node:path';
import type { Diagnostic } from '../diagnostics.js';

export interface TypeScriptOrder {
  /** The URL of the compiler's module. */
  readonly module: string;
  readonly entry: string;
  /** The world for TypeScript: see `guest-types.ts`. */
  readonly types: string;
  /** The names of the exports that the world wants. */
  readonly wanted: readonly string[];
}

export interface TypeScriptAnswer {
  readonly diagnostics: readonly Diagnostic[];
  /** The JavaScript of each file in TypeScript, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** The compiler's version, if it cannot be asked anything. */
  readonly unusable?: string;
}

export async function compile({ module, entry, types, wanted }: TypeScriptOrder): Promise<TypeScriptAnswer> {
  const ts = (await import(module)).default;
  if (ts?.createProgram === undefined) {
    return { diagnostics: [], files: new Map(), unusable: String(ts?.version ?? 'as it is installed') };
  }
  const folder = dirname(entry);
  const world = join(folder, 'hatchway-world.d.ts');
  const check = join(folder, 'hatchway-check.ts');
  // One line for each export, so that what is wrong with it can be told where it is written.
  const lines = [
    `import * as plugin from ${JSON.stringify(`./${basename(entry)}`)};`,
    ...wanted.map(
      (name) => `plugin[${JSON.stringify(name)}] satisfies import("hatchway:world").World[${JSON.stringify(name)}];`,
    ),
  ];
  const given = new Map([
    [world, types],
    [check, lines.join('\n')],
  ]);
  const options = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    allowJs: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    noEmitOnError: false,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path: string) => given.has(path) || fileExists.call(host, path);
  host.readFile = (path: string) => given.get(path) ?? readFile.call(host, path);
  host.getSourceFile = (path: string, ...rest: unknown[]) => {
    const text = given.get(path);
    return text === undefined
      ? getSourceFile.call(host, path, ...rest)
      : ts.createSourceFile(path, text, options.target);
  };
  const program = ts.createProgram([entry, world, check], options, host);
  const checker = program.getTypeChecker();

  const told: Diagnostic[] = [];
  for (const one of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(one.messageText, '\n');
    const severity = one.category === ts.DiagnosticCategory.Error ? 'error' : 'warning';
    if (one.file?.fileName === check) told.push({ severity, ...aboutExport(one, message) });
    else if (one.file === undefined) told.push({ severity, message });
    else told.push({ severity, message, ...place(one.file, one.start) });
  }
  const files = new Map<string, string>();
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || given.has(file.fileName) || !/\.m?ts$/.test(file.fileName)) continue;
    const { outputText } = ts.transpileModule(file.text, {
      fileName: file.fileName,
      compilerOptions: { target: options.target, module: options.module },
    });
    files.set(file.fileName, outputText);
  }
  return { diagnostics: told, files };

  function place(file: any, start: number) {
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    return { file: file.fileName, line: line + 1, column: character + 1 };
  }

  /** What is wrong with an export is told where the author declares it. */
  function aboutExport(one: any, message: string): Omit<Diagnostic, 'severity'> {
    const name = wanted[one.file.getLineAndCharacterOfPosition(one.start).line - 1];
    const source = program.getSourceFile(entry);
    const symbol = source && checker.getSymbolAtLocation(source);
    const found = symbol && checker.getExportsOfModule(symbol).find((each: any) => each.name === name);
    const declaration = found?.declarations?.[0];
    if (declaration === undefined)
      return { message: `the export "${name}" is missing, which the world wants`, file: entry, line: 1, column: 1 };
    const file = declaration.getSourceFile();
    return {
      message: `the export "${name}" is not what the world wants: ${message}`,
      ...place(file, declaration.getStart(file)),
    };
  }
}
