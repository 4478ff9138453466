import { quote } from '../../errors/index.js';
import { type FunctionType, resolve, type TypeDefinition } from '../../wit/index.js';
import type { ExternName } from '../binary/index.js';
import type { Entity } from './entities.js';
import { checkExternName, type Direction, type NameForm, uniqueKey } from './extern-names.js';
import type { Reporter } from './scope.js';

/** The imports, or the exports, of one scope: what each name is, that names differ, and what they promise. */
export class Externs {
  readonly entities = new Map<string, Entity>();
  readonly #keys = new Map<string, string>();
  /** The resources that have a name here, which the names of their functions begin with. */
  readonly #resources = new Map<TypeDefinition, string>();
  readonly #resourceNames = new Set<string>();

  /** `introduces` is false where types are listed without getting a name: then no function can belong to a resource. */
  constructor(
    readonly direction: Direction,
    private readonly introduces = true,
  ) {}

  add(external: ExternName, entity: Entity, report: Reporter): void {
    const { name } = external;
    const form = checkExternName(external, entity.kind, report);
    if (this.introduces && entity.kind === 'type' && entity.entry.kind === 'resource') {
      this.#resources.set(entity.entry.definition, name);
      this.#resourceNames.add(name);
    }
    if (entity.kind === 'func' && 'resource' in form) this.#checkMember(name, form, entity.type, report);
    const key = uniqueKey(name, form);
    const other = this.#keys.get(key);
    if (other === name) report(`${quote(name)} is ${this.direction}ed twice`);
    if (other !== undefined) report(`${quote(name)} is too like ${quote(other)}, which is ${this.direction}ed, too`);
    this.#keys.set(key, name);
    this.entities.set(name, entity);
  }

  /** What the name of a resource's function promises must hold (Binary.md, "Import and Export Definitions"). */
  #checkMember(name: string, form: NameForm & { resource: string }, type: FunctionType, report: Reporter): void {
    if (form.kind === 'static') {
      if (!this.#resourceNames.has(form.resource)) report(`no resource has the name that ${quote(name)} begins with`);
      return;
    }
    if (form.kind === 'constructor') {
      if (type.async) report(`${quote(name)} is asynchronous, and a constructor cannot be`);
      let result = type.result && resolve(type.result);
      if (result?.kind === 'result') result = result.ok && resolve(result.ok);
      if (result?.kind !== 'own') report(`${quote(name)} does not return its resource`);
      return this.#checkResource(name, form.resource, result.resource, report);
    }
    const self = type.params[0];
    const handle = self && resolve(self.type);
    if (self?.name !== 'self' || handle?.kind !== 'borrow')
      report(`the first parameter of ${quote(name)} is not the borrowed self`);
    this.#checkResource(name, form.resource, handle.resource, report);
  }

  #checkResource(name: string, resource: string, actual: TypeDefinition, report: Reporter): void {
    const known = this.#resources.get(actual);
    if (known === undefined) report(`the resource of ${quote(name)} has no name here`);
    if (known !== resource) report(`the resource of ${quote(name)} is ${quote(known)}`);
  }
}
