import { resolve, type TypeDefinition, type ValueType } from '../../wit/index.js';
import { type Lines, literal } from './lines.js';
import { type GoFunction, type GoInterface, terminal } from './plan.js';
import type { Types } from './types.js';

/** What a function answers, in Go. */
interface Outcome {
  /** The type of the value that it gives besides an error. */
  readonly value: ValueType | undefined;
  /** Of a WIT result: what its error is. */
  readonly error: 'none' | 'text' | 'bare' | { readonly type: ValueType; readonly go: string; readonly named: boolean };
}

function outcomeOf(types: Types, { item }: GoFunction): Outcome {
  const { result } = item.type;
  const resolved = result && resolve(result);
  if (resolved?.kind !== 'result') return { value: result, error: 'none' };
  if (resolved.error === undefined) return { value: resolved.ok, error: 'bare' };
  const { definition, type } = terminal(resolved.error);
  if (type.kind === 'string') return { value: resolved.ok, error: 'text' };
  const named = definition !== undefined;
  const go = named ? types.text(resolved.error) : `plugin.Error[${types.text(resolved.error)}]`;
  return { value: resolved.ok, error: { type: resolved.error, go, named } };
}

/** `(ctx context.Context, a uint8) (string, error)`. */
function signature(types: Types, func: GoFunction): string {
  const params = types.plan.parameters(func).map(({ name, type }) => `, ${name} ${types.text(type)}`);
  const { value } = outcomeOf(types, func);
  const results = value === undefined ? 'error' : `(${types.text(value)}, error)`;
  return `(ctx context.Context${params.join('')}) ${results}`;
}

function functionDocs(func: GoFunction): string | undefined {
  const { docs } = func.item;
  return docs === undefined || docs.trim() === '' ? undefined : `${func.name}: ${docs.trim()}`;
}

/** Declares the Go interface of an exported interface, and those of its resources. */
export function declareExports(types: Types, it: GoInterface, lines: Lines): void {
  for (const resource of resourcesOf(it)) {
    lines.gap();
    const name = types.plan.typeName(resource);
    lines.docs(
      `${name} is the resource ${resource.name}, which the plugin implements. One that has a method Drop or Close without parameters is told when the host no longer needs it.`,
      resource.docs,
    );
    const methods = it.functions.filter((func) => func.parsed.kind === 'method' && func.resource === resource);
    declareMethods(types, name, methods, lines);
  }
  const rest = it.functions.filter((func) => func.parsed.kind !== 'method');
  lines.gap();
  lines.docs(
    `${it.name} is ${it.id === '' ? 'what the world itself exports' : it.id}, which the plugin implements.`,
    it.docs,
  );
  declareMethods(types, it.name, rest, lines);
}

function declareMethods(types: Types, name: string, functions: readonly GoFunction[], lines: Lines): void {
  if (functions.length === 0) return lines.add(`type ${name} interface{}`);
  lines.block(`type ${name} interface {`, () => {
    for (const func of functions) {
      lines.docs(functionDocs(func));
      lines.add(func.name + signature(types, func));
    }
  });
}

export function resourcesOf(it: GoInterface): TypeDefinition[] {
  return it.types.filter((one) => one.type.kind === 'resource');
}

/** Declares what reads the arguments of an exported function, calls it and writes its result. */
export function declareHandler(types: Types, it: GoInterface, func: GoFunction, lines: Lines): void {
  const { plan } = types;
  const params = plan.parameters(func);
  const { value, error } = outcomeOf(types, func);
  lines.gap();
  lines.block(`func decode${func.word}(r *plugin.Reader) plugin.Handler {`, () => {
    let target = `exports.(*Exports).${it.name}`;
    if (func.parsed.kind === 'method') {
      const name = plan.typeName(func.resource!);
      lines.add(`self := plugin.ReadObject[${name}](r, resource${name}, false)`);
      target = 'self';
    }
    for (const { name, type } of params) lines.add(`${name} := ${types.read(type)}`);
    lines.block('return func(ctx context.Context, exports any, w *plugin.Writer) error {', () => {
      const call = `${target}.${func.name}(${['ctx', ...params.map(({ name }) => name)].join(', ')})`;
      if (value === undefined && error === 'none') return lines.add(`return ${call}`);
      const failing = () => lines.add(`return ${failure(types, error)}`);
      if (value === undefined) lines.block(`if err := ${call}; err != nil {`, failing);
      else {
        lines.add(`result, err := ${call}`);
        lines.block('if err != nil {', failing);
      }
      if (error !== 'none') lines.add('w.U8(0)');
      if (value !== undefined) lines.add(types.write(value, 'result'));
      lines.add('return nil');
    });
  });
}

