import {
  layoutOf,
  MAX_FLAT_PARAMS,
  MAX_FLAT_RESULTS,
  memberOffsets,
  pascalCase,
  resourceOf,
  structLayout,
  type ValueType,
} from '../../wit/index.js';
import type { AbiFile } from './abi-file.js';
import { prefixed, signatureOf } from './interface-file.js';
import { Names } from './names.js';
import type { Plan, PlannedFile, PlannedFunction, PlannedResource } from './plan.js';
import { Source } from './source.js';
import { GlueSpelling, PlainSpelling } from './spelling.js';
import { hasPointers, needsScratch } from './types.js';
import { Values } from './values.js';

/** `component.ts`, the file to compile: the core exports, which call the author's functions. */
export function componentFile(plan: Plan, abi: AbiFile): string {
  return new ComponentFile(plan, abi).make();
}

class ComponentFile {
  readonly #out = new Source();
  readonly #by: GlueSpelling;
  readonly #values: Values;
  readonly #names = new Names(['cabi_realloc']);

  constructor(
    readonly plan: Plan,
    readonly abi: AbiFile,
  ) {
    this.#by = new GlueSpelling(plan);
    this.#values = new Values(plan, prefixed(abi), this.#by);
  }

  make(): string {
    this.abi.helper('cabi_realloc');
    for (const file of this.plan.files) {
      if (file.side !== 'export') continue;
      for (const resource of file.resources) {
        for (const one of resource.functions) this.#export(file, one, resource);
        this.#destructor(file, resource);
      }
      for (const one of file.functions) this.#export(file, one);
    }
    const head = new Source();
    head.line('/**');
    head.line(
      ' * The file to compile: what the component exports. `@component` says under which name, which function of',
    );
    head.line(' * `plugin.ts` answers, and its type.');
    head.line(' */');
    head.line('import * as abi from "./abi";');
    head.line(...this.#by.imports());
    head.line('', 'export { cabi_realloc } from "./abi";');
    return `${head.toString()}\n${this.#out.toString()}`;
  }

  #export(file: PlannedFile, one: PlannedFunction, resource?: PlannedResource): void {
    const out = this.#out;
    const v = this.#values;
    const { item, kind } = one;
    const className = resource && this.plan.nameOf(resource.definition);
    const types = item.type.params.map((param) => param.type);
    const { flat } = structLayout(types);
    const spilled = flat.length > MAX_FLAT_PARAMS;
    const result = item.type.result;
    const resultFlat = result === undefined ? [] : layoutOf(result).flat;
    const throughMemory = resultFlat.length > MAX_FLAT_RESULTS;
    const coreResult = result === undefined ? 'void' : throughMemory ? 'i32' : resultFlat[0]!;
    const core = spilled ? ['i32'] : flat;
    const name = this.#names.take([file.namespace, className, one.name].filter(Boolean).join('_'));
    const external = file.module === '$root' ? item.name : `${file.module}#${item.name}`;
    const author = [file.namespace, className, kind === 'constructor' ? '' : one.name].filter(Boolean).join('.');

    out.gap();
    this.#decorate(external, author, kind, signatureOf(one, new PlainSpelling(this.plan)));
    out.block(`export function ${name}(${core.map((type, i) => `_${i}: ${type}`).join(', ')}): ${coreResult}`, () => {
      const args = spilled ? this.#loadAll(types) : this.#liftAll(types);
      // Whether something is left to do between the call and the answer.
      const after = [
        ...(spilled ? [`abi.${this.abi.helper('free')}(_0);`] : []),
        ...(this.abi.hasBorrows(types) ? ['abi.endBorrows();'] : []),
      ];
      const module = this.#by.module(file);
      const [head, rest] =
        kind === 'method'
          ? [`${args[0]}.${one.name}`, args.slice(1)]
          : kind === 'constructor'
            ? [`new ${module}.${className}`, args]
            : [`${module}.${className === undefined ? '' : `${className}.`}${one.name}`, args];
      if (result === undefined) {
        out.call(head, rest);
        out.line(...after);
        return;
      }
      out.call(`const result: ${v.spell(result)} = ${head}`, rest);
      out.line(...after);
      if (!throughMemory) {
        out.line(`return ${v.lower(result, 'result')[0]};`);
        return;
      }
      const area = `abi.${this.abi.area(result)}`;
      out.line(`abi.${this.abi.typed('store', result)}(${area}, result);`);
      if (hasPointers(result)) out.line(`abi.${this.abi.helper('hold')}(changetype<usize>(result));`);
      out.line(`return <i32>${area};`);
    });
    if (result !== undefined && (hasPointers(result) || needsScratch(result))) {
      out.line('// @ts-ignore: decorator', `@component(${JSON.stringify(`cabi_post_${external}`)})`);
      const post = this.#names.take(`${name}_post`);
      out.line(`export function ${post}(_0: i32): void { abi.${this.abi.helper('release')}(); }`);
    }
  }

  #destructor(file: PlannedFile, { definition }: PlannedResource): void {
    const out = this.#out;
    const name = this.#names.take(`${file.namespace}_${pascalCase(definition.name)}_drop`);
    const drop = this.abi.resource('drop', resourceOf(definition));
    out.gap();
    out.line(
      '// @ts-ignore: decorator',
      `@component(${JSON.stringify(`${file.module}#[dtor]${definition.name}`)}, ${JSON.stringify(`class ${file.namespace}.${this.plan.nameOf(definition)}`)})`,
    );
    out.line(`export function ${name}(rep: i32): void { abi.${drop}(rep); }`);
  }

  #decorate(external: string, author: string, kind: PlannedFunction['kind'], signature: string): void {
    const what = JSON.stringify(kind === 'constructor' ? `new ${author}` : author);
    this.#out.line('// @ts-ignore: decorator');
    this.#out.line(`@component(${JSON.stringify(external)}, ${what}, ${JSON.stringify(signature)})`);
  }

  #liftAll(types: readonly ValueType[]): string[] {
    let next = 0;
    return types.map((type) => {
      const slots = layoutOf(type).flat.map(() => `_${next++}`);
      return this.#values.lift(type, slots);
    });
  }

  #loadAll(types: readonly ValueType[]): string[] {
    const offsets = memberOffsets(types);
    return types.map((type, i) => this.#values.load(type, '_0', offsets[i]!));
  }
}
