package plugin

import (
	"fmt"

	"github.com/hatchway/hatchway/native/go/wire"
)

// judge looks at a header before its body is waited for. Skip: nothing becomes of the frame.
func (s *session) judge(h wire.Header) (skip bool, broken *wire.Violation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	violation := func(reason wire.Reason, what string) (bool, *wire.Violation) {
		return false, &wire.Violation{Reason: reason, What: what}
	}
	if s.over {
		return true, nil
	}
	if s.peer == nil {
		if h.Type != wire.Hello {
			return violation(wire.ReasonHello, "it does not begin with a hello")
		}
		if _, _, err := h.Check(wire.Host); err != nil {
			return violation(wire.ReasonHello, err.What)
		}
		return false, nil
	}
	rule, skip, broken := h.Check(wire.Host)
	if skip || broken != nil {
		return skip, broken
	}
	if h.Type == wire.Hello {
		return violation(wire.ReasonHello, "a second hello")
	}
	hosts := isHosts(h.ID)
	named := true
	switch h.Type {
	case wire.Call:
		named = hosts && h.ID > s.hostCall
	case wire.Cancel:
		named = hosts
	case wire.Return, wire.Error:
		named = !hosts && h.ID < s.nextID
	default:
		named = h.ID == 0 || hosts || h.ID < s.nextID
	}
	one := s.streams[h.ID]
	in, isIn := one.(*incoming)
	_, isOut := one.(*outgoing)
	if isOut && (h.Type == wire.Data || h.Type == wire.End) || isIn && h.Type == wire.Window {
		named = false
	}
	if !named {
		return violation(wire.ReasonFrameID, fmt.Sprintf("a %s frame with the id %d", rule.Name, h.ID))
	}
	switch {
	case rule.Message:
		if int64(h.Length) > s.window {
			return violation(wire.ReasonWindow, fmt.Sprintf("%d bytes, and %d were granted", h.Length, s.window))
		}
		s.window -= int64(h.Length)
	case h.Type == wire.Data:
		if !isIn {
			return true, nil
		}
		if h.Length > in.granted {
			return violation(wire.ReasonWindow, fmt.Sprintf("%d bytes, and %d were granted", h.Length, in.granted))
		}
		in.granted -= h.Length
		in.arriving = h.Length
	case h.Type == wire.Rest:
		a := s.assemblies[h.ID]
		if a == nil {
			return true, nil
		}
		if h.Length > a.granted {
			return violation(wire.ReasonWindow, fmt.Sprintf("%d bytes, and %d were granted", h.Length, a.granted))
		}
		a.granted -= h.Length
	}
	switch h.Type {
	case wire.Call:
		if len(s.calls)+s.arriving >= int(s.limits.Calls) {
			return violation(wire.ReasonLimit, "too many open calls")
		}
		s.hostCall = h.ID
	case wire.Return, wire.Error:
		c := s.outgoing[h.ID]
		rest := s.out.rests[h.ID] != nil
		if c == nil || s.assemblies[h.ID] != nil || (rest && h.Type == wire.Return) {
			return violation(wire.ReasonReply, fmt.Sprintf("a reply to %d, which awaits none", h.ID))
		}
	}
	return false, nil
}
