import { hatchwayError, quote } from '../../errors/index.js';
import { resolve, type TypeDefinition, type ValueType } from '../../wit/index.js';
import { type Lines, literal } from './lines.js';
import { isNamed } from './plan.js';
import type { Types } from './types.js';

/** Declares a type of the world. Resources are declared with their functions. */
export function declareType(types: Types, definition: TypeDefinition, lines: Lines): void {
  const { plan } = types;
  const { type, docs } = definition;
  if (type.kind === 'resource') return;
  const name = plan.typeName(definition);
  lines.gap();
  const said =
    docs === undefined || docs.trim() === ''
      ? `${name} is the type ${definition.name}${ofInterface(types, definition)}.`
      : `${name}: ${docs.trim()}`;
  lines.docs(said);
  if (type.kind === 'reference' || !isNamed(type.kind)) return lines.add(`type ${name} = ${aliased(types, type)}`);
  const members = plan.members(definition);
  const error = plan.isError(definition);
  switch (type.kind) {
    case 'record':
      if (type.fields.length === 0) lines.add(`type ${name} struct{}`);
      else
        lines.block(`type ${name} struct {`, () =>
          lines.columns(
            type.fields.map((field, i) => ({ docs: field.docs, name: members[i]!, rest: types.text(field.type) })),
          ),
        );
      if (error) {
        lines.gap();
        lines.block(`func (v ${name}) Error() string {`, () =>
          lines.add(`return plugin.Describe(${literal(definition.name)}, v)`),
        );
      }
      return;
    case 'variant': {
      lines.docs('', 'It is one of the types below.');
      lines.block(`type ${name} interface {`, () => {
        if (error) lines.add('error');
        lines.add(`is${name}()`);
      });
      for (const [i, one] of type.cases.entries()) {
        lines.gap();
        lines.docs(
          one.docs === undefined
            ? `${members[i]} is the case ${one.name} of ${name}.`
            : `${members[i]}: ${one.docs.trim()}`,
        );
        if (one.type === undefined) lines.add(`type ${members[i]} struct{}`);
        else lines.block(`type ${members[i]} struct {`, () => lines.add(`Value ${types.text(one.type!)}`));
      }
      for (const [i, one] of type.cases.entries()) {
        lines.gap();
        lines.add(`func (${members[i]}) is${name}() {}`);
        if (!error) continue;
        lines.gap();
        const value = one.type === undefined ? '' : ', v.Value';
        lines.block(`func (${value === '' ? '' : 'v '}${members[i]}) Error() string {`, () =>
          lines.add(
            value === '' ? `return ${literal(one.name)}` : `return plugin.Describe(${literal(one.name)}${value})`,
          ),
        );
      }
      return;
    }
    case 'enum':
      lines.add(`type ${name} uint32`);
      constants(lines, members, type.cases, (i) => (i === 0 ? ` ${name} = iota` : ''));
      stringer(
        lines,
        name,
        type.cases.map((it) => it.name),
      );
      if (error) {
        lines.gap();
        lines.add(`func (v ${name}) Error() string { return v.String() }`);
      }
      return;
    case 'flags': {
      const bits = type.flags.length;
      if (bits > 64) throw hatchwayError('unsupported', `the flags ${quote(definition.name)} are more than 64`);
      lines.add(`type ${name} uint${bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64}`);
      if (bits > 0) constants(lines, members, type.flags, (i) => (i === 0 ? ` ${name} = 1 << iota` : ''));
      lines.gap();
      lines.docs('String lists the flags that are set.');
      const names = type.flags.map((it) => literal(it.name)).join(', ');
      lines.block(`func (v ${name}) String() string {`, () =>
        lines.add(`return plugin.FlagNames(uint64(v)${names === '' ? '' : `, ${names}`})`),
      );
      if (error) {
        lines.gap();
        lines.add(`func (v ${name}) Error() string { return v.String() }`);
      }
      return;
    }
  }
}

