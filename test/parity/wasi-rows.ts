/**
 * What programs do that wasmtime and hatchway must answer alike: the same text on both streams, the same files afterwards, the
 * same exit code.
 */
import type { Rights, Row } from './wasi-run.js';

/** Commands of `guests/c/files`, separated by `+`; arguments have no spaces unless they are in single quotes. */
function files(commands: string, rest: Omit<Row, 'args'> = {}): Row {
  const args = [...commands.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
  return { args, ...rest };
}

export const fileRows: readonly Row[] = [
  // Reading.
  files('read /data/hello.txt'),
  files('read /data/empty'),
  files("read '/data/zoë 🦜.txt'"),
  files('read /data/sub/deep/leaf.txt + read /data/sub/../hello.txt + read /data/./sub//inner.txt'),
  files('read /data/nope + read /data/hello.txt/x + read /data/sub + read /data/nope/x'),
  files('read /data/hello.txt/ + stat /data/hello.txt/ + open-directory /data/hello.txt'),
  files('read-at /data/hello.txt 7 5 + read-at /data/hello.txt 7 500 + read-at /data/hello.txt 99 5'),
  files('read-vector /data/hello.txt + read-vector /data/empty'),
  files('seek /data/lines.txt 4 set + seek /data/lines.txt -6 end + seek /data/lines.txt 8 current'),
  files('seek /data/lines.txt -1 set + seek /data/lines.txt -99 end'),
  files('seek /data/lines.txt 100 set + seek /data/lines.txt 100 end'),
  files('read-closed /data/hello.txt + write-to-reader /data/hello.txt + read-from-writer /data/hello.txt'),
  files('read-below /data/sub inner.txt + read-below /data/sub ../hello.txt + read-below /data/sub /data/hello.txt'),
  files('read-below /data/sub ../../outside.txt + read /data/../outside.txt + read /data/sub/../../data/hello.txt'),
  files('checksum /data/hello.txt + advise /data/hello.txt + open-many /data/hello.txt 100'),
  // Writing.
  files("write /data/new.txt 'new text' + read /data/new.txt + write /data/hello.txt x + read /data/hello.txt"),
  files('write /data/nope/new x + write /data/sub x + write /data x + write /data/hello.txt/ x'),
  files('create /data/fresh x + create /data/fresh y + create /data/hello.txt z + create /data/link z'),
  files('create /data/dangling x + write /data/dangling x + read /data/nowhere'),
  files('append /data/lines.txt four + append /data/appended x + append /data/appended y + read /data/appended'),
  files('overwrite /data/lines.txt ONE + read /data/lines.txt + overwrite /data/nope x'),
  files('write-at /data/lines.txt 4 TWO + read /data/lines.txt + write-at /data/empty 5 x + stat /data/empty'),
  files('update /data/lines.txt four + read /data/lines.txt'),
  files('write-many /data/large 20000 + checksum /data/large + stat /data/large'),
  files('flags /data/hello.txt more'),
  files('truncate /data/hello.txt 5 + read /data/hello.txt + truncate /data/empty 4 + stat /data/empty'),
  files('truncate /data/hello.txt -1 + truncate /data/sub 0'),
  files('sync /data/hello.txt + sync /data/nope'),
  files('write-directory /data/sub + open-directory /data/sub + open-directory /data/link'),
  // Attributes.
  files('stat /data/hello.txt + stat /data/sub + stat /data + stat /data/lines.txt + stat /data/nope'),
  files('stat /data/link + lstat /data/link + stat /data/dangling + lstat /data/dangling'),
  files('fstat /data/hello.txt + fstat /data/sub + fstat /data/link'),
  files('same /data/hello.txt /data/link + same /data/lines.txt /data/sub/lines-too.txt'),
  files('same /data/hello.txt /data/lines.txt + same /data/sub /data/sub/deep/..'),
  files('times /data/hello.txt + times /data/sub'),
  files('utimes /data/hello.txt 5 1234567890 + times /data/hello.txt + utimes /data/nope 1 1'),
  files('utimes /data/hello.txt - 77 + times /data/hello.txt + utimes /data/hello.txt 88 - + times /data/hello.txt'),
  files('utimes /data/link 9 9 + times /data/hello.txt + lutimes /data/link 7 7 + times /data/link'),
  files('lutimes /data/dangling 7 8 + times /data/dangling + utimes /data/dangling 1 1'),
  files('futimes /data/hello.txt 3 4 + times /data/hello.txt + utimes /data/sub 5 6 + times /data/sub'),
  files('access /data/hello.txt r + access /data/hello.txt rw + access /data/nope r'),
  // Directories.
  files('list /data + list /data/sub + list /data/hollow + list /data/many'),
  files('list /data/hello.txt + list /data/nope + list /data/folder-link + list /data/link'),
  files('rewind /data/many + rewind /data/sub'),
  files('mkdir /data/made + mkdir /data/made + mkdir /data/made/in/it + mkdir /data/hello.txt + list /data/made'),
  files('mkdir /data/slashed/ + mkdir /data/. + mkdir /data/link + mkdir /data/dangling'),
  files('rmdir /data/hollow + rmdir /data/sub + rmdir /data/hello.txt + rmdir /data/nope + rmdir /data/folder-link'),
  files('unlink /data/hello.txt + unlink /data/sub + unlink /data/nope + unlink /data/link + unlink /data/dangling'),
  files('remove /data/hello.txt + remove /data/hollow + remove /data/sub'),
  files('unlink /data/hello.txt/ + rmdir /data/hello.txt/'),
  // Names.
  files('rename /data/hello.txt /data/renamed + rename /data/nope /data/x + rename /data/sub /data/moved'),
  files('rename /data/hello.txt /data/lines.txt + read /data/lines.txt + rename /data/hollow /data/sub'),
  files('rename /data/lines.txt /data/sub + rename /data/sub /data/empty + rename /data/sub /data/sub/in'),
  files('rename /data/link /data/sub/link + readlink /data/sub/link + rename /data/hello.txt /data/hello.txt'),
  files('link /data/hello.txt /data/twin + stat /data/twin + append /data/twin ! + read /data/hello.txt'),
  files('link /data/hello.txt /data/lines.txt + link /data/sub /data/x + link /data/nope /data/x'),
  files('link /data/link /data/link-too + readlink /data/link-too'),
  files('symlink hello.txt /data/made + read /data/made + readlink /data/made + symlink x /data/link'),
  files('symlink /data/hello.txt /data/made + symlink inner.txt /data/sub/made + read /data/sub/made'),
  files('readlink /data/link + readlink /data/hello.txt + readlink /data/nope + readlink-short /data/link'),
  files('read /data/link + read /data/folder-link/inner.txt + read /data/sub/up + read /data/dangling'),
  files('read /data/loop + stat /data/loop + open-no-follow /data/link + open-no-follow /data/hello.txt'),
  files('read /data/absolute + read /data/escape + stat /data/absolute + stat /data/escape + list /data/escape'),
  // Another folder.
  files('write /other/x here + read /other/x + list /other'),
  // Where one is.
  files('chdir /data/sub + read inner.txt + read ../hello.txt + write made x + chdir /data/nope + chdir /data/link'),
  files('chdir /data + list . + stat sub + chdir sub + read deep/leaf.txt + chdir .. + read hello.txt'),
  // The process.
  files("args one 'two words' é🦜 -- --flag + args"),
  files('environment + variable A + variable B + variable PATH', { env: { A: 'one', B: 'a=b é', EMPTY: '' } }),
  files('environment + variable HOME'),
  files('stdin', { stdin: 'typed é\nand more' }),
  files('stdin'),
  files('lines + stdin', { stdin: 'a\nb\nc\n' }),
  files('stdin + terminal 0', { stdin: 'x'.repeat(200_000) }),
  files('stdout é🦜 + stderr wrong + stdout again'),
  files('long 300000'),
  files('terminal 0 + terminal 1 + terminal 2 + terminal 3 + terminal 99'),
  files('seek-stream 0 + seek-stream 1 + seek-stream 3 + seek-stream 99'),
  files('stat-stream 0 + stat-stream 1 + stat-stream 99 + shutdown 99'),
  files('close 0 + stdin + close 0 + close 99'),
  files('clocks + sleep 3 + sleep 0 + yield'),
  files('random 16 + random 256 + random 0'),
  files('poll 0 + poll 50', { stdin: 'x' }),
  files('poll-file /data/hello.txt'),
  files('stdout done + exit 0'),
  files('stdout done + exit 3'),
  files('stdout done + leave 125'),
  files('no-such-command'),
  files('read'),
  { args: [] },
  files('stdout bare + environment', { bare: true }),
];

/** Of modules only: the adapter that makes components of them takes memory that such a program has taken. */
export const moduleRows: readonly Row[] = [files('memory 8')];

/** What ends with a trap. What is on standard error is wasmtime's or hatchway's. */
export const trapRows: readonly Row[] = [files('stdout before + trap'), files('stdout before + abort')];

/** What the adapter of components ends with a trap, though the module does not. */
export const adapterTrapRows: readonly Row[] = moduleRows;

/** Through both command lines, with a process of its own each. */
export const commandLineRows: readonly Row[] = [
  files('args one --flag -- + write /data/new x + list /data'),
  files('environment + stdin + terminal 0 + terminal 1', { stdin: 'typed é', env: { A: 'b=c' } }),
  files('lines', { stdin: 'x\n'.repeat(50_000) }),
  files('long 200000'),
  files('stdout out + stderr wrong'),
  files('stdout done + exit 3'),
];

/** What a program prints where it may not do something. The first line of each that fails says so. */
export const refusedRows: readonly {
  readonly row: Row;
  readonly rights: Rights;
  readonly stdout: string;
}[] = [
  ...[
    'write /data/new x',
    'write /data/hello.txt x',
    'create /data/new x',
    'append /data/hello.txt x',
    'overwrite /data/hello.txt x',
    'update /data/hello.txt x',
    'truncate /data/hello.txt 0',
    'utimes /data/hello.txt 1 1',
    'lutimes /data/link 1 1',
    'mkdir /data/new',
    'rmdir /data/hollow',
    'unlink /data/hello.txt',
    'rename /data/hello.txt /data/new',
    'link /data/hello.txt /data/new',
    'symlink hello.txt /data/new',
    'futimes /data/hello.txt 1 1',
  ].map((command) => refused('read', command, 'Operation not permitted')),
  ...['read /data/hello.txt', 'list /data', 'readlink /data/link', 'update /data/hello.txt x', 'read /data/link'].map(
    (command) => refused('write', command, 'Operation not permitted'),
  ),
  allowed('read', 'read /data/hello.txt', 'hello, world\n'),
  allowed('read', 'lstat /data/link', 'link'),
  allowed('read', 'advise /data/hello.txt', ''),
  allowed('write', 'truncate /data/hello.txt 5', ''),
  allowed('write', 'append /data/hello.txt x', '1'),
  allowed('write', 'stat /data/hello.txt', 'file of 13, 1 links'),
];

function refused(rights: Rights, command: string, why: string) {
  return { row: files(command), rights, stdout: `${command.split(' ')[0]}:  [${why}]\n` };
}

function allowed(rights: Rights, command: string, answer: string) {
  return { row: files(command), rights, stdout: `${command.split(' ')[0]}: ${answer}\n` };
}

/** Where wasmtime and hatchway part: what each prints, with the exit code. */
export const divergentRows: readonly {
  readonly row: Row;
  readonly theirs: readonly [stdout: string, code: number];
  readonly ours: readonly [stdout: string, code: number];
  readonly why: string;
  /** Of a module only: a component's adapter has no such call, or answers itself. */
  readonly moduleOnly?: boolean;
}[] = [
  {
    row: files('stat /nope'),
    theirs: ['stat:  [Capabilities insufficient]\n', 1],
    ours: ['stat:  [No such file or directory]\n', 1],
    why: 'a path that nobody granted is looked up in a root that is empty, so that the denial can name it',
  },
  {
    row: files('lstat /data/folder-link/'),
    theirs: ['lstat: link\n', 0],
    ours: ['lstat: directory\n', 0],
    why: 'a slash at the end asks for a directory, as on Linux',
  },
  {
    row: files('rmdir /data/hollow/'),
    theirs: ['rmdir:  [Invalid argument]\n', 1],
    ours: ['rmdir: \n', 0],
    why: 'a slash at the end asks for a directory, as on Linux',
  },
  {
    row: files('unlink /data/folder-link/'),
    theirs: ['unlink:  [Is a directory]\n', 1],
    ours: ['unlink:  [Not a directory]\n', 1],
    why: 'the errno of Linux',
  },
  {
    row: files('open-directory-no-follow /data/folder-link'),
    theirs: ['open-directory-no-follow:  [Symbolic link loop]\n', 1],
    ours: ['open-directory-no-follow:  [Not a directory]\n', 1],
    why: 'the errno of Linux',
  },
  {
    row: files('seek /data/hello.txt 0 wrong'),
    theirs: ['seek: ', 1],
    ours: ['seek:  [Invalid argument]\n', 1],
    why: 'a number that means nothing is an error of the call, and ends nothing',
    moduleOnly: true,
  },
  {
    row: files('exit 200'),
    theirs: ['exit: ', 1],
    ours: ['exit: ', 200],
    why: 'every exit code that a process can have is one',
    moduleOnly: true,
  },
];

/** Arguments of `guests/c/query`. */
export const queryRows: readonly Row[] = [
  ['/data/messages'],
  ['/data/messages', '.level == "error" and .attempts > 2', '.id', '.user.name', '.text'],
  ['/data/messages', '.user.groups[-1] == "oncall" or not .user', '.id', '.["text"]', '.'],
  ['-c', '/data/messages', '.text ~ "db1"'],
  ['-n', '2', '/data/messages', '.size >= 482.5', '.size', '.attempts'],
  ['/data/messages', '.host == null and .user.groups != []', '.user'],
  ['/data/messages', '.nope'],
  ['/data/broken'],
  ['/data/broken', '.level', '.id'],
  ['/data/nope'],
  ['/data/hello.txt'],
  ['/data/messages', '.a =='],
  ['/data/messages', '(.level == "error"'],
  ['/data/messages', '.id', 'id'],
  ['-x'],
  [],
].map((args) => ({ args }));

function notes(args: string, rest: Omit<Row, 'args'> = {}): Row {
  return { args: args === '' ? [] : args.split(' '), ...rest };
}

/** Arguments of `guests/rust/notes`. */
export const noteRows: readonly Row[] = [
  notes('list'),
  notes('show milk ideas'),
  notes('show milk nothing'),
  notes('add new a new note'),
  notes('add milk another text'),
  notes('add sub/folder text'),
  notes('append milk and eggs'),
  notes('append nothing and eggs'),
  notes('remove milk ideas'),
  notes('remove milk nothing'),
  notes('clear'),
  notes('rename milk shopping'),
  notes('rename milk ideas'),
  notes('rename nothing x'),
  notes('copy ideas twin'),
  notes('link ideas twin'),
  notes('link ideas milk'),
  notes('search bread'),
  notes('words'),
  notes('import', { stdin: 'one\tthe first\ntwo\tthe second é\n' }),
  notes('import', { stdin: 'a/b\tno name\n' }),
  notes('import', { stdin: 'nothing' }),
  notes('import'),
  notes('head ideas 9'),
  notes('head ideas x'),
  notes('cut ideas 5'),
  notes('cut ideas 1'),
  notes('where'),
  notes('environment', { env: { B: 'two', A: 'one é' } }),
  notes('clock'),
  notes('exit 0'),
  notes('exit 3'),
  notes('list', { env: { NOTES: '/data/nothing' } }),
  notes('add x y', { env: { NOTES: '/data/made/of/many' } }),
  notes('add x y', { env: { NOTES: '/data/escape/made' } }),
  notes('list', { env: { NOTES: '/other' } }),
  notes(''),
  notes('dance'),
];

/** Ends with a trap, which is how Rust ends a panic here. */
export const noteTrapRows: readonly Row[] = [notes('panic')];

/** Arguments of `guests/assemblyscript/tally`. It prints error codes as their numbers. */
export const tallyRows: readonly Row[] = [
  files('/data/lines.txt /data/hello.txt /data/empty'),
  files('/data/sub /other'),
  files('/data'),
  files('/data/hollow'),
  files('/data/link /data/folder-link /data/sub/up'),
  files("'/data/zoë 🦜.txt' /data/sub/../hello.txt /data/./lines.txt"),
  files('/data/nope /data/hello.txt/x /data/hello.txt/ /data/dangling /data/loop'),
  files('/data/escape /data/absolute /data/../outside.txt /data/sub/../../outside.txt'),
  files('/nowhere/x'),
  files('-o /data/report /data/hello.txt'),
  files('-o /data/lines.txt /data/lines.txt'),
  files('-o /data/sub /data/hello.txt'),
  files('-o /data/nope/report /data/hello.txt'),
  files('-o /data/escape /data/hello.txt'),
  files('-o /data/link /data/hello.txt'),
  files('-o'),
  files('', { stdin: 'some words\nof é input' }),
  files('', { stdin: 'x y\n'.repeat(40_000) }),
  files(''),
  files('/data/hello.txt', { bare: true }),
];

/** Arguments of `guests/javascript/letter`. */
export const letterRows: readonly Row[] = [
  files("/data/letter.txt - name=Ada 'text=thank you'", { env: { A: 'one é' } }),
  files('/data/letter.txt /data/out.txt name=Ada', { stdin: 'text: from: stdin\nA: é 🦜\n' }),
  files('/data/letter.txt /other/out.txt name=Ada text= A=x=y'),
  files('/data/letter.txt /data/lines.txt name=Ada text=new A=1'),
  files('/data/letter.txt -'),
  files('/data/nope -'),
  files('/data/escape -'),
  files('/data/sub -'),
  files('/data/letter.txt /data/sub/../../out name=Ada text=x A=1'),
  files('/data/letter.txt /data/sub name=Ada text=x A=1'),
  files('/data/letter.txt - name=Ada text=x A=1', { bare: true }),
  files(''),
];
