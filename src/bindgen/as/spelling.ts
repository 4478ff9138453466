import { resourceOf, type TypeDefinition } from '../../wit/index.js';
import type { Plan, PlannedFile } from './plan.js';
import type { Spelling } from './types.js';

/** How `abi.ts` and `component.ts` write names: everything through the file it is from. */
export class GlueSpelling implements Spelling {
  readonly #files = new Set<PlannedFile>();
  readonly #support = new Set<string>();
  #plugin = false;

  constructor(readonly plan: Plan) {}

  definition(definition: TypeDefinition): string {
    const last = lastOf(definition);
    const file = this.plan.fileOf(last);
    this.#files.add(file);
    return `${file.alias}.${this.plan.nameOf(last)}`;
  }

  resource(resource: TypeDefinition): string {
    const file = this.plan.fileOf(resource);
    if (file.side === 'import') return this.definition(resource);
    return `${this.module(file)}.${this.plan.nameOf(resource)}`;
  }

  support(name: string): string {
    this.#support.add(name);
    return name;
  }

  /** Where the author's functions of an exported interface are. */
  module(file: PlannedFile): string {
    this.#plugin = true;
    return file.namespace === '' ? 'plugin' : `plugin.${file.namespace}`;
  }

  imports(): string[] {
    const lines = this.#plugin ? ['import * as plugin from "../plugin";'] : [];
    for (const { alias, path } of this.#files) lines.push(`import * as ${alias} from "./${path}";`);
    if (this.#support.size > 0) lines.push(`import { ${[...this.#support].sort().join(', ')} } from "./wit";`);
    return lines;
  }
}

/** How the file of an interface writes names: its own as they are, those of others by importing them. */
export class FileSpelling implements Spelling {
  readonly #imports = new Map<PlannedFile, Map<TypeDefinition, string>>();
  readonly #support = new Set<string>();
  #plugin = false;

  constructor(
    readonly plan: Plan,
    readonly file: PlannedFile,
  ) {}

  definition(definition: TypeDefinition): string {
    const file = this.plan.fileOf(definition);
    if (file === this.file) {
      const other = usedFrom(definition);
      // A name it uses from elsewhere has to be imported before it can be written.
      if (other !== undefined && !this.plan.isExportedResource(other))
        return this.#import(other, this.plan.nameOf(definition));
      return this.plan.nameOf(definition);
    }
    return this.#import(definition);
  }

  #import(definition: TypeDefinition, as?: string): string {
    const file = this.plan.fileOf(definition);
    const names = this.#imports.get(file) ?? new Map<TypeDefinition, string>();
    this.#imports.set(file, names);
    const name = names.get(definition) ?? as ?? this.file.names.take(this.plan.nameOf(definition));
    names.set(definition, name);
    return name;
  }

  resource(resource: TypeDefinition): string {
    const file = this.plan.fileOf(resource);
    if (file.side === 'export') {
      this.#plugin = true;
      return `plugin.${file.namespace === '' ? '' : `${file.namespace}.`}${this.plan.nameOf(resource)}`;
    }
    if (file === this.file) return this.plan.nameOf(resource);
    // Perhaps under the name it is used by.
    const used = this.file.types.find((one) => usedFrom(one) !== undefined && resourceOf(one) === resource);
    return used === undefined ? this.#import(resource) : this.definition(used);
  }

  support(name: string): string {
    this.#support.add(name);
    return name;
  }

  imports(text: string): string[] {
    const lines = this.#plugin ? ['import * as plugin from "../plugin";'] : [];
    if (/\babi\./.test(text)) lines.push('import * as abi from "./abi";');
    for (const [file, names] of this.#imports) {
      const list = [...names].map(([definition, name]) => {
        const own = this.plan.nameOf(definition);
        return own === name ? own : `${own} as ${name}`;
      });
      lines.push(`import { ${list.join(', ')} } from "./${file.path}";`);
    }
    if (this.#support.size > 0) lines.push(`import { ${[...this.#support].sort().join(', ')} } from "./wit";`);
    return lines;
  }
}

/** How a message writes names: as an author who imports them does. */
export class PlainSpelling implements Spelling {
  constructor(readonly plan: Plan) {}

  definition(definition: TypeDefinition): string {
    return this.plan.nameOf(definition);
  }

  resource(resource: TypeDefinition): string {
    return this.plan.nameOf(resource);
  }

  support(name: string): string {
    return name;
  }
}

/** The definition of another interface that a `use` stands for. */
export function usedFrom(definition: TypeDefinition): TypeDefinition | undefined {
  if (definition.type.kind !== 'reference') return undefined;
  const other = definition.type.definition;
  return other.owner === definition.owner ? undefined : other;
}

function lastOf(definition: TypeDefinition): TypeDefinition {
  let last = definition;
  while (last.type.kind === 'reference') last = last.type.definition;
  return last;
}
