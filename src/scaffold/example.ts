import { wantedExports } from '../build/index.js';
import { camelCase, type FunctionItem, parseFunctionName, resolve, type World } from '../wit/index.js';
import { empty } from './js.js';
import { sampleText } from './sample.js';

/** A function of a new plugin to try it with. */
export interface Example {
  /** As the command line calls it. */
  readonly invoke: string;
  /** As a test calls it: the function on an instance's exports, and its arguments. */
  readonly callee: string;
  readonly args: string;
}

/** The first function that takes nothing that only a running app can make. */
export function exampleOf(world: World): Example | undefined {
  for (const wanted of wantedExports(world)) {
    const name = wanted.names[0]!;
    for (const item of wanted.function === undefined ? wanted.interface!.functions : [wanted.function]) {
      if (parseFunctionName(item.name).kind !== 'free') continue;
      const found = exampleFor(item, wanted.function === undefined ? name : undefined);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function exampleFor({ name, type }: FunctionItem, owner: string | undefined): Example | undefined {
  const texts = type.params.map((param) => sampleText(param.type));
  if (texts.some((text) => text === undefined) || holdsResource(type.result)) return undefined;
  const member = `.${camelCase(name)}`;
  const callee = owner === undefined ? member : `${/^[\w$]+$/.test(owner) ? `.${owner}` : `['${owner}']`}${member}`;
  return {
    invoke: `${name}(${texts.join(', ')})`,
    callee,
    args: type.params.map((param) => empty(param.type)).join(', '),
  };
}

function holdsResource(type: FunctionItem['type']['result']): boolean {
  return type !== undefined && sampleText(type) === undefined && resolve(type).kind !== 'result';
}
