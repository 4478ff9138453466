package plugin

// moves are what one message does with handles: done when the message is whole, undone when it is not, or was never started.
type moves struct {
	// Entries made for it, given back to this side by it, lent for as long as the call is open.
	made, back, lent []uint32
	// Resources of the host: given away, lent, received.
	away, lentAway, received []*Remote
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
