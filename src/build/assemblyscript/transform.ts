import type { Diagnostic } from './report.js';

/**
 * What the generated `component.ts` needs of the compiler: exports under the names that its `@component` decorators say,
 * which AssemblyScript cannot spell, and mistakes told where the author can mend them, which is never that file.
 *
 * The compiler's classes are not declared for Node; what is used of them is small.
 */
export function componentTransform(
  entry: string,
  textOf: (path: string) => string | undefined,
  report: (diagnostic: Diagnostic) => void,
): {
  hooks: unknown;
  /** Tells of a diagnostic of the compiler. */
  diagnose(diagnostic: any): void;
} {
  const exported: Exported[] = [];
  const internal = entry.replace(/\.ts$/, '');
  let program: any;

  /** The compiler makes one, and gives it what it has in reach. */
  class Hooks {
    declare binaryen: any;

    afterParse(parser: any) {
      const source = parser.sources.find((one: any) => one.internalPath === internal);
      if (source !== undefined) exported.push(...exportsOf(source));
    }

    /** What is missing is told at once: the compiler would see it wherever generated code first speaks of it. */
    afterInitialize(initialized: any) {
      program = initialized;
      const told = new Set<string>();
      for (const one of exported) {
        const { path, missing, found } = find(one);
        if (missing === undefined || told.has(path)) continue;
        told.add(path);
        const message = `"${missing}" is missing: the component's world wants ${one.author}${one.type}`;
        report({ severity: 'error', message, ...placeOf(found, one) });
      }
      if (told.size > 0) throw new Error('exports are missing');
    }

    afterCompile(module: any) {
      for (const one of exported) {
        module.removeExport(one.name);
        module.addFunctionExport(`${internal}/${one.name}`, one.as);
        // The stack of a trap is to name the author's function, not the one it was inlined into.
        if (one.author === undefined || /^(?:new|class) /.test(one.author)) continue;
        this.binaryen.setPassArgument('no-inline', find(one).found.internalName);
        module.runPasses(['no-inline']);
      }
    }
  }

  /** The author's function or class behind an export, or the last thing on the way to it that is there. */
  const find = (one: Exported): { found: any; path: string; missing?: string } => {
    let found = program.filesByName.get(one.module);
    let path = '';
    for (const name of one.author?.replace(/^(?:new|class) /, '').split('.') ?? []) {
      path += `.${name}`;
      const next = memberOf(found, name);
      if (next === undefined) return { found, path, missing: name };
      found = next;
    }
    return { found, path };
  };

  const placeOf = (element: any, one: Exported): Partial<Diagnostic> => {
    const range = element?.identifierNode?.range;
    if (range === undefined || element === program.filesByName.get(one.module)) {
      return { file: `${one.module}.ts`, line: 1, column: 1 };
    }
    const file: string = range.source.normalizedPath;
    return { file, ...positionIn(textOf(file), range.start) };
  };

  const diagnose = (diagnostic: any): void => {
    const severity = SEVERITIES[diagnostic.category as number] ?? 'error';
    const said = { severity, message: String(diagnostic.message) };
    const { range } = diagnostic;
    if (range === null) return report(said);
    const file: string = range.source.normalizedPath;
    const one = exported.find(({ start, end }) => file === entry && start <= range.start && range.end <= end);
    if (one?.author === undefined) return report({ ...said, file, ...positionIn(textOf(file), range.start) });
    // The author's function is not what the world wants, or its call would not be wrong.
    const message = `the component's world wants ${one.author}${one.type}: ${said.message}`;
    report({ severity, message, ...placeOf(find(one).found, one) });
  };
  return { hooks: Hooks, diagnose };
}

const SEVERITIES: readonly Diagnostic['severity'][] = ['info', 'info', 'warning', 'error'];

interface Exported {
  /** The function's own name, and the one it is exported under. */
  name: string;
  as: string;
  /** The author's function behind it, and its type; the file it is looked for in. */
  author?: string;
  type?: string;
  module: string;
  start: number;
  end: number;
}

function exportsOf(source: any): Exported[] {
  const found: Exported[] = [];
  const module = source.internalPath.split('/').slice(0, -2).concat('plugin').join('/');
  for (const statement of source.statements) {
    for (const decorator of statement.decorators ?? []) {
      if (decorator.name.text !== 'component') continue;
      const [as, author, type = ''] = decorator.args.map((arg: any) => String(arg.value));
      const { start, end } = statement.range;
      found.push({ name: statement.name.text, as, author, type, module, start, end });
    }
  }
  return found;
}

/** What a file, a namespace, or a class with those it extends has under a name. */
function memberOf(element: any, name: string): any {
  for (let from = element; from; from = from.basePrototype) {
    const found =
      from.lookupExport?.(name) ??
      from.exports?.get(name) ??
      from.members?.get(name) ??
      from.instanceMembers?.get(name);
    if (found) return found;
  }
  return undefined;
}

/** A place in a text by line and column; nothing if there is no text, as for the compiler's own files. */
export function positionIn(text: string | undefined, offset: number): { line?: number; column?: number } {
  if (text === undefined) return {};
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
