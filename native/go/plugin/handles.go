package plugin

import "github.com/hatchway/hatchway/native/go/wire"

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
