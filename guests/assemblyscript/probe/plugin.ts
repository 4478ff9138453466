/** Asks WASI for one thing at a time. Each export is one question; what it answers is what came back. */
import * as environmentOf from './bindings/environment';
import { exitWithCode } from './bindings/exit';
import { getRandomBytes } from './bindings/random';
import * as insecureSeed from './bindings/insecure-seed';
import { instanceNetwork } from './bindings/instance-network';
import { resolveAddresses } from './bindings/ip-name-lookup';
import * as monotonicClock from './bindings/monotonic-clock';
import { Pollable } from './bindings/poll';
import { getDirectories } from './bindings/preopens';
import { getStderr } from './bindings/stderr';
import { getStdin } from './bindings/stdin';
import { getStdout } from './bindings/stdout';
import { OutputStream } from './bindings/streams';
import { createTcpSocket } from './bindings/tcp-create-socket';
import { IpAddressFamily } from './bindings/tcp';
import { getTerminalStdin } from './bindings/terminal-stdin';
import { getTerminalStdout } from './bindings/terminal-stdout';
import { Descriptor, DescriptorFlags, ErrorCode, OpenFlags, PathFlags } from './bindings/types';
import * as wallClock from './bindings/wall-clock';
import { Result, Tuple2, unit, Unit } from './bindings/wit';

export function environment(): Tuple2<string, string>[] {
  return environmentOf.getEnvironment();
}

export function argumentList(): string[] {
  return environmentOf.getArguments();
}

export function terminals(): Tuple2<bool, bool> {
  return new Tuple2<bool, bool>(getTerminalStdin() != null, getTerminalStdout() != null);
}

export function input(bytes: u64): Result<string, string> {
  const stream = getStdin();
  const read = stream.blockingRead(bytes);
  stream.drop();
  if (read.isErr) return Result.err<string, string>('closed');
  return Result.ok<string, string>(String.UTF8.decode(read.value.buffer));
}

export function print(text: string): Result<Unit, string> {
  return writeTo(getStdout(), text);
}

export function complain(text: string): Result<Unit, string> {
  return writeTo(getStderr(), text);
}

function writeTo(stream: OutputStream, text: string): Result<Unit, string> {
  const written = stream.blockingWriteAndFlush(Uint8Array.wrap(String.UTF8.encode(text)));
  stream.drop();
  return written.isErr ? Result.err<Unit, string>('not written') : Result.ok<Unit, string>(unit);
}

export function flood(lines: u32): void {
  const stream = getStdout();
  const line = Uint8Array.wrap(String.UTF8.encode('x'.repeat(99) + '\n'));
  for (let i: u32 = 0; i < lines; i++) stream.write(line);
  stream.drop();
}

export function exit(code: u8): void {
  exitWithCode(code);
}

export function now(): u64 {
  return monotonicClock.now();
}

export function today(): u64 {
  return wallClock.now().seconds;
}

export function sleep(nanoseconds: u64): void {
  const pollable = monotonicClock.subscribeDuration(nanoseconds);
  pollable.block();
  pollable.drop();
}

const kept: Pollable[] = [];

export function pollables(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) kept.push(monotonicClock.subscribeDuration(1));
  return kept.length;
}

export function random(bytes: u64): Uint8Array {
  return getRandomBytes(bytes);
}

export function seed(): Tuple2<u64, u64> {
  return insecureSeed.insecureSeed();
}

export function directories(): string[] {
  const granted = getDirectories();
  const paths: string[] = [];
  for (let i = 0; i < granted.length; i++) {
    paths.push(granted[i]._1);
    granted[i]._0.drop();
  }
  return paths;
}

export function read(path: string): Result<string, string> {
  const file = openAt(path, false);
  if (file.isErr) return Result.err<string, string>(file.error);
  const contents = readAll(file.value);
  file.value.drop();
  return contents;
}

export function write(path: string, text: string): Result<Unit, string> {
  const file = openAt(path, true);
  if (file.isErr) return Result.err<Unit, string>(file.error);
  const written = file.value.write(Uint8Array.wrap(String.UTF8.encode(text)), 0);
  file.value.drop();
  return written.isErr ? Result.err<Unit, string>(nameOf(written.error)) : Result.ok<Unit, string>(unit);
}

