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
): {
  hooks: object;
  place(diagnostic: any): Diagnostic;
} {
  const exported: Exported[] = [];
  const internal = entry.replace(/\.ts$/, '');
  let program: any;
  const hooks = {
    afterParse(parser: any) {
      for (const source of parser.sources) {
        if (source.internalPath === internal) exported.push(...exportsOf(source));
      }
    },
    afterInitialize(initialized: any) {
      program = initialized;
    },
    afterCompile(module: any) {
      for (const one of exported) {
        module.removeExport(one.name);
        module.addFunctionExport(`${internal}/${one.name}`, one.as);
      }
    },
  };

  const place = (diagnostic: any): Diagnostic => {
    const severity = (['info', 'info', 'warning', 'error'] as const)[diagnostic.category as 0 | 1 | 2 | 3] ?? 'error';
    const { range } = diagnostic;
    const said = { severity, message: String(diagnostic.message) };
    if (range === null) return said;
    const file: string = range.source.normalizedPath;
    if (file === entry) {
      const one = exported.find((candidate) => candidate.start <= range.start && range.end <= candidate.end);
      if (one?.author !== undefined) return blame(one, said);
    }
    return { ...said, file, ...positionIn(textOf(file), range.start) };
  };

  /** Says in the author's file what is wrong with the function behind an export. */
  const blame = (one: Exported, { severity, message }: Diagnostic): Diagnostic => {
    const names = one.author!.replace(/^new /, '').split('.');
    const module = program?.filesByName.get(one.module);
    let found = module;
    let missing: string | undefined;
    for (const name of names) {
      const next = memberOf(found, name);
      if (next === undefined) {
        missing = name;
        break;
      }
      found = next;
    }
    const wanted = `${one.author}${one.type}`;
    const text =
      missing === undefined
        ? `the component's world wants ${wanted}: ${message}`
        : `"${missing}" is missing, or not exported: the component's world wants ${wanted}`;
    const range = found === module ? undefined : found?.identifierNode?.range;
    const file: string = range?.source.normalizedPath ?? `${one.module}.ts`;
    return {
      severity,
      message: text,
      file,
      ...(range ? positionIn(textOf(file), range.start) : { line: 1, column: 1 }),
    };
  };
  return { hooks, place };
}

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
      const [as, author, type] = decorator.args.map((arg: any) => String(arg.value));
      const { start, end } = statement.range;
      found.push({ name: statement.name.text, as, author, type, module, start, end });
    }
  }
  return found;
}

/** What a file, namespace or class has under a name. */
function memberOf(element: any, name: string): any {
  const found =
    element?.exports?.get(name) ?? element?.members?.get(name) ?? element?.instanceMembers?.get(name) ?? undefined;
  return found ?? undefined;
}

/** A place in a text by line and column; nothing if there is no text, as for the compiler's own files. */
function positionIn(text: string | undefined, offset: number): { line?: number; column?: number } {
  if (text === undefined) return {};
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
