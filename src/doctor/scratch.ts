import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** What is outside of the directory that is granted, and must not be told. */
export const SECRET = 'kept outside';

/** A folder with `data`, which is granted, beside `outside`, which is not. */
export class Scratch {
  readonly path: string;
  /** Whether there is a FIFO to try: Node cannot make one. */
  readonly hasFifo: boolean;

  /** @throws what the system throws where the folder cannot be made */
  constructor(temporary: string) {
    this.path = mkdtempSync(join(temporary, 'hatchway-doctor-'));
    try {
      mkdirSync(this.at('data'));
      this.renew();
      this.hasFifo = this.#makeFifo();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** What is granted. */
  get data(): string {
    return this.at('data');
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Makes everything as it was at first, but for the FIFO. */
  renew(): void {
    rmSync(this.at('outside'), { recursive: true, force: true });
    for (const name of readdirSync(this.data)) if (name !== 'fifo') rmSync(join(this.data, name), { recursive: true });
    mkdirSync(this.at('outside/folder'), { recursive: true });
    writeFileSync(this.at('outside/secret'), SECRET);
    mkdirSync(this.at('data/inner'));
    writeFileSync(this.at('data/file'), 'data');
    writeFileSync(this.at('data/inner/file'), 'inner');
    linkSync(this.at('data/file'), this.at('data/hard'));
    const links = {
      'link-in': 'inner/file',
      'link-out': '../outside/secret',
      'link-out-folder': '../outside',
      'link-absolute': this.at('outside/secret'),
      'link-processes': '/proc/self/environ',
      'link-dangling': '../outside/new',
      'link-circle': 'link-circle',
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, this.at(`data/${name}`));
  }

  /** What is outside: the same before and after whatever a guest tries. */
  outside(): string {
    return [...namesIn(this.path), ...namesIn(this.at('outside')), textOf(this.at('outside/secret'))].join();
  }

  /** What is inside: the same before and after, where a guest may only read. */
  inside(): string {
    return [...namesIn(this.data), textOf(this.at('data/file'))].join();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  #makeFifo(): boolean {
    try {
      execFileSync('mkfifo', [this.at('data/fifo')], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : ['nothing'];
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : 'nothing';
}
