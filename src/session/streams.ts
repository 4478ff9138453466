import { allocateOwned, type Direction, MAX_BODY, MAX_ID, Share, type Source, Violation } from '../wire/index.js';

/** What streams need of their session. */
export interface StreamHost {
  /** Sends up to `limit` bytes of `bytes`, and gives how many. */
  sendData(id: number, bytes: Uint8Array, start: number, end: number): void;
  /** Has `then` called when the bytes sent so far have left, or never will. */
  whenLeft(then: () => void): void;
  sendEnd(id: number): void;
  sendReset(id: number): void;
  sendWindow(id: number, credit: number): void;
  schedule(source: Source): void;
  closed(stream: OutgoingBytes | IncomingBytes): void;
  /** Asks for room to receive into; `granted` is called now or later. */
  requestGrant(stream: IncomingBytes): void;
  returnGrant(bytes: number): void;
}

/** How streams look to the code of this side. */
export interface StreamFaces {
  /** What it gets for a stream that the peer brings. */
  wrap(stream: OutgoingBytes | IncomingBytes): object;
  /** The stream behind a value that it hands over, in the direction in which the bytes flow; `undefined` if it is none. */
  unwrap(value: unknown, direction: Direction): OutgoingBytes | IncomingBytes | undefined;
}

/** Streams as they are. */
export const BARE_STREAMS: StreamFaces = {
  wrap: (stream) => stream,
  unwrap: (value, direction) =>
    value instanceof (direction === 'with' ? OutgoingBytes : IncomingBytes) && value.id === 0 ? value : undefined,
};

/** Bytes from here to the peer. */
export class OutgoingBytes implements Source {
  /** @internal */ id = 0;
  /** Turns and rate of this stream. */
  readonly share: Share;
  shares: readonly Share[];
  deficit = 0;
  queued = false;
  /** Room for more after `write` said there was none. */
  onDrain: (() => void) | undefined;
  /** Nothing waits here any more, nor on the way to the carrier: what was written is the caller's again. */
  onEmpty: (() => void) | undefined;
  /** The message that brings it has left: bytes begin to be wanted. */
  onAttach: (() => void) | undefined;
  /** The peer wants no more, or the session ended. */
  onStop: (() => void) | undefined;
  #queue: Uint8Array[] = [];
  #offset = 0;
  #buffered = 0;
  #credit = 0;
  #state: 'open' | 'ending' | 'closed' = 'open';
  #host: StreamHost | undefined;

  constructor(
    /** Bytes that may wait here before `write` says that there is no room. */
    private readonly highWater = 1 << 20,
    /** Several may have one. */
    share = new Share(),
  ) {
    this.share = share;
    this.shares = [share];
  }

