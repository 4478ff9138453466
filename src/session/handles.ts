import { hatchwayError } from '../errors/index.js';
import { MalformedValue, mismatch, type Reader, Violation, type Writer } from '../wire/index.js';
import { type HandleType, resourceOf, type TypeDefinition } from '../wit/index.js';

/** A resource that the peer defines, held here. */
export class RemoteResource {
  /** @internal */ live = true;
  /** Calls under way that it was lent to. @internal */ lends = 0;

  /** @internal */
  constructor(
    readonly definition: TypeDefinition,
    readonly index: number,
    readonly generation: number,
    readonly owned: boolean,
    /** Which instance it came from, or was given to. */
    readonly instance: number,
    /** @internal */ readonly table: HandleTable,
  ) {}

  /** Gives it up. The peer is told with the next bytes; what is no longer held, or only lent, stays as it is. */
  drop(): void {
    this.table.drop(this);
  }
}

/** How resources look to the code of this side. */
export interface ResourceFaces {
  /** What it gets for a resource of the peer. */
  wrap(remote: RemoteResource): object;
  /** The resource of the peer behind a value, if it is one. */
  unwrap(value: unknown): RemoteResource | undefined;
  /** What was expected, where an object cannot be a resource of this side that a call of an instance hands over. */
  refusal(definition: TypeDefinition, value: object, instance: number): string | undefined;
}

const BARE: ResourceFaces = {
  wrap: (remote) => remote,
  unwrap: (value) => (value instanceof RemoteResource ? value : undefined),
  refusal: () => undefined,
};

/** A resource that this side defines, known to the peer. */
interface Entry {
  readonly object: object;
  readonly definition: TypeDefinition;
  readonly generation: number;
  /** The peer owns it; otherwise it is only lent. */
  owned: boolean;
  /** Its owner dropped it while a call was using it: it is destroyed with the last reference. */
  dying: boolean;
  /** One for the peer's ownership, one for each open call that it is lent to. The entry ends with the last. */
  references: number;
}

/** What one message does with handles: done when the message is whole, undone when it is not, or was never started. */
export interface Moves {
  /** Entries made for it. */
  readonly made: number[];
  /** Entries given back to this side by it. */
  readonly back: number[];
  /** Entries lent for as long as the call is open. */
  readonly lent: number[];
  /** Resources of the peer: given away, lent, and received. */
  readonly away: RemoteResource[];
  readonly lentAway: RemoteResource[];
  readonly received: RemoteResource[];
}

const MAX_INDEX = 0x3fff_ffff;

/** The resources that cross a session. */
export class HandleTable {
  readonly #entries: (Entry | undefined)[] = [];
  readonly #generations: number[] = [];
  readonly #free: number[] = [];
  /** Owned resources of the peer, by index. */
  readonly #remotes = new Map<number, RemoteResource>();
  #moves: Moves | undefined;
  #drops: RemoteResource[] = [];
  /** Whose message is being written or read. */
  instance = 0;

  constructor(
    private readonly isMine: (definition: TypeDefinition) => boolean,
    /** The most that either side may have at the other. */
    private readonly limit: number,
    /** The peer no longer has it. */
    private readonly dropped: (object: object, definition: TypeDefinition) => void,
    /** There is something to drop. */
    private readonly wake: () => void,
    private readonly faces: ResourceFaces = BARE,
  ) {}

  get size(): { own: number; peer: number } {
    return { own: this.#entries.length - this.#free.length, peer: this.#remotes.size };
  }

  /** What the message since the last call did with handles. */
  takeMoves(): Moves | undefined {
    const moves = this.#moves;
    this.#moves = undefined;
    return moves;
  }

  #move(): Moves {
    this.#moves ??= { made: [], back: [], lent: [], away: [], lentAway: [], received: [] };
    return this.#moves;
  }

  write(writer: Writer, type: HandleType, value: unknown): void {
    const definition = resourceOf(type.resource);
    const own = type.kind === 'own';
    const remote = this.faces.unwrap(value);
    if (remote !== undefined) {
      this.#checkRemote(remote, definition, own, value);
      const moves = this.#move();
      if (own) {
        remote.live = false;
        moves.away.push(remote);
      } else {
        remote.lends++;
        moves.lentAway.push(remote);
      }
      writer.unsigned(remote.index * 2 + 1);
      writer.unsigned(remote.generation);
      return;
    }
    if (!this.isMine(definition)) mismatch('a resource of this plugin instance', value);
    if (typeof value !== 'object' || value === null) mismatch('a resource', value);
    const refusal = this.faces.refusal(definition, value, this.instance);
    if (refusal !== undefined) mismatch(refusal, value);
    const index = this.#add(value, definition, own);
    const moves = this.#move();
    if (own) moves.made.push(index);
    else moves.lent.push(index);
    writer.unsigned(index * 2);
    writer.unsigned(this.#generations[index]!);
  }

  #checkRemote(remote: RemoteResource, definition: TypeDefinition, own: boolean, value: unknown): void {
    if (remote.table !== this || remote.instance !== this.instance)
      mismatch('a resource of this plugin instance', value);
    if (remote.definition !== definition) mismatch('a resource of this type and plugin instance', value);
    const moves = this.#moves;
    if (!remote.live && moves?.away.includes(remote))
      mismatch('a resource that this call does not give away elsewhere', value);
    if (!remote.live) mismatch('a resource that was neither disposed nor given away', value);
    if (!own) return;
    if (moves?.lentAway.includes(remote)) mismatch('a resource that this call does not give away elsewhere', value);
    if (!remote.owned || remote.lends > 0) mismatch('a resource that is owned, and that no call is using', value);
  }

