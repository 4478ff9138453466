package plugin

import (
	"encoding/binary"
	"fmt"

	"github.com/hatchway/hatchway/native/go/wire"
)

// Memory for long messages under way, in bytes. One that is longer has it alone.
const assemblyBudget = 64 << 20

// assembly is a message of which more is to come. Its memory is taken when its turn comes, and the rest granted then.
type assembly struct {
	kind    wire.Type
	id      uint32
	total   int
	buf     []byte
	granted int
	started bool
}

func (s *session) beginAssembly(h wire.Header, body []byte) *wire.Violation {
	total := binary.LittleEndian.Uint32(body)
	if total <= wire.MaxBody {
		return &wire.Violation{Reason: wire.ReasonFrameLength, What: fmt.Sprintf("a message of %d bytes that goes on", total)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if total > s.limits.Message {
		what := fmt.Sprintf("a message of %d bytes is longer than %d", total, s.limits.Message)
		if h.Type == wire.Call {
			s.sendError(h.ID, wire.Exhausted, what, false)
			return nil
		}
		s.out.small(wire.Reset, h.ID)
		c := s.outgoing[h.ID]
		s.settle(c, &CallError{Function: c.key, Failure: wire.Exhausted, Started: true, Message: what}, true)
		return nil
	}
	if h.Type == wire.Call {
		s.arriving++
	}
	a := &assembly{kind: h.Type, id: h.ID, total: int(total), buf: append([]byte(nil), body[4:]...)}
	s.assemblies[h.ID] = a
	s.unassembled = append(s.unassembled, a)
	s.startAssemblies()
	return nil
}

// startAssemblies gives memory to those whose turn it is: for all of a message or none, so that no two wait for each other.
func (s *session) startAssemblies() {
	for len(s.unassembled) > 0 {
		a := s.unassembled[0]
		if s.assemblies[a.id] == a {
			if a.total > s.assembly && s.assembly < assemblyBudget {
				return
			}
			s.assembly -= a.total
			a.started = true
			a.granted = a.total - len(a.buf)
			a.buf = append(make([]byte, 0, a.total), a.buf...)
			s.out.small(wire.Window, a.id, uint32(a.granted))
		}
		s.unassembled = s.unassembled[1:]
	}
}

func (s *session) removeAssembly(a *assembly) {
	delete(s.assemblies, a.id)
	if a.kind == wire.Call {
		s.arriving--
	}
	if a.started {
		s.assembly += a.total
	}
	s.startAssemblies()
}

func (s *session) receiveRest(id uint32, body []byte) (job, *wire.Violation) {
	s.mu.Lock()
	a := s.assemblies[id]
	if a == nil {
		s.mu.Unlock()
		return job{}, nil
	}
	a.buf = append(a.buf, body...)
	whole := len(a.buf) == a.total
	if whole {
		s.removeAssembly(a)
	}
	s.mu.Unlock()
	if !whole {
		return job{}, nil
	}
	if a.kind == wire.Call {
		return s.receiveCall(id, a.buf)
	}
	return job{}, s.receiveReturn(id, a.buf)
}
