package plugin

import (
	"errors"
	"fmt"
	"slices"

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
	case e.generation != generation || e.dying || slices.Contains(r.moves.back, index):
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
