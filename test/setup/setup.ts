/**
 * Before the tests: provides what the ones about to run need beyond the dependencies, and only that, so that running one
 * file stays quick. A test file needs wasmtime, a newer Node, Rust, C or the guests when it imports the module that hands them out.
 */
import { readFile } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { buildGuests, isProgram } from '../../guests/build.js';
import { provideC } from '../../guests/c/toolchain.js';
import { PROGRAM, provideRust } from '../../guests/rust/toolchain.js';
import { NEWER, provideNewerNode } from './newer-node.js';
import { provideSpecSuite } from './spec-suite.js';
import { provideWasmtime } from './wasmtime.js';

export default async function setup(project: TestProject): Promise<void> {
  // The filters of the command line, which vitest keeps but does not declare; without them, all tests.
  const { filenamePattern } = project.vitest as { filenamePattern?: string[] };
  const specifications = await project.vitest.globTestSpecifications(filenamePattern);
  const files = new Set(specifications.map((specification) => specification.moduleId));
  const sources = await Promise.all([...files].map((file) => readFile(file, 'utf8')));
  const needs = (module: string) => sources.some((source) => source.includes(`${module}.js'`));

  if (needs('guests/build')) await buildGuests();
  if (needs('conformance/languages') || sources.some((source) => source.includes("'conformance')")))
    await buildGuests((language, plugin) => language !== 'rust' && plugin === 'conformance');
  if (needs('examples/redact')) await buildGuests((_, plugin) => plugin === 'redact');
  if (needs('native/sdks')) await buildGuests((language, plugin) => language === 'node' && plugin === 'conformance');
  if (needs('setup/probe')) await buildGuests((_, plugin) => plugin === 'probe');
  if (needs('setup/wasi-programs')) await buildGuests((_, plugin) => plugin === 'tally' || plugin === 'letter');
  if ((needs('setup/rust') || needs('conformance/languages')) && (await provide('Rust', provideRust)))
    await buildGuests((language, plugin) => language === 'rust' && !isProgram(language, plugin));
  if (needs('setup/c') && (await provide('C', provideC))) await buildGuests((language) => language === 'c');
  if (needs('setup/rust-programs') && (await provide('Rust', () => provideRust(PROGRAM))))
    await buildGuests((language, plugin) => language === 'rust' && isProgram(language, plugin));
  if (needs('setup/wasmtime')) await provide('wasmtime', provideWasmtime);
  if (needs('setup/spec-suite')) await provide('the WebAssembly spec suite', provideSpecSuite);
  if (needs('setup/newer-node')) await provide(`Node ${NEWER}`, provideNewerNode);
}

/** Whether it is there now. */
async function provide(what: string, tool: () => Promise<unknown>): Promise<boolean> {
  try {
    await tool();
    return true;
  } catch (error) {
    // Continuous integration must not pass by skipping; elsewhere the tests that need it say that they are skipped.
    if (process.env.CI) throw error;
    console.error(`${what} cannot be had: ${(error as Error).message}`);
    return false;
  }
}
