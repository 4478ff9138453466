/** go-plugin: host and plugin in Go, two processes that speak net/rpc; the glue between them is the author's. */
export const title = 'go-plugin';

export const commands = ['go mod init example.com/notes', 'go mod tidy', 'go build -o shout ./plugin', 'go run ./host'];

export const files = Object.fromEntries(
  ['notes/notes.go', 'plugin/main.go', 'host/main.go'].map((name) => [name, name]),
);
/** What the first two commands write; it says versions, and is not counted. */
export const pinned = ['go.mod', 'go.sum'];
export const generated = [];

export function install({ run }) {
  run('go', ['mod', 'download']);
}

export function walk({ run }) {
  run('go', ['build', '-o', 'shout', './plugin']);
  return run('go', ['run', './host']);
}

export function installed({ run, sizeOf }) {
  const folders = run('go', ['list', '-deps', '-f', '{{with .Module}}{{if not .Main}}{{.Dir}}{{end}}{{end}}', './...']);
  const modules = [...new Set(folders.split('\n').filter((line) => line !== ''))];
  return { megabytes: modules.reduce((sum, one) => sum + sizeOf(one), 0), packages: modules.length };
}

export const host = 'host/main.go';
export const mistakes = [
  ['argument', 'Stars: 3', 'Stars: "3"'],
  ['field', 'printer{})).Title)', 'printer{})).Titel)'],
  [
    'import',
    'Write(line string) error {\n\tfmt.Println("log: " + line)',
    'Write(line int) error {\n\tfmt.Println("log: ", line)',
  ],
  ['error type', 'strings.ToUpper(err.Error())', 'strings.Repeat("!", err.Error())'],
];
export const check = ({ status }) => (status('go', ['vet', './...']) === 0 ? '' : 'vet found something');
