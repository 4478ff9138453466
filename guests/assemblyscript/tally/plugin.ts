/**
 * tally [-o FILE] [PATH...]
 *
 * Counts the lines, words and bytes of files, of all files below a directory, or of standard input, and writes the report to a
 * file as well where one is named. It uses WASI 0.2 directly: no library stands between.
 */
import { getArguments } from './bindings/environment';
import { exit } from './bindings/exit';
import { getDirectories } from './bindings/preopens';
import { getStderr } from './bindings/stderr';
import { getStdin } from './bindings/stdin';
import { getStdout } from './bindings/stdout';
import { InputStream, OutputStream } from './bindings/streams';
import { Descriptor, DescriptorFlags, DescriptorType, OpenFlags, PathFlags } from './bindings/types';
import { Result, Tuple2, Unit, unit } from './bindings/wit';

export namespace run {
  export function run(): Result<Unit, Unit> {
    const args = getArguments();
    const tally = new Tally(getDirectories());
    let report = '';
    let at = 1;
    if (at < args.length && args[at] == '-o') {
      if (args.length < 3) {
        tally.complain('-o needs a file');
        exit(Result.err<Unit, Unit>(unit));
      }
      report = args[2];
      at = 3;
    }
    if (at >= args.length) tally.count('-', getStdin());
    for (; at < args.length; at++) tally.countPath(args[at]);
    tally.print();
    if (report.length > 0) tally.save(report);
    return tally.failed ? Result.err<Unit, Unit>(unit) : Result.ok<Unit, Unit>(unit);
  }
}

class Place {
  constructor(readonly folder: Descriptor, readonly path: string) {}
}

class Tally {
  failed: bool = false;
  private lines: string = '';
  private total: u64 = 0;

  constructor(private granted: Tuple2<Descriptor, string>[]) {}

  complain(text: string): void {
    this.failed = true;
    const stream = getStderr();
    write(stream, `tally: ${text}\n`);
    stream.drop();
  }

  countPath(path: string): void {
    const place = this.find(path);
    if (place == null) return this.complain(`${path}: nothing is granted there`);
    const follow = new PathFlags();
    follow.symlinkFollow = true;
    const stat = place.folder.statAt(follow, place.path);
    if (stat.isErr) return this.complain(`${path}: error ${stat.error}`);
    if (stat.value.type_ == DescriptorType.Directory) return this.countDirectory(place, path, follow);
    const file = place.folder.openAt(follow, place.path, new OpenFlags(), reading());
    if (file.isErr) return this.complain(`${path}: error ${file.error}`);
    const stream = file.value.readViaStream(0);
    if (stream.isErr) this.complain(`${path}: error ${stream.error}`);
    else this.count(path, stream.value);
    file.value.drop();
  }

  private countDirectory(place: Place, path: string, follow: PathFlags): void {
    const flags = new OpenFlags();
    flags.directory = true;
    const folder = place.folder.openAt(follow, place.path, flags, reading());
    if (folder.isErr) return this.complain(`${path}: error ${folder.error}`);
    const entries = folder.value.readDirectory();
    const names: string[] = [];
    if (entries.isErr) {
      this.complain(`${path}: error ${entries.error}`);
    } else {
      for (;;) {
        const next = entries.value.readDirectoryEntry();
        if (next.isErr) {
          this.complain(`${path}: error ${next.error}`);
          break;
        }
        const entry = next.value;
        if (entry == null) break;
        // What a link leads to is counted where it is.
        if (entry.type_ != DescriptorType.SymbolicLink) names.push(entry.name);
      }
      entries.value.drop();
    }
    folder.value.drop();
    names.sort();
    for (let i = 0; i < names.length; i++) this.countPath(`${path}/${names[i]}`);
  }

  /** Reads a stream to its end, and lets go of it. */
  count(name: string, stream: InputStream): void {
    let lines: u64 = 0;
    let words: u64 = 0;
    let bytes: u64 = 0;
    let inWord = false;
    for (;;) {
      const read = stream.blockingRead(4096);
      if (read.isErr) break;
      const chunk = read.value;
      bytes += chunk.length;
      for (let i = 0; i < chunk.length; i++) {
        const c = chunk[i];
        const space = c == 0x20 || (c >= 0x09 && c <= 0x0d);
        if (c == 0x0a) lines++;
        if (!space && !inWord) words++;
        inWord = !space;
      }
    }
    stream.drop();
    this.total += bytes;
    this.lines += `${lines}\t${words}\t${bytes}\t${name}\n`;
  }

  print(): void {
    const stream = getStdout();
    write(stream, `${this.lines}${this.total} bytes\n`);
    stream.drop();
  }

  /** At the end of what the file has. */
  save(path: string): void {
    const place = this.find(path);
    if (place == null) return this.complain(`${path}: nothing is granted there`);
    const create = new OpenFlags();
    create.create = true;
    const writing = new DescriptorFlags();
    writing.write = true;
    const file = place.folder.openAt(new PathFlags(), place.path, create, writing);
    if (file.isErr) return this.complain(`${path}: error ${file.error}`);
    const stream = file.value.appendViaStream();
    if (stream.isErr) {
      this.complain(`${path}: error ${stream.error}`);
    } else {
      write(stream.value, this.lines);
      stream.value.drop();
    }
    file.value.drop();
  }

  /** The granted directory that a path begins with, the longest of several, and the rest of the path. */
  private find(path: string): Place | null {
    let best = -1;
    for (let i = 0; i < this.granted.length; i++) {
      const prefix = this.granted[i]._1;
      if (path != prefix && !path.startsWith(prefix + '/')) continue;
      if (best < 0 || prefix.length > this.granted[best]._1.length) best = i;
    }
    if (best < 0) return null;
    const rest = path.substring(this.granted[best]._1.length + 1);
    return new Place(this.granted[best]._0, rest.length == 0 ? '.' : rest);
  }
}

function reading(): DescriptorFlags {
  const flags = new DescriptorFlags();
  flags.read = true;
  return flags;
}

/** All of a text, as far as the stream goes. */
function write(stream: OutputStream, text: string): void {
  const bytes = Uint8Array.wrap(String.UTF8.encode(text));
  for (let at = 0; at < bytes.length; at += 4096) {
    if (stream.blockingWriteAndFlush(bytes.slice(at, at + 4096)).isErr) return;
  }
}