export function names(path: string): Result<string[], string> {
  const folder = openAt(path, false);
  if (folder.isErr) return Result.err<string[], string>(folder.error);
  const entries = folder.value.readDirectory();
  if (entries.isErr) return Result.err<string[], string>(nameOf(entries.error));
  const found: string[] = [];
  for (;;) {
    const entry = entries.value.readDirectoryEntry();
    if (entry.isErr) return Result.err<string[], string>(nameOf(entry.error));
    const value = entry.value;
    if (value == null) break;
    found.push(value.name);
  }
  entries.value.drop();
  folder.value.drop();
  return Result.ok<string[], string>(found.sort());
}

let opened: Descriptor | null = null;

export function open(path: string): Result<Unit, string> {
  const file = openAt(path, false);
  if (file.isErr) return Result.err<Unit, string>(file.error);
  opened = file.value;
  return Result.ok<Unit, string>(unit);
}

export function readAgain(): Result<string, string> {
  const file = opened;
  return file == null ? Result.err<string, string>('nothing is open') : readAll(file);
}

export function remove(path: string): Result<Unit, string> {
  const place = find(path);
  if (place == null) return Result.err<Unit, string>('no-preopen');
  const removed = place.folder.unlinkFileAt(place.path);
  return removed.isErr ? Result.err<Unit, string>(nameOf(removed.error)) : Result.ok<Unit, string>(unit);
}

export function connect(): Result<Unit, string> {
  const socket = createTcpSocket(IpAddressFamily.Ipv4);
  return socket.isErr ? Result.err<Unit, string>(`network-error ${socket.error}`) : Result.ok<Unit, string>(unit);
}

export function lookUp(name: string): Result<Unit, string> {
  const addresses = resolveAddresses(instanceNetwork(), name);
  if (addresses.isErr) return Result.err<Unit, string>(`network-error ${addresses.error}`);
  return Result.ok<Unit, string>(unit);
}

class Place {
  constructor(readonly folder: Descriptor, readonly path: string) {}
}

/** The granted directory that a path begins with, the longest of several, and the rest of the path. */
function find(path: string): Place | null {
  const granted = getDirectories();
  let best = -1;
  for (let i = 0; i < granted.length; i++) {
    const prefix = granted[i]._1;
    const inside = prefix == '/' || path == prefix || path.startsWith(prefix + '/');
    if (inside && (best < 0 || prefix.length > granted[best]._1.length)) best = i;
  }
  if (best < 0) return null;
  const rest = path.substring(granted[best]._1.length);
  return new Place(granted[best]._0, rest.startsWith('/') ? rest.substring(1) : rest.length == 0 ? '.' : rest);
}

function openAt(path: string, writing: bool): Result<Descriptor, string> {
  const place = find(path);
  if (place == null) return Result.err<Descriptor, string>('no-preopen');
  const openFlags = new OpenFlags();
  const flags = new DescriptorFlags();
  openFlags.create = writing;
  openFlags.truncate = writing;
  flags.read = !writing;
  flags.write = writing;
  const file = place.folder.openAt(new PathFlags(), place.path, openFlags, flags);
  return file.isErr ? Result.err<Descriptor, string>(nameOf(file.error)) : Result.ok<Descriptor, string>(file.value);
}

function readAll(file: Descriptor): Result<string, string> {
  const read = file.read(1 << 20, 0);
  if (read.isErr) return Result.err<string, string>(nameOf(read.error));
  return Result.ok<string, string>(String.UTF8.decode(read.value._0.buffer));
}

/** The names of `error-code`, in its order. */
const codes = [
  'access', 'would-block', 'already', 'bad-descriptor', 'busy', 'deadlock', 'quota', 'exist', 'file-too-large',
  'illegal-byte-sequence', 'in-progress', 'interrupted', 'invalid', 'io', 'is-directory', 'loop', 'too-many-links',
  'message-size', 'name-too-long', 'no-device', 'no-entry', 'no-lock', 'insufficient-memory', 'insufficient-space',
  'not-directory', 'not-empty', 'not-recoverable', 'unsupported', 'no-tty', 'no-such-device', 'overflow',
  'not-permitted', 'pipe', 'read-only', 'invalid-seek', 'text-file-busy', 'cross-device',
];

function nameOf(code: ErrorCode): string {
  return codes[code];
}
