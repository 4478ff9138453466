import { createHash } from 'node:crypto';
import { givenConnection, SocketCarrier } from '../carriers/index.js';
// Only what reads worlds: a plugin's start waits for what is loaded.
import { decodeWorld } from '../component/analyze/index.js';
import { type Members, type RemoteNamespace, refusalOf, remoteOf, STREAM_FACES } from '../proxy/index.js';
import { CONTROL, functionTable, type IncomingCall, Session, setShare, type Traffic } from '../session/index.js';
import { Share } from '../wire/index.js';
import { explain } from './explain.js';
import { ServedInstance } from './instance.js';
import { type PluginLog, routeConsole } from './log.js';

/** A world with the types of what its plugin exports and imports, as `hatchway bindgen node` writes it. */
export interface PluginWorld<Exports = any, Imports = any> {
  /** The name of the world, as `ns:pkg/world`. */
  readonly name: string;
  /** The world in binary, in base64. */
  readonly encoded: string;
  /** Never there: it is what the type checker knows. */
  readonly types?: { readonly exports: Exports; readonly imports: Imports };
}

/** What an instance is told of itself. */
export interface PluginContext {
  /** What the host calls it. */
  readonly name: string;
  /** What the host configured it with. */
  readonly config: ReadonlyMap<string, string>;
  /** Writes records to the host's log. `console` does so too. */
  readonly log: PluginLog;
  /** Aborted when nobody wants the answer to the call under way any more. */
  readonly signal: AbortSignal;
  /**
   * Says how what this instance sends is sent from now on, beside others of the process: its streams, and calls and answers of more
   * than 64 KiB. Shorter ones leave at once.
   * @throws HatchwayError `option` for values that cannot be.
   * @example context.traffic({ priority: 4, bytesPerSecond: 1_000_000 })
   */
  traffic(traffic: Traffic): void;
}

/** Makes the object that implements the world, one for each instance. */
export type PluginFactory<Exports = any, Imports = any> = (
  imports: Imports,
  context: PluginContext,
) => Exports | Promise<Exports>;

/**
 * Serves a plugin to the host that started this program, until that is done with it. Started by a person, the program says what
 * it is and exits with 1.
 * @param world what `hatchway bindgen node` wrote.
 * @param make makes the object that implements the world's exports: interfaces by their short name, functions in camelCase,
 * which may answer with promises; what imports answer is always promised.
 * @example
 * serve(filterPlugin, ({ log }) => ({
 *   filter: {
 *     async apply(message) {
 *       await log.write('info', message.title);
 *       return { ...message, title: message.title.toUpperCase() };
 *     },
 *   },
 * }));
 */
export function serve<Exports, Imports>(
  world: PluginWorld<Exports, Imports>,
  make: PluginFactory<Exports, Imports>,
): void {
  let carrier: SocketCarrier | undefined;
  const ends = givenConnection((bytes) => carrier!.received(bytes));
  if (ends === undefined) {
    process.stderr.write(explain(world.name));
    process.exitCode = 1;
    return;
  }
  carrier = new SocketCarrier(ends.output, ends.input);
  const encoded = new Uint8Array(Buffer.from(world.encoded, 'base64'));
  new Server(carrier, world.name, encoded, make as PluginFactory).start();
  ends.input.on('close', () => process.exit(0));
}

/** The plugin's side of a connection. */
class Server {
  readonly #session: Session;
  readonly #instances = new Map<number, ServedInstance>();
  readonly #world;
  readonly #table;
  /** Whose function runs now. */
  #running = 0;

  constructor(
    private readonly carrier: SocketCarrier,
    name: string,
    private readonly encoded: Uint8Array,
    private readonly make: PluginFactory,
  ) {
    this.#world = decodeWorld(encoded);
    this.#table = functionTable(this.#world);
    this.#session = new Session({
      role: 'plugin',
      name,
      digest: createHash('sha256').update(encoded).digest(),
      functions: this.#table,
      now: () => performance.now(),
      onOutput: carrier.output,
      handle: (call) => this.#handle(call),
      onDrop: (object) => this.#dropped(object),
      onEnd: (error) => this.#end(error !== undefined),
      streams: STREAM_FACES,
      resources: {
        wrap: (remote) => this.#instances.get(remote.instance)?.classes.wrap(remote) ?? remote,
        unwrap: remoteOf,
        refusal: (definition, value, instance) => {
          const known = this.#instances.get(instance)?.functions;
          return known && refusalOf(known.classes, definition, value);
        },
      },
    });
  }

  start(): void {
    routeConsole(this.#session, () => this.#running);
    this.carrier.start(this.#session);
  }

  #handle(call: IncomingCall): void {
    if (call.instance === 0) return this.#control(call);
    this.#running = call.instance;
    this.#instances.get(call.instance)!.take(call);
    this.#running = 0;
  }

  #control(call: IncomingCall): void {
    const [id, name, config] = call.args as [number, string, [string, string][]];
    if (call.fn === CONTROL.world) call.return(this.encoded);
    else if (call.fn === CONTROL.dispense) void this.#dispense(call, id, name, config);
    else void this.#release(call, id);
  }

  async #dispense(call: IncomingCall, id: number, name: string, config: [string, string][]): Promise<void> {
    const instance = new ServedInstance(id, this.#world, this.#table, this.#session, (error) =>
      this.#report(id, error),
    );
    this.#instances.set(id, instance);
    const log: PluginLog = (level, message, fields = {}) =>
      this.#session.log({
        instance: id,
        level,
        time: Date.now(),
        target: name,
        message,
        fields: Object.entries(fields).map(([key, value]) => [key, String(value)] as const),
      });
    const context: PluginContext = {
      name,
      config: new Map(config),
      log,
      get signal() {
        return instance.signal;
      },
      // Of an instance that was released there is nothing to send.
      traffic: (traffic) => setShare(this.#session.share(id) ?? new Share(), traffic),
    };
    this.#running = id;
    try {
      const making = this.make(instance.imports as RemoteNamespace, context);
      this.#running = 0;
      instance.implement((await making) as Members);
      call.return({ tag: 'ok', val: undefined });
    } catch (error) {
      this.#instances.delete(id);
      call.return({ tag: 'err', val: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#running = 0;
    }
  }

  async #release(call: IncomingCall, id: number): Promise<void> {
    const instance = this.#instances.get(id);
    if (instance === undefined) return call.fail('unavailable', `there is no instance ${id}`);
    this.#instances.delete(id);
    try {
      await instance.dispose();
    } catch (error) {
      this.#report(id, error);
    }
    call.return();
  }

  /** The host no longer has one of the author's objects. */
  #dropped(object: Partial<Disposable>): void {
    try {
      object[Symbol.dispose]?.();
    } catch (error) {
      this.#report(0, error);
    }
  }

  /** What the author did not expect goes to the host's log, with its stack. */
  #report(instance: number, error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#session.log({ instance, level: 'error', time: Date.now(), target: 'hatchway', message, fields: [] });
  }

  /** The host is done with this program, or gone. */
  #end(lost: boolean): void {
    // What this program started goes with it: where nobody else is left to see to that.
    if (lost) process.on('exit', endGroup);
    const all = [...this.#instances.values()];
    this.#instances.clear();
    const code = this.#session.peer === undefined ? 1 : 0;
    void Promise.allSettled(all.map((it) => it.dispose())).then(() => process.exit(code));
  }
}

/** Ends the process group that the host made for this program, this program included. */
function endGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // It has no group of its own.
  }
}