/** What becomes of an error that an exported function gives. */
function failure(types: Types, error: Outcome['error']): string {
  if (error === 'none') return 'err';
  if (error === 'text') return 'plugin.FailText(w, err)';
  if (error === 'bare') return 'plugin.FailBare(w, err)';
  return error.named
    ? `plugin.FailValue(w, err, ${types.writer(error.type)})`
    : `plugin.FailUnnamed(w, err, ${types.writer(error.type)})`;
}

/** Declares the resources and functions that the host implements. */
export function declareImports(types: Types, it: GoInterface, lines: Lines): void {
  for (const resource of resourcesOf(it)) declareRemote(types, resource, lines);
  for (const func of it.functions) {
    lines.gap();
    const key = `${it.id === '' ? 'the world' : it.id}`;
    lines.docs(functionDocs(func) ?? `${func.name} is ${func.item.name} of ${key}, which the host implements.`);
    declareImport(types, func, lines);
  }
  if (it.functions.length > 0) lines.gap();
  for (const func of it.functions) {
    lines.add(`var import${func.word} = &plugin.Import{Number: ${func.number}, Key: ${literal(func.key)}}`);
  }
}

function declareRemote(types: Types, resource: TypeDefinition, lines: Lines): void {
  const name = types.plan.typeName(resource);
  lines.gap();
  lines.docs(
    `${name} is the resource ${resource.name}, which the host implements. One that is lent to a call is valid until the call is answered; any other is the plugin's until it is dropped or given away.`,
    resource.docs,
  );
  lines.block(`type ${name} struct {`, () => lines.add('remote *plugin.Remote'));
  lines.gap();
  lines.docs('Drop says that the plugin needs it no longer.');
  lines.add(`func (v *${name}) Drop() { v.handle().Drop() }`);
  lines.gap();
  lines.block(`func (v *${name}) handle() *plugin.Remote {`, () => {
    lines.block('if v == nil {', () => lines.add('return nil'));
    lines.add('return v.remote');
  });
}

function declareImport(types: Types, func: GoFunction, lines: Lines): void {
  const { plan } = types;
  const { value, error } = outcomeOf(types, func);
  const method = func.parsed.kind === 'method';
  const self = method ? plan.typeName(func.resource!) : '';
  const params = plan.parameters(func);
  lines.block(`func ${method ? `(self *${self}) ` : ''}${func.name}${signature(types, func)} {`, () => {
    if (value !== undefined) lines.add(`var result ${types.text(value)}`);
    if (error !== 'none') lines.add('var failed error');
    lines.block(
      `${value === undefined && error === 'none' ? 'return' : 'err :='} plugin.Invoke(ctx, import${func.word}, func(w *plugin.Writer) {`,
      () => {
        if (method) lines.add(`w.Remote(resource${self}, self.handle(), false)`);
        for (const { name, type } of params) lines.add(types.write(type, name));
      },
      '}, func(r *plugin.Reader) {',
    );
    lines.indented(() => {
      const read = value === undefined ? undefined : `result = ${types.read(value)}`;
      if (error === 'none') {
        if (read !== undefined) lines.add(read);
        return;
      }
      lines.block('if r.Bool() {', () => {
        lines.add(`failed = ${readError(types, error)}`);
        if (read !== undefined) lines.add('return');
      });
      if (read !== undefined) lines.add(read);
    });
    lines.add('})');
    if (value === undefined) {
      if (error === 'none') return;
      lines.block('if err != nil {', () => lines.add('return err'));
      return lines.add('return failed');
    }
    lines.block('if err != nil {', () => {
      lines.add(`var none ${types.text(value)}`);
      lines.add('return none, err');
    });
    lines.add(`return result, ${error === 'none' ? 'nil' : 'failed'}`);
  });
}

function readError(types: Types, error: Exclude<Outcome['error'], 'none'>): string {
  if (error === 'text') return 'plugin.Failed(r.String())';
  if (error === 'bare') return 'plugin.ErrFailed';
  const read = types.read(error.type);
  return error.named ? read : `${error.go}{Value: ${read}}`;
}