function ofInterface(types: Types, definition: TypeDefinition): string {
  const { id } = types.plan.placeOf(definition);
  return id === '' ? '' : ` of ${id}`;
}

/** What an alias is another name of. One of a resource is the resource's name. */
function aliased(types: Types, type: ValueType): string {
  if (type.kind === 'reference') {
    const declared = types.plan.declared(type.definition);
    const end = declared.type.kind;
    if (end === 'resource' || end === 'reference' || isNamed(end)) return types.plan.typeName(declared);
  }
  return types.text(type.kind === 'reference' ? type : resolve(type));
}

function constants(
  lines: Lines,
  names: readonly string[],
  labels: readonly { readonly docs?: string; readonly name: string }[],
  rest: (i: number) => string,
): void {
  lines.gap();
  lines.block(
    'const (',
    () => {
      for (const [i, name] of names.entries()) {
        const { docs } = labels[i]!;
        if (docs !== undefined) lines.docs(docs);
        lines.add(name + rest(i));
      }
    },
    ')',
  );
}

function stringer(lines: Lines, type: string, names: readonly string[]): void {
  lines.gap();
  lines.docs('String gives its name in WIT.');
  lines.block(`func (v ${type}) String() string {`, () =>
    lines.add(`return plugin.CaseName(uint32(v), ${names.map(literal).join(', ')})`),
  );
}

/** Declares what reads and writes a named type. */
export function declareCodec(types: Types, definition: TypeDefinition, lines: Lines): void {
  const { plan } = types;
  const { type } = definition;
  if (type.kind === 'resource' || type.kind === 'reference' || !isNamed(type.kind)) return;
  const name = plan.typeName(definition);
  const members = plan.members(definition);
  const reading = (body: () => void, result = 'v ') => {
    lines.gap();
    lines.block(`func read${name}(r *plugin.Reader) ${result === '' ? name : `(${result}${name})`} {`, body);
  };
  const writing = (body: () => void) => {
    lines.gap();
    lines.block(`func write${name}(w *plugin.Writer, v ${name}) {`, body);
  };
  switch (type.kind) {
    case 'record':
      reading(() => {
        for (const [i, field] of type.fields.entries()) lines.add(`v.${members[i]} = ${types.read(field.type)}`);
        lines.add('return v');
      });
      writing(() => {
        for (const [i, field] of type.fields.entries()) lines.add(types.write(field.type, `v.${members[i]}`));
      });
      return;
    case 'variant':
      reading(() => {
        lines.add(`switch r.Case(${type.cases.length}) {`);
        for (const [i, one] of type.cases.entries()) {
          lines.add(`case ${i}:`);
          const value = one.type === undefined ? '' : `Value: ${types.read(one.type)}`;
          lines.indented(() => lines.add(`return ${members[i]}{${value}}`));
        }
        lines.add('}');
        lines.add('return nil');
      }, '');
      writing(() => {
        const bound = type.cases.some((it) => it.type !== undefined) ? 'v := ' : '';
        lines.add(`switch ${bound}v.(type) {`);
        for (const [i, one] of type.cases.entries()) {
          lines.add(`case ${members[i]}:`);
          lines.indented(() => {
            lines.add(`w.U32(${i})`);
            if (one.type !== undefined) lines.add(types.write(one.type, 'v.Value'));
          });
        }
        lines.add('default:');
        lines.indented(() => lines.add(`w.NoCase(${literal(name)}, v)`));
        lines.add('}');
      });
      return;
    case 'enum':
      reading(() => lines.add(`return ${name}(r.Case(${type.cases.length}))`), '');
      writing(() => lines.add(`w.Case(${literal(name)}, uint32(v), ${type.cases.length})`));
      return;
    case 'flags':
      reading(() => lines.add(`return ${name}(r.Flags(${type.flags.length}))`), '');
      writing(() => lines.add(`w.Flags(uint64(v), ${type.flags.length})`));
  }
}
