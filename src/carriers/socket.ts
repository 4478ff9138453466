import type { Socket } from 'node:net';
import type { Session } from '../session/index.js';

/** Bytes that may wait in the socket before no more are taken from the session. */
const HIGH_WATER = 256 * 1024;
const NOTHING = new Uint8Array(0);
/** Milliseconds until what waits for its rate is looked at again. */
const PACE = 5;

/**
 * A session over a socket: what came is handed over at once, what goes out is written once per turn, and one timer watches over
 * all deadlines.
 */
export class SocketCarrier {
  #scheduled = false;
  #blocked = false;
  /** It was asked when what was written has left. */
  #asked = false;
  #ending = false;
  #timer: NodeJS.Timeout | undefined;
  /** When it fires, in milliseconds of the session's clock. */
  #due = Number.POSITIVE_INFINITY;
  #session!: Session;

  /** @param input where what came is read from, if it is not the same socket. */
  constructor(
    private readonly socket: Socket,
    input: Socket = socket,
  ) {
    socket.on('drain', () => {
      this.#blocked = false;
      this.#left();
      this.#flush();
    });
    // There is no 'drain' for what leaves with the end.
    const left = () => this.#session.hasLeft();
    socket.on('finish', left);
    socket.on('close', left);
    const failed = (error: Error) => this.#session.carrierEnded(error);
    socket.on('error', failed);
    if (input !== socket) input.on('error', failed);
    input.on('end', () => this.#session.carrierEnded());
    input.on('close', () => {
      clearTimeout(this.#timer);
      this.#session.carrierEnded();
    });
  }

  /** Begins to carry: the hello leaves. */
  start(session: Session): void {
    this.#session = session;
    this.#flush();
  }

  /** The session's `onOutput`. */
  readonly output = (much: boolean): void => {
    if (this.#blocked) return;
    if (much) return this.#flush();
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After all that is due at once: answers that become known together leave together.
    process.nextTick(this.#flushScheduled);
  };

  readonly #flushScheduled = (): void => {
    // It may have left with what was received meanwhile.
    if (this.#scheduled) this.#flush();
  };

  /** Bytes came; they may be overwritten once this returns. */
  readonly received = (bytes: Uint8Array): void => {
    this.#session.receive(bytes);
    if (this.#scheduled) this.#flush();
  };

  #flush(): void {
    this.#scheduled = false;
    const { socket } = this;
    const session = this.#session;
    if (socket.destroyed || this.#blocked) return;
    for (;;) {
      const pieces = session.take();
      if (pieces.length === 0) break;
      if (pieces.length === 1) socket.write(pieces[0]!);
      else {
        socket.cork();
        for (const piece of pieces) socket.write(piece);
        socket.uncork();
      }
      if (!this.#left() && socket.writableLength >= HIGH_WATER) {
        this.#blocked = true;
        return;
      }
      if (!session.hasMore) break;
    }
    if (session.ended !== undefined) return this.#end();
    if (session.isPaced || session.nextDeadline < this.#due) this.#arm();
  }

  /** Whether all that was written has left; if not, there will be a sign when it has. */
  #left(): boolean {
    const { socket } = this;
    if (socket.writableLength === 0) {
      this.#session.hasLeft();
      return true;
    }
    // There is no 'drain' for a few bytes.
    if (!socket.writableNeedDrain && !this.#asked) {
      this.#asked = true;
      socket.write(NOTHING, this.#answered);
    }
    return false;
  }

  readonly #answered = (error?: Error | null): void => {
    this.#asked = false;
    if (!error) this.#left();
  };

  /** Half-closes: what was written before still leaves. */
  #end(): void {
    if (this.#ending) return;
    this.#ending = true;
    clearTimeout(this.#timer);
    this.socket.end();
  }

  #arm(): void {
    const session = this.#session;
    const now = performance.now();
    const due = Math.min(session.nextDeadline, session.isPaced ? now + PACE : Number.POSITIVE_INFINITY);
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    // Calls that are open hold the socket; a deadline alone keeps no process going.
    this.#timer = setTimeout(this.#wake, Math.min(Math.max(1, due - now), 0x7fff_ffff)).unref();
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    this.#due = Number.POSITIVE_INFINITY;
    // A process that was busy looks first at what has come meanwhile: it may be the answer.
    setImmediate(this.#expire);
  };

  readonly #expire = (): void => {
    this.#session.tick();
    this.#flush();
  };
}
