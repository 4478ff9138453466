import fc, { type GeneratorValue } from 'fast-check';
import type { FunctionType, TypeDefinition, ValueType } from '../../src/wit/index.js';
import * as m from './build.js';

const WORDS = (
  'a b2 x-9 HTTP get-URL some none then prototype to-string as async bool char constructor enum error-context export f32 ' +
  'flags from func future import include interface list map option own package record resource result s8 static stream ' +
  'string tuple type u64 use variant with world float32 n1 n2 n3 n4 n5 n6 n7 n8'
).split(' ');

const PRIMITIVES = 'bool u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char string error-context'.split(' ') as 'u8'[];
const KEYS = 'bool u8 u16 u32 u64 s8 s16 s32 s64 char string'.split(' ') as 'u8'[];

/** A random world that has all that WIT can say, documented with anything at all. */
export function randomWorld(g: GeneratorValue): m.WorldDraft {
  const upTo = (max: number) => g(fc.nat, { max });
  const maybe = () => g(fc.boolean);
  const pick = <T>(...all: T[]): T => all[upTo(all.length - 1)]!;
  const times = <T>(max: number, make: (i: number) => T): T[] => Array.from({ length: upTo(max) }, (_, i) => make(i));
  const docs = () => (maybe() ? g(fc.string, { unit: 'binary' }) : undefined);
  /** Names for one scope, told apart without case and from those that are taken. */
  const names = (...others: string[]) => {
    const taken = new Set(others.map((it) => it.toLowerCase()));
    return (suffix = '') => {
      for (let n = 0; ; n++) {
        const name = `${pick(...WORDS)}${suffix}${n < 3 ? '' : `-x${n}`}`;
        if (taken.has(name.toLowerCase())) continue;
        taken.add(name.toLowerCase());
        return name;
      }
    };
  };
  const entries = <T>(least: number, max: number, make: () => T): Record<string, T> => {
    const name = names();
    return Object.fromEntries(Array.from({ length: least + upTo(max - least) }, () => [name(), make()]));
  };

  /** Types that may name what is known so far. */
  function typesOver(values: readonly TypeDefinition[], resources: readonly TypeDefinition[]) {
    const any = (depth: number): ValueType => {
      const part = () => any(depth - 1);
      const optional = () => (maybe() ? part() : undefined);
      const leaf = [
        () => m.prim(pick(...PRIMITIVES)),
        ...(values.length > 0 ? [() => m.ref(pick(...values))] : []),
        ...(resources.length > 0 ? [() => m.own(pick(...resources))] : []),
      ];
      if (depth === 0) return pick(...leaf)();
      return pick(
        ...leaf,
        () => m.list(part()),
        () => m.list(part(), 1 + upTo(5)),
        () => m.map(m.prim(pick(...KEYS)), part()),
        () => m.tuple(part(), ...times(2, part)),
        () => m.option(part()),
        () => m.result(optional(), optional()),
        // A stream of characters is not valid yet (Explainer.md, "Type Definitions").
        () => m.stream(maybe() ? m.list(part()) : undefined),
        () => m.future(optional()),
      )();
    };
    const parameter = (): ValueType =>
      resources.length > 0 && maybe()
        ? pick(m.borrow(pick(...resources)), m.list(m.borrow(pick(...resources))))
        : any(2);
    const func = (): FunctionType => m.func(entries(0, 3, parameter), maybe() ? any(2) : undefined, maybe());
    return { any, func };
  }

  /** Fills a scope with types and functions; what it gets from elsewhere comes first. */
  function fill(
    name: (suffix?: string) => string,
    used: readonly TypeDefinition[],
    define: (name: string, type: TypeDefinition['type'], docs?: string) => TypeDefinition,
    add: (name: string, type: FunctionType, docs?: string) => void,
  ): TypeDefinition[] {
    const all: TypeDefinition[] = [];
    const values: TypeDefinition[] = [];
    const resources: TypeDefinition[] = [];
    const isResource = ({ type }: TypeDefinition): boolean =>
      type.kind === 'resource' || (type.kind === 'reference' && isResource(type.definition));
    const known = (definition: TypeDefinition) => {
      all.push(definition);
      (isResource(definition) ? resources : values).push(definition);
      return definition;
    };
    const { any, func } = typesOver(values, resources);
    for (const other of used) known(define(name(), { kind: 'reference', definition: other }));
    times(5, () => {
      const make = pick<() => TypeDefinition['type']>(
        () => m.record(entries(1, 3, () => any(2))),
        () => m.variant(entries(1, 3, () => (maybe() ? any(2) : undefined))),
        () => m.enumeration(...Object.keys(entries(1, 4, () => 0))),
        () => m.flags(...Object.keys(entries(1, 4, () => 0))),
        () => any(2),
        () => ({ kind: 'resource' }),
      );
      const type = make();
      const definition = known(define(name(), type, docs()));
      if (type.kind !== 'resource') return;
      // No function of a resource has the name of the resource.
      const own = names(definition.name);
      const self = { name: 'self', type: m.borrow(definition) };
      times(3, () => {
        const one = func();
        const method = maybe();
        const params = one.params.map((param) => ({ ...param, name: `p-${param.name}` }));
        const label = own();
        if (method) add(`[method]${definition.name}.${label}`, { ...one, params: [self, ...params] }, docs());
        else add(`[static]${definition.name}.${label}`, { ...one, params }, docs());
      });
      if (maybe()) {
        const { params } = func();
        const made = m.own(definition);
        add(`[constructor]${definition.name}`, {
          params,
          result: maybe() ? made : m.result(made, m.string),
          async: false,
        });
      }
    });
    times(3, () => add(name(), func(), docs()));
    return all;
  }

  const w = m.world(`test:${pick('app', 'package')}${pick('', '@1.0.0', '@0.2.0-rc.1+b.2')}`, 'w', docs());
  // A package may depend on those before it: a parser wants no cycles among them.
  const packages = ['dep:list', 'dep:b@2.1.0', w.package];
  const rank = ({ owner }: TypeDefinition) =>
    owner && 'id' in owner && owner.id !== undefined
      ? packages.findIndex((name) => owner.id!.startsWith(name.split('@')[0]!))
      : 3;
  const imported: TypeDefinition[] = [];
  const exported: TypeDefinition[] = [];
  const choose = (from: readonly TypeDefinition[]) => (from.length === 0 ? [] : times(2, () => pick(...from)));
  const fillInterface = (one: m.Draft, used: readonly TypeDefinition[]) =>
    fill(
      names(),
      used,
      (name, type, text) => m.define(one, name, type, text),
      (name, type, text) => m.add(one, name, type, text),
    );
  const label = names();
  times(4, () => {
    const at = pick(0, 1, 2, 2);
    const [base, version] = packages[at]!.split('@');
    const usable = (exporting: boolean) =>
      choose([...imported, ...(exporting ? exported : [])].filter((definition) => rank(definition) <= at));
    const one = m.iface(`${base}/${label('-i')}${version === undefined ? '' : `@${version}`}`, docs());
    const exporting = maybe();
    const all = fillInterface(one, usable(exporting));
    (exporting ? exported : imported).push(...all);
    w[exporting ? 'exports' : 'imports'].push(m.asInterface(one, one.id, docs()));
  });
  times(2, () => {
    const one = m.iface();
    const exporting = maybe();
    fillInterface(one, choose(exporting ? [...imported, ...exported] : imported));
    w[exporting ? 'exports' : 'imports'].push(m.asInterface(one, label(), docs()));
  });
  const own = fill(
    label,
    choose(imported),
    (name, type, text) => {
      const item = m.asType(w, name, type, text);
      w.imports.push(item);
      return item.definition;
    },
    (name, type, text) => w.imports.push(m.asFunction(name, type, text)),
  );
  const isResource = ({ type }: TypeDefinition): boolean =>
    type.kind === 'resource' || (type.kind === 'reference' && isResource(type.definition));
  const { func } = typesOver(
    own.filter((definition) => !isResource(definition)),
    own.filter(isResource),
  );
  times(3, () => w.exports.push(m.asFunction(label(), func(), docs())));
  return w;
}