  get buffered(): number {
    return this.#buffered;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Queues bytes, which are not to be changed before `onEmpty`. False: wait for `onDrain`. */
  write(bytes: Uint8Array): boolean {
    if (this.#state !== 'open' || bytes.length === 0) return this.#state === 'open';
    this.#queue.push(bytes);
    this.#buffered += bytes.length;
    this.#wake();
    return this.#buffered < this.highWater;
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#wake();
  }

  /** Gives up; the peer is told, and what waits here is discarded. */
  reset(): void {
    if (this.#state === 'closed') return;
    this.#host?.sendReset(this.id);
    this.stopped();
  }

  #wake(): void {
    if (this.#host !== undefined && (this.#credit > 0 || this.#buffered === 0)) this.#host.schedule(this);
  }

  /** The message that introduced it has left. @internal */
  attach(host: StreamHost): void {
    if (this.#state === 'closed') {
      host.sendReset(this.id);
      return host.closed(this);
    }
    this.#host = host;
    this.#wake();
    this.onAttach?.();
  }

  /** @internal */
  credit(bytes: number): void {
    if (this.#credit + bytes > MAX_ID) throw new Violation('window', 'a window holds more than 2^31 - 1 bytes');
    this.#credit += bytes;
    this.#wake();
  }

  /** @internal */
  send(limit: number): number {
    let left = Math.min(limit, this.#credit);
    let sent = 0;
    while (left > 0 && this.#queue.length > 0) {
      const first = this.#queue[0]!;
      const count = Math.min(left, first.length - this.#offset, MAX_BODY);
      // Its memory was taken away, as that of a WebAssembly module is that grows: not all of it can come.
      if (count <= 0) {
        this.reset();
        return sent;
      }
      this.#host!.sendData(this.id, first, this.#offset, this.#offset + count);
      this.#offset += count;
      if (this.#offset === first.length) {
        this.#queue.shift();
        this.#offset = 0;
      }
      left -= count;
      sent += count;
    }
    this.#credit -= sent;
    const before = this.#buffered;
    this.#buffered -= sent;
    if (this.#buffered === 0 && this.#state === 'ending') {
      this.#host!.sendEnd(this.id);
      this.#state = 'closed';
      this.#host!.closed(this);
    } else if (before >= this.highWater && this.#buffered < this.highWater) {
      this.onDrain?.();
    }
    if (before > 0 && this.#buffered === 0 && this.onEmpty !== undefined) this.#host!.whenLeft(this.onEmpty);
    return sent;
  }

  /** @internal */
  stopped(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#queue = [];
    this.#buffered = 0;
    this.#host?.closed(this);
    // Whoever waits for room waits no longer.
    this.onDrain?.();
    if (this.onEmpty !== undefined) this.#host === undefined ? this.onEmpty() : this.#host.whenLeft(this.onEmpty);
    this.onStop?.();
  }
}

/** Bytes from the peer to here. */
export class IncomingBytes {
  /** @internal */ id = 0;
  /** The message that brings it has left, or come: it can be read. */
  onAttach: (() => void) | undefined;
  /** There is something to read, or the end. */
  onReadable: (() => void) | undefined;
  /** How it ended: undefined while it is open. `reset`: not all of it came. */
  ended: 'end' | 'reset' | undefined;
  #queue: Uint8Array[] = [];
  #buffered = 0;
  /** What the peer may still send. */
  #granted = 0;
  /** What was read and not granted again. */
  #consumed = 0;
  #window = 0;
  /** What has come of a frame. */
  #frame: Uint8Array | undefined;
  /** Bytes of the frame that is on its way: no longer granted, and not yet buffered. */
  #arriving = 0;
  #host: StreamHost | undefined;

  get buffered(): number {
    return this.#buffered;
  }

  /** The next piece, the caller's own; undefined where there is none yet, or no more. */
  read(): Uint8Array | undefined {
    const piece = this.#queue.shift();
    if (piece === undefined) return undefined;
    this.#buffered -= piece.length;
    if (this.ended !== undefined || this.#host === undefined) {
      this.#host?.returnGrant(piece.length);
      return piece;
    }
    this.#consumed += piece.length;
    if (this.#consumed * 2 >= this.#window) {
      this.#host.sendWindow(this.id, this.#consumed);
      this.#granted += this.#consumed;
      this.#consumed = 0;
    }
    return piece;
  }

  /** Wants no more. */
  cancel(): void {
    if (this.ended === undefined) {
      this.#host?.sendReset(this.id);
      this.#finish('reset');
    }
    const left = this.#buffered;
    this.#queue = [];
    this.#buffered = 0;
    this.#host?.returnGrant(left);
  }

  /** @internal */
  attach(host: StreamHost): void {
    if (this.ended !== undefined) {
      host.sendReset(this.id);
      return host.closed(this);
    }
    this.#host = host;
    host.requestGrant(this);
    this.onAttach?.();
  }

  /** @internal */
  granted(bytes: number): void {
    this.#window = bytes;
    this.#granted = bytes;
    this.#host!.sendWindow(this.id, bytes);
  }

  /** Judges a frame before its bytes come. @internal */
  expect(length: number): void {
    if (length > this.#granted) throw new Violation('window', `${length} bytes, and ${this.#granted} were granted`);
    this.#granted -= length;
    this.#arriving = length;
  }

  /** Bytes of a frame, of which `left` are still to come: one piece for whoever reads. @internal */
  push(bytes: Uint8Array, start: number, end: number, left: number): void {
    this.#frame ??= allocateOwned(end - start + left);
    const frame = this.#frame;
    frame.set(bytes.subarray(start, end), frame.length - left - (end - start));
    if (left > 0) return;
    this.#frame = undefined;
    this.#arriving = 0;
    this.#queue.push(frame);
    this.#buffered += frame.length;
    this.onReadable?.();
  }

  /** @internal */
  finish(how: 'end' | 'reset'): void {
    if (this.ended !== undefined) return;
    this.#finish(how);
    this.onReadable?.();
  }

  #finish(how: 'end' | 'reset'): void {
    this.ended = how;
    // What is buffered is given back as it is read. What is still to come of a frame nobody will take.
    this.#host?.returnGrant(this.#granted + this.#arriving + this.#consumed);
    this.#granted = 0;
    this.#arriving = 0;
    this.#consumed = 0;
    this.#frame = undefined;
    this.#host?.closed(this);
  }
}
