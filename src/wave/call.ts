import { quote } from '../errors/index.js';
import { type Parameter, resolve } from '../wit/index.js';
import { waveError } from './error.js';
import { expectation } from './expectation.js';
import { LABEL_PATTERN } from './lexer.js';
import { type Node, parseArgumentList } from './syntax.js';
import { readNode } from './value.js';

/** Which function a call means. `interface` is the id `ns:pkg/name@1.2.3`, or a plain name; absent for `f(…)`. */
export interface FunctionPath {
  readonly interface?: string;
  readonly name: string;
}

/** A function call as it is written, before the function's type is known. */
export interface Call {
  readonly path: FunctionPath;
  readonly text: string;
  readonly arguments: readonly Node[];
  /** The offset of the closing parenthesis. */
  readonly end: number;
}

const VERSION = '[0-9]+\\.[0-9]+\\.[0-9]+(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?';
const PATH = new RegExp(
  `^(?<package>${LABEL_PATTERN}:${LABEL_PATTERN}/)?(?:(?<interface>${LABEL_PATTERN})\\.)?(?<name>${LABEL_PATTERN})(?:@(?<version>${VERSION}))?`,
);

/**
 * Reads a call: `f(1, "x")`, `iface.f()`, `ns:pkg/iface.f()` or, with the package's version, `ns:pkg/iface.f@1.2.3()`.
 *
 * @throws TypeError with the code `argument`, a `line` and a `column`, if the text is not a call.
 */
export function parseCall(text: string): Call {
  const match = PATH.exec(text);
  const groups = match?.groups;
  if (match === null || groups === undefined) {
    throw waveError(text, 0, 'expected the name of a function, as in add(1, 2) or ns:pkg/iface.add(1, 2)');
  }
  const { package: packageName, interface: interfaceName, name = '', version } = groups;
  if (packageName !== undefined && interfaceName === undefined) {
    throw waveError(text, match[0].length, 'expected a function of the interface, as in ns:pkg/iface.add');
  }
  if (version !== undefined && packageName === undefined) {
    throw waveError(text, match[0].indexOf('@'), 'only an interface with its package has a version');
  }
  const { items, end } = parseArgumentList(text, match[0].length);
  const id = `${packageName ?? ''}${interfaceName}${version === undefined ? '' : `@${version}`}`;
  return { path: interfaceName === undefined ? { name } : { interface: id, name }, text, arguments: items, end };
}

/**
 * The JS values of a call's arguments. Options at the end may be left out.
 *
 * @throws TypeError with the code `argument`, a `line` and a `column`, if an argument is of another type, missing or one
 * too many.
 */
export function parseArguments(call: Call, params: readonly Parameter[]): unknown[] {
  const { text, arguments: nodes } = call;
  const surplus = nodes[params.length];
  if (surplus !== undefined) {
    throw waveError(text, surplus.start, `expected ${params.length || 'no'} argument${params.length === 1 ? '' : 's'}`);
  }
  return params.map(({ name, type }, index) => {
    const node = nodes[index];
    if (node !== undefined) return readNode(text, node, type);
    if (resolve(type).kind === 'option') {
      return readNode(text, { kind: 'none', start: call.end, end: call.end }, type);
    }
    throw waveError(text, call.end, `the argument ${quote(name)} is missing: expected ${expectation(type)}`);
  });
}