  #add(object: object, definition: TypeDefinition, owned: boolean): number {
    const index = this.#free.pop() ?? this.#entries.length;
    if (index >= Math.min(this.limit, MAX_INDEX)) {
      if (index < this.#entries.length) this.#free.push(index);
      throw hatchwayError('exhausted', `the peer has ${this.limit} resources of this side`);
    }
    const generation = (this.#generations[index] ?? 0) + 1;
    this.#generations[index] = generation;
    this.#entries[index] = { object, definition, generation, owned, dying: false, references: 1 };
    return index;
  }

  read(reader: Reader, type: HandleType): unknown {
    const definition = resourceOf(type.resource);
    const word = reader.unsigned();
    const generation = reader.unsigned();
    const index = Math.floor(word / 2);
    return word % 2 === 1
      ? this.#readMine(definition, index, generation, type.kind)
      : this.#readRemote(definition, index, generation, type.kind);
  }

  #readMine(definition: TypeDefinition, index: number, generation: number, kind: 'own' | 'borrow'): object {
    const entry = this.#entries[index];
    if (entry === undefined || entry.generation !== generation || entry.dying)
      badHandle('a handle that is unknown, or no longer valid');
    if (entry.definition !== definition) badHandle('a handle of another type');
    const moves = this.#move();
    if (moves.back.includes(index)) badHandle('a handle that the same message gives away');
    if (kind === 'own') {
      if (!entry.owned || entry.references !== 1) badHandle('a handle that is lent, and cannot be given away');
      moves.back.push(index);
    } else {
      entry.references++;
      moves.lent.push(index);
    }
    return entry.object;
  }

  #readRemote(definition: TypeDefinition, index: number, generation: number, kind: 'own' | 'borrow'): object {
    if (this.isMine(definition)) badHandle('a handle of a resource that the sender does not define');
    const remote = new RemoteResource(definition, index, generation, kind === 'own', this.instance, this);
    const moves = this.#move();
    if (remote.owned) {
      if (this.#remotes.has(index) || moves.received.some((it) => it.owned && it.index === index))
        badHandle('a handle that is owned here already');
      if (this.#remotes.size + moves.received.length >= this.limit) throw new Violation('limit', 'too many handles');
    }
    moves.received.push(remote);
    return this.faces.wrap(remote);
  }

  /** The message that was read is whole. */
  accept(moves: Moves): void {
    for (const index of moves.back) this.#remove(index);
    for (const remote of moves.received) if (remote.owned) this.#remotes.set(remote.index, remote);
  }

  /** The message that was read is not whole: nothing of it counts. */
  refuse(moves: Moves): void {
    for (const index of moves.lent) this.#unlend(index);
  }

  /** The message that was written left: what it gives away is the peer's. */
  sent(moves: Moves): void {
    for (const remote of moves.away) this.#remotes.delete(remote.index);
  }

  /** The message that was written never left. */
  takeBack(moves: Moves): void {
    for (const index of moves.made) this.#remove(index);
    for (const index of moves.lent) this.#unlend(index);
    for (const remote of moves.away) remote.live = true;
    for (const remote of moves.lentAway) remote.lends--;
  }

  /** A call that was sent ended: what it lent returns, and, where it was never started, what it gave away. */
  callEnded(moves: Moves, started: boolean): void {
    for (const index of moves.lent) this.#unlend(index);
    for (const remote of moves.lentAway) remote.lends--;
    if (started) return;
    for (const index of moves.made) this.#remove(index);
    for (const remote of moves.away) {
      remote.live = true;
      this.#remotes.set(remote.index, remote);
    }
  }

  /** A call that was received ended: what it borrowed is no longer valid. */
  answered(moves: Moves): void {
    for (const index of moves.lent) this.#unlend(index);
    for (const remote of moves.received) if (!remote.owned) remote.live = false;
  }

  #unlend(index: number): void {
    const entry = this.#entries[index]!;
    if (--entry.references > 0) return;
    // What was only lent stays the definer's.
    const destroy = entry.dying;
    this.#remove(index);
    if (destroy) this.dropped(entry.object, entry.definition);
  }

  #remove(index: number): void {
    this.#entries[index] = undefined;
    // A generation that ran out is never used again.
    if (this.#generations[index]! < 0xffff_ffff) this.#free.push(index);
  }

  /** Gives up a resource of the peer. */
  drop(remote: RemoteResource): void {
    if (remote.table !== this || !remote.live || !remote.owned) return;
    remote.live = false;
    this.#remotes.delete(remote.index);
    if (this.#drops.push(remote) === 1) this.wake();
  }

  /** Whether there are some to tell the peer of. */
  get hasDrops(): boolean {
    return this.#drops.length > 0;
  }

  /** Those to tell the peer of. */
  takeDrops(): readonly RemoteResource[] {
    const drops = this.#drops;
    if (drops.length > 0) this.#drops = [];
    return drops;
  }

  /** @throws Violation */
  peerDropped(index: number, generation: number): void {
    const entry = this.#entries[index];
    if (entry === undefined || entry.generation !== generation || !entry.owned || entry.dying)
      throw new Violation('handle', 'a handle is dropped that the peer does not own');
    entry.dying = true;
    this.#unlend(index);
  }

  /** The connection ended: the peer has nothing any more, and what it defined is gone. */
  end(): void {
    for (const remote of this.#remotes.values()) remote.live = false;
    this.#remotes.clear();
    this.#drops = [];
    const entries = this.#entries.splice(0);
    this.#free.length = 0;
    for (const entry of entries) if (entry?.owned) this.dropped(entry.object, entry.definition);
  }
}

function badHandle(what: string): never {
  throw new MalformedValue('bad-handle', what);
}
