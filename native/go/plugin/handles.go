package plugin

import (
	"errors"
	"fmt"

	"github.com/hatchway/hatchway/native/go/wire"
)

// Remote is a resource of the host, held here. Generated types have one each.
type Remote struct {
	session    *session
	resource   *ResourceType
	index      uint32
	generation uint32
	owned      bool
	// Guarded by the session's mutex.
	live  bool
	lends int
}

// Drop gives the resource up. One that was only lent, given away or dropped before stays as it is.
func (r *Remote) Drop() {
	if r == nil {
		return
	}
	s := r.session
	s.mu.Lock()
	dropped := s.handles.drop(r)
	s.mu.Unlock()
	if dropped {
		s.flush()
	}
}

// entry is a resource that this side defines, known to the host.
type entry struct {
	object     any
	resource   *ResourceType
	instance   *Instance
	generation uint32
	// The host owns it; otherwise it is only lent.
	owned bool
	// Its owner dropped it while a call was using it: it is destroyed with the last reference.
	dying bool
	// One for the host's ownership, one for each open call that it is lent to. The entry ends with the last.
	references int
}

// moves are what one message does with handles: done when the message is whole, undone when it is not, or was never started.
type moves struct {
	// Entries made for it, given back to this side by it, lent for as long as the call is open.
	made, back, lent []uint32
	// Resources of the host: given away, lent, received.
	away, lentAway, received []*Remote
}

// handles are the resources that cross. Guarded by the session's mutex.
type handles struct {
	entries     []*entry
	generations []uint32
	free        []uint32
	// Owned resources of the host, by index.
	remotes map[uint32]*Remote
	drops   []*Remote
	// What the host no longer has, to be destroyed once the mutex is free.
	doomed []*entry
	// The session is over: there is nothing left to keep.
	over bool
}

// maxHandles is how many resources either side may have at the other.
const maxHandles = 100_000

var (
	errForeign = errors.New("a resource of another type, or none")
	errGone    = errors.New("a resource that was dropped or given away")
	errInUse   = errors.New("a resource that is only lent, or that a call is using, cannot be given away")
)

// Remote writes a resource of the host: given away if own, lent otherwise.
func (w *Writer) Remote(resource *ResourceType, remote *Remote, own bool) {
	if remote == nil || remote.session != w.session || remote.resource != resource {
		w.Fail(fmt.Errorf("%s: %w", resource.Name, errForeign))
		return
	}
	w.session.mu.Lock()
	err := error(nil)
	switch {
	case !remote.live:
		err = errGone
	case own && (!remote.owned || remote.lends > 0):
		err = errInUse
	case own:
		remote.live = false
		w.moves.away = append(w.moves.away, remote)
	default:
		remote.lends++
		w.moves.lentAway = append(w.moves.lentAway, remote)
	}
	w.session.mu.Unlock()
	if err != nil {
		w.Fail(fmt.Errorf("%s: %w", resource.Name, err))
		return
	}
	w.U32(remote.index*2 + 1)
	w.U32(remote.generation)
}

// Object writes a resource of the plugin, which the host owns from then on.
func (w *Writer) Object(resource *ResourceType, object any) {
	if object == nil {
		w.Fail(fmt.Errorf("%s: %w", resource.Name, errForeign))
		return
	}
	w.session.mu.Lock()
	index, generation, ok := w.session.handles.add(resource, object, w.instance)
	w.session.mu.Unlock()
	if !ok {
		w.Fail(&CallError{Function: resource.Name, Failure: wire.Exhausted, Message: "the host has too many resources of this plugin"})
		return
	}
	w.moves.made = append(w.moves.made, index)
	w.U32(index * 2)
	w.U32(generation)
}

func (h *handles) add(resource *ResourceType, object any, instance *Instance) (index, generation uint32, ok bool) {
	if h.over {
		return 0, 0, false
	}
	if n := len(h.free); n > 0 {
		index = h.free[n-1]
		h.free = h.free[:n-1]
	} else {
		if len(h.entries) >= maxHandles {
			return 0, 0, false
		}
		index = uint32(len(h.entries))
		h.entries = append(h.entries, nil)
		h.generations = append(h.generations, 0)
	}
	h.generations[index]++
	generation = h.generations[index]
	h.entries[index] = &entry{object, resource, instance, generation, true, false, 1}
	return index, generation, true
}

// ReadObject reads a resource of the plugin that the host gives back (own) or lends.
func ReadObject[T any](r *Reader, resource *ResourceType, own bool) (object T) {
	found, ok := r.object(resource, own).(T)
	if !ok && r.Err() == nil {
		r.Fail(wire.BadHandle, "a handle of another type")
	}
	return found
}

