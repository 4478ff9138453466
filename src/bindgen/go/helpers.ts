import { resolve, resourceOf, type ValueType } from '../../wit/index.js';
import type { Lines } from './lines.js';
import { isNilable, streamOf, type Types } from './types.js';

/** Declares what reads and writes types without a name: of options, lists, tuples and the like. */
export function declareHelpers(types: Types, lines: Lines): void {
  for (const { word, type } of types.helpers) {
    const go = types.text(type);
    lines.gap();
    declareReader(types, word, go, type, lines);
    lines.gap();
    lines.block(`func write${word}(w *plugin.Writer, v ${go}) {`, () => {
      for (const line of writing(types, type)) lines.add(line);
    });
  }
}

function declareReader(types: Types, word: string, go: string, type: ValueType, lines: Lines): void {
  const resolved = resolve(type);
  if (resolved.kind === 'tuple') {
    lines.block(`func read${word}(r *plugin.Reader) (v ${go}) {`, () => {
      for (const [i, item] of resolved.items.entries()) lines.add(`v.F${i} = ${types.read(item)}`);
      lines.add('return v');
    });
  } else if (resolved.kind === 'list' && resolved.length !== undefined) {
    lines.block(`func read${word}(r *plugin.Reader) (v ${go}) {`, () => {
      lines.add(`plugin.ReadArray(r, v[:], ${types.reader(resolved.element)})`);
      lines.add('return v');
    });
  } else lines.block(`func read${word}(r *plugin.Reader) ${go} {`, () => lines.add(`return ${reading(types, type)}`));
}

function reading(types: Types, type: ValueType): string {
  const resolved = resolve(type);
  const stream = streamOf(resolved);
  if (stream !== undefined) return stream === 'with' ? 'r.Incoming()' : 'r.Outgoing()';
  const side = (it: ValueType | undefined) => (it === undefined ? 'plugin.ReadNothing' : types.reader(it));
  switch (resolved.kind) {
    case 'list':
      return `plugin.ReadList(r, ${types.reader(resolved.element)})`;
    case 'map':
      return `plugin.ReadMap(r, ${types.reader(resolved.key)}, ${types.reader(resolved.value)})`;
    case 'option':
      return `plugin.Read${isNilable(resolved.some) ? 'Nilable' : 'Option'}(r, ${types.reader(resolved.some)})`;
    case 'result':
      return `plugin.ReadResult(r, ${side(resolved.ok)}, ${side(resolved.error)})`;
    case 'own':
    case 'borrow': {
      const name = types.plan.typeName(resourceOf(resolved.resource));
      const own = resolved.kind === 'own';
      return types.plan.isExported(resolved.resource)
        ? `plugin.ReadObject[${name}](r, resource${name}, ${own})`
        : `&${name}{r.Remote(resource${name}, ${own})}`;
    }
    default:
      return types.read(type);
  }
}

function writing(types: Types, type: ValueType): string[] {
  const resolved = resolve(type);
  const stream = streamOf(resolved);
  if (stream !== undefined) return [stream === 'with' ? 'w.Outgoing(v)' : 'w.Incoming(v)'];
  const side = (it: ValueType | undefined) => (it === undefined ? 'plugin.WriteNothing' : types.writer(it));
  switch (resolved.kind) {
    case 'tuple':
      return resolved.items.map((item, i) => types.write(item, `v.F${i}`));
    case 'list':
      return resolved.length === undefined
        ? [`plugin.WriteList(w, v, ${types.writer(resolved.element)})`]
        : [`plugin.WriteArray(w, v[:], ${types.writer(resolved.element)})`];
    case 'map':
      return [`plugin.WriteMap(w, v, ${types.writer(resolved.key)}, ${types.writer(resolved.value)})`];
    case 'option':
      return isNilable(resolved.some)
        ? [`plugin.WriteNilable(w, v, v == nil, ${types.writer(resolved.some)})`]
        : [`plugin.WriteOption(w, v, ${types.writer(resolved.some)})`];
    case 'result':
      return [`plugin.WriteResult(w, v, ${side(resolved.ok)}, ${side(resolved.error)})`];
    case 'own':
    case 'borrow': {
      const name = types.plan.typeName(resourceOf(resolved.resource));
      return types.plan.isExported(resolved.resource)
        ? [`w.Object(resource${name}, v)`]
        : [`w.Remote(resource${name}, v.handle(), ${resolved.kind === 'own'})`];
    }
    default:
      return [types.write(type, 'v')];
  }
}
