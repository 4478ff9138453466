import { layoutOf } from '../../wit/index.js';
import type { Codec } from './codec.js';
import type { HostFace } from './context.js';

/** Who is on the other side: the app, by one of its faces, or another component instance, which takes representations. */
export type Face = HostFace | 'bridge';

/** `own<R>` and `borrow<R>`; `slot` is where the instance keeps what R is. */
export function handleCodec(kind: 'own' | 'borrow', slot: number, face: Face): Codec {
  const own = kind === 'own';
  const codec = bridged(own, slot);
  return face === 'bridge' ? codec : wrapped(codec, own, slot, face);
}

/** Handles as representations. */
function bridged(own: boolean, slot: number): Codec<number> {
  return {
    layout: layoutOf({ kind: 'u32' }),
    load: (cx, pointer) => {
      const handle = cx.view.getUint32(pointer, true);
      return own ? cx.instance.liftOwn(slot, handle) : cx.instance.liftBorrow(slot, handle);
    },
    store: (cx, representation, pointer) => {
      const handle = own ? cx.instance.lowerOwn(slot, representation) : cx.instance.lowerBorrow(slot, representation);
      cx.view.setUint32(pointer, handle, true);
    },
    lift: (cx, source) => {
      const handle = source.i32() >>> 0;
      return own ? cx.instance.liftOwn(slot, handle) : cx.instance.liftBorrow(slot, handle);
    },
    lower: (cx, representation, out) => {
      out.push(own ? cx.instance.lowerOwn(slot, representation) : cx.instance.lowerBorrow(slot, representation));
    },
    check: () => {},
  };
}

/** Handles as the objects the app sees. */
function wrapped(inner: Codec<number>, own: boolean, slot: number, face: HostFace): Codec {
  return {
    layout: inner.layout,
    load: (cx, pointer) => {
      const representation = inner.load(cx, pointer);
      const resource = cx.instance.resources[slot]!;
      return own ? resource.wrapOwn(representation, face) : resource.wrapBorrow(representation, face);
    },
    store: (cx, value, pointer) => {
      const resource = cx.instance.resources[slot]!;
      inner.store(cx, own ? resource.unwrapOwn(value) : resource.unwrapBorrow(value), pointer);
    },
    lift: (cx, source) => {
      const representation = inner.lift(cx, source);
      const resource = cx.instance.resources[slot]!;
      return own ? resource.wrapOwn(representation, face) : resource.wrapBorrow(representation, face);
    },
    lower: (cx, value, out) => {
      const resource = cx.instance.resources[slot]!;
      inner.lower(cx, own ? resource.unwrapOwn(value) : resource.unwrapBorrow(value), out);
    },
    check: (cx, value) => {
      const identity = cx.instance.resources[slot]!.check(value, own);
      if (identity !== undefined) cx.claim(value, identity, own);
    },
  };
}