func (r *Reader) object(resource *ResourceType, own bool) any {
	word, generation := r.U32(), r.U32()
	if r.Err() != nil {
		return nil
	}
	if word&1 == 0 {
		r.Fail(wire.BadHandle, "a handle of a resource that the sender does not define")
		return nil
	}
	index := word / 2
	s := r.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if int(index) >= len(s.handles.entries) || s.handles.entries[index] == nil {
		r.Fail(wire.BadHandle, "a handle that is unknown")
		return nil
	}
	e := s.handles.entries[index]
	switch {
	case e.generation != generation || e.dying || contains(r.moves.back, index):
		r.Fail(wire.BadHandle, "a handle that is no longer valid")
		return nil
	case e.resource != resource:
		r.Fail(wire.BadHandle, "a handle of another type")
		return nil
	case own && (!e.owned || e.references != 1):
		r.Fail(wire.BadHandle, "a handle that is lent, and cannot be given away")
		return nil
	case own:
		r.moves.back = append(r.moves.back, index)
	default:
		e.references++
		r.moves.lent = append(r.moves.lent, index)
	}
	return e.object
}

// Remote reads a resource of the host, which is the plugin's from then on (own), or lent for the call.
func (r *Reader) Remote(resource *ResourceType, own bool) *Remote {
	word, generation := r.U32(), r.U32()
	if r.Err() != nil {
		return nil
	}
	if word&1 != 0 {
		r.Fail(wire.BadHandle, "a handle of a resource that the sender does not define")
		return nil
	}
	remote := &Remote{session: r.session, resource: resource, index: word / 2, generation: generation, owned: own, live: true}
	if own {
		s := r.session
		s.mu.Lock()
		_, twice := s.handles.remotes[remote.index]
		tooMany := len(s.handles.remotes)+len(r.moves.received) >= maxHandles
		s.mu.Unlock()
		for _, other := range r.moves.received {
			twice = twice || other.owned && other.index == remote.index
		}
		if twice {
			r.Fail(wire.BadHandle, "a handle that is owned here already")
			return nil
		}
		if tooMany {
			r.broken = &wire.Violation{Reason: wire.ReasonLimit, What: "too many handles"}
			r.Fail(wire.Exhausted, "too many handles")
			return nil
		}
	}
	r.moves.received = append(r.moves.received, remote)
	return remote
}

func contains(list []uint32, one uint32) bool {
	for _, it := range list {
		if it == one {
			return true
		}
	}
	return false
}

// accepted: the message that was read is whole.
func (h *handles) accepted(m *moves) {
	for _, index := range m.back {
		h.remove(index)
	}
	for _, remote := range m.received {
		if remote.owned {
			h.remotes[remote.index] = remote
		}
	}
}

// refused: the message that was read is not whole; nothing of it counts.
func (h *handles) refused(m *moves) {
	for _, index := range m.lent {
		h.unlend(index)
	}
	for _, remote := range m.received {
		remote.live = false
	}
}

// sent: the message that was written left; what it gives away is the host's.
func (h *handles) sent(m *moves) {
	for _, remote := range m.away {
		delete(h.remotes, remote.index)
	}
}

// takenBack: the message that was written never left.
func (h *handles) takenBack(m *moves) {
	for _, index := range m.made {
		h.remove(index)
	}
	for _, remote := range m.away {
		remote.live = true
	}
	for _, remote := range m.lentAway {
		remote.lends--
	}
}

// ended: a call that was sent ended. What it lent returns, and, where it was never started, what it gave away.
func (h *handles) ended(m *moves, started bool) {
	for _, remote := range m.lentAway {
		remote.lends--
	}
	if started {
		return
	}
	for _, index := range m.made {
		h.remove(index)
	}
	for _, remote := range m.away {
		remote.live = true
		h.remotes[remote.index] = remote
	}
}

// answered: a call that was received ended; what it borrowed is no longer valid.
func (h *handles) answered(m *moves) {
	for _, index := range m.lent {
		h.unlend(index)
	}
	for _, remote := range m.received {
		if !remote.owned {
			remote.live = false
		}
	}
}

func (h *handles) unlend(index uint32) {
	if h.over {
		return
	}
	e := h.entries[index]
	if e.references--; e.references > 0 {
		return
	}
	h.remove(index)
	if e.dying {
		h.doomed = append(h.doomed, e)
	}
}

func (h *handles) remove(index uint32) {
	if h.over {
		return
	}
	h.entries[index] = nil
	// A generation that ran out is never used again.
	if h.generations[index] < 1<<32-1 {
		h.free = append(h.free, index)
	}
}

// drop gives up a resource of the host. It is told with the next bytes.
func (h *handles) drop(r *Remote) bool {
	if !r.live || !r.owned || h.over {
		return false
	}
	r.live = false
	delete(h.remotes, r.index)
	h.drops = append(h.drops, r)
	return true
}

// peerDropped: the host no longer needs one of ours.
func (h *handles) peerDropped(index, generation uint32) *wire.Violation {
	if int(index) < len(h.entries) {
		if e := h.entries[index]; e != nil && e.generation == generation && e.owned && !e.dying {
			e.dying = true
			h.unlend(index)
			return nil
		}
	}
	return &wire.Violation{Reason: wire.ReasonHandle, What: "a handle is dropped that the host does not own"}
}

// end: the connection ended. The host has nothing any more, and what it defined is gone.
func (h *handles) end() {
	h.over = true
	for _, remote := range h.remotes {
		remote.live = false
	}
	h.remotes, h.drops = map[uint32]*Remote{}, nil
	for _, e := range h.entries {
		if e != nil && e.owned {
			h.doomed = append(h.doomed, e)
		}
	}
	h.entries, h.free, h.generations = nil, nil, nil
}
