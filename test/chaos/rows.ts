/** What native plugins do wrong, and what the app sees of it. */

export interface Row {
  /** A mode of `misbehave.mjs`, or what the program is instead. */
  readonly what: string;
  /** When the app is told. */
  readonly at: 'load' | 'instantiate' | 'call' | 'never';
  readonly code?: string;
  /** The text that a person reads. */
  readonly text?: RegExp;
  /** Milliseconds in which it must be over. Default 5000. */
  readonly within?: number;
  /** What connects it. Default: descriptor 3. */
  readonly carrier?: 'unix' | 'stdio';
  /** What the program is, where it is none of `misbehave.mjs`. */
  readonly program?: { readonly bytes: string | Uint8Array; readonly mode?: number };
}

/** The head of a program for Linux, for a processor of that number. */
function elf(machine: number): Uint8Array {
  const head = Buffer.alloc(64);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(machine, 18);
  return head;
}

const broken = (what: string, reason: RegExp): Row => ({ what, at: 'call', code: 'protocol', text: reason });

export const ROWS: readonly Row[] = [
  {
    what: 'is for another processor',
    at: 'instantiate',
    code: 'unsupported',
    text: /the program is for (arm64|x64), and this machine is/,
    program: { bytes: elf(process.arch === 'arm64' ? 0x3e : 0xb7) },
  },
  {
    what: 'is for Windows',
    at: 'instantiate',
    code: 'unsupported',
    text: /the file is a program for Windows/,
    program: { bytes: 'MZ\x90\x00 This program cannot be run in DOS mode.' },
  },
  {
    what: 'is a text',
    at: 'instantiate',
    code: 'unsupported',
    text: /the file is no program/,
    program: { bytes: 'Dear reader,' },
  },
  {
    what: 'is empty',
    at: 'instantiate',
    code: 'unsupported',
    text: /the file is no program/,
    program: { bytes: '' },
  },
  {
    what: 'is a component',
    at: 'instantiate',
    code: 'unsupported',
    text: /the file is WebAssembly. Name it as the wasm artifact/,
    program: { bytes: '\0asm\x0d\0\x01\0' },
  },
  {
    what: 'is not executable',
    at: 'instantiate',
    code: 'unsupported',
    text: /is not executable/,
    program: { bytes: '#!/bin/sh\nexit 0\n', mode: 0o644 },
  },
  {
    what: 'is a script without its interpreter',
    at: 'instantiate',
    code: 'unsupported',
    text: /a script for "\/no\/such\/python", which is not here/,
    program: { bytes: '#!/no/such/python\n' },
  },
  {
    what: 'is a script that is no plugin',
    at: 'instantiate',
    code: 'unavailable',
    text: /it is not a hatchway plugin: it exited with 3; it printed: hello\\u\{1b\}\[31m there/,
    program: { bytes: '#!/bin/sh\nprintf "hello\\033[31m there\\n"\nexit 3\n' },
  },
  { what: 'prints before hello', at: 'never' },
  { what: 'exits at once', at: 'instantiate', code: 'unavailable', text: /is not a hatchway plugin: it exited with 0/ },
  {
    what: 'prints and exits',
    at: 'instantiate',
    code: 'unavailable',
    text: /it exited with 3; it printed: usage: misbehave FILE/,
  },
  { what: 'kills itself', at: 'instantiate', code: 'unavailable', text: /it was ended by SIGKILL/ },
  {
    what: 'never answers',
    at: 'instantiate',
    code: 'timeout',
    text: /it is not a hatchway plugin: it said nothing in \d+ ms/,
    within: 12_000,
  },
  { what: 'random bytes', at: 'instantiate', code: 'protocol', text: /does not begin with a hello/ },
  { what: 'another magic', at: 'instantiate', code: 'protocol', text: /does not begin with a hello/ },
  { what: 'another version', at: 'instantiate', code: 'protocol', text: /speaks version 9 of the protocol/ },
  { what: 'a host too', at: 'instantiate', code: 'protocol', text: /is no plugin/ },
  { what: 'no hello', at: 'instantiate', code: 'protocol', text: /does not begin with a hello/ },
  { what: 'a hello cut off', at: 'instantiate', code: 'unavailable', text: /the connection ended, inside a frame/ },
  { what: 'closes the socket', at: 'instantiate', code: 'unavailable', text: /the connection ended/ },
  { what: 'another world', at: 'instantiate', code: 'protocol', text: /is not the one of its hello/ },
  {
    what: 'refuses to make an instance',
    at: 'instantiate',
    code: 'trap',
    text: /could not make an instance: no \\u\{1b\}\[31mconfiguration/,
  },
  { what: 'kills itself while an instance is made', at: 'instantiate', code: 'unavailable', text: /ended by SIGKILL/ },
  { what: 'never makes an instance', at: 'instantiate', code: 'timeout', text: /took longer/, within: 12_000 },
  { what: 'kills itself in a call', at: 'call', code: 'unavailable', text: /the program was ended by SIGKILL/ },
  {
    what: 'exits in a call',
    at: 'call',
    code: 'unavailable',
    text: /the program exited with 70; it printed: panic: out of cheese/,
  },
  { what: 'kills itself in a callback', at: 'call', code: 'unavailable', text: /ended by SIGKILL/ },
  { what: 'half-closes', at: 'call', code: 'unavailable', text: /the connection ended/ },
  { what: 'a frame that is cut off', at: 'call', code: 'unavailable', text: /exited with 0|inside a frame/ },
  broken('a frame longer than any', /a frame of 70000 bytes/),
  broken('a frame of an unknown type', /no frame of type 40/),
  broken('a frame that only a host sends', /which only it sends/),
  broken('a second hello', /a second hello/),
  broken('replies to nothing', /frame-id|awaits none/),
  broken('calls with a stale id', /a call frame with the id 4/),
  broken('drops what it does not own', /a handle is dropped that the peer does not own/),
  broken('a window of nothing', /a credit of 0/),
  broken('more credit than there can be', /the window holds more/),
  broken('an error with an unknown code', /an error frame of code 77/),
  { what: 'replies twice', at: 'never' },
  { what: 'data against no window', at: 'call', code: 'timeout', text: /took longer than its limit/ },
  { what: 'a text that is no UTF-8', at: 'call', code: 'protocol', text: /is not UTF-8/ },
  { what: 'a length beyond the message', at: 'call', code: 'protocol', text: /malformed/ },
  { what: 'bytes after the value', at: 'call', code: 'protocol', text: /malformed/ },
  { what: 'a handle that nobody gave', at: 'call', code: 'protocol', text: /malformed/ },
  { what: 'traps', at: 'call', code: 'trap', text: /failed \(trap\): index out of range \\u\{1b\}\[31m/ },
  {
    what: 'ends for no reason',
    at: 'call',
    code: 'protocol',
    text: /the peer ended the session \(internal\): I am lost/,
  },
  { what: 'ignores cancel', at: 'call', code: 'timeout', text: /took longer than its limit/ },
  { what: 'hangs on stop', at: 'never', within: 6000 },
  { what: 'floods stdout', at: 'never', within: 20_000 },
  { what: 'floods stderr', at: 'never', within: 20_000 },
  { what: 'floods the log', at: 'never' },
  { what: 'leaves a child behind', at: 'never' },
  { what: 'leaves a child behind and dies', at: 'call', code: 'unavailable', text: /the program exited with 1/ },
  {
    what: 'prints where it speaks',
    carrier: 'stdio',
    at: 'call',
    code: 'protocol',
    text: /it printed "hello \\u\{1b\}\[31mthere" on its standard output, which is its connection; standard error is for prints/,
  },
  {
    what: 'prints where it speaks before it does',
    carrier: 'stdio',
    at: 'instantiate',
    code: 'protocol',
    text: /it is not a hatchway plugin: .*it printed "loading …" on its standard output/,
  },
  {
    what: 'prints a line without an end where it speaks',
    carrier: 'stdio',
    at: 'call',
    code: 'protocol',
    text: /it printed "x{200}…" on its standard output/,
  },
  { what: 'closes what it speaks on', carrier: 'stdio', at: 'call', code: 'unavailable', text: /the connection ended/ },
  {
    what: 'sends a wrong token',
    carrier: 'unix',
    at: 'instantiate',
    code: 'protocol',
    text: /it is not a hatchway plugin: it connected with a wrong token/,
  },
  {
    what: 'sends half a token',
    carrier: 'unix',
    at: 'instantiate',
    code: 'protocol',
    text: /it connected and sent no token/,
  },
  {
    what: 'never connects',
    carrier: 'unix',
    at: 'instantiate',
    code: 'timeout',
    text: /it is not a hatchway plugin: it did not connect in \d+ ms/,
    within: 12_000,
  },
  {
    what: 'exits before it connects',
    carrier: 'unix',
    at: 'instantiate',
    code: 'unavailable',
    text: /it exited with 4; it printed: no socket here/,
  },
  { what: 'connects twice', carrier: 'unix', at: 'never' },
];
