package plugin

import (
	"context"
	"fmt"
	"io"

	"github.com/hatchway/hatchway/native/go/wire"
)

// frame handles a whole frame. The body is only lent. It gives what is to be run.
func (s *session) frame(h wire.Header, body []byte) (next job, broken *wire.Violation) {
	if wire.Rules[h.Type].Message {
		s.giveBack(len(body))
	}
	if h.More {
		return job{}, s.beginAssembly(h, body)
	}
	switch h.Type {
	case wire.Call:
		return s.receiveCall(h.ID, body)
	case wire.Return:
		return job{}, s.receiveReturn(h.ID, body)
	case wire.Rest:
		return s.receiveRest(h.ID, body)
	case wire.Data:
		s.mu.Lock()
		// What comes after this side gave the stream up is not kept.
		if in, ok := s.streams[h.ID].(*incoming); ok {
			in.push(body)
		}
		s.mu.Unlock()
		return job{}, nil
	}
	r := &s.in.reader
	r.start(s, body)
	broken = s.receiveOther(h, r)
	if broken == nil && r.Err() != nil {
		broken = &wire.Violation{Reason: wire.ReasonFrameBody, What: "a " + wire.Rules[h.Type].Name + " frame: " + r.Err().Error()}
	}
	return job{}, broken
}

func (s *session) giveBack(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.consumed += int64(n); s.consumed*2 < int64(s.limits.Window) {
		return
	}
	s.out.small(wire.Window, 0, uint32(s.consumed))
	s.window += s.consumed
	s.consumed = 0
}

func (s *session) receiveOther(h wire.Header, r *Reader) *wire.Violation {
	switch h.Type {
	case wire.Hello:
		hello, broken := wire.ReadHello(&r.Reader, wire.Host)
		if broken != nil {
			return broken
		}
		s.mu.Lock()
		s.peer = &hello
		s.out.credit += int64(hello.Limits.Window)
		s.out.advance()
		s.mu.Unlock()
		return nil
	case wire.Error:
		return s.receiveError(h.ID, r)
	case wire.Cancel:
		reason := r.U8()
		if r.Finish() == nil && reason > 1 {
			r.Fail(wire.BadArguments, "there is no such reason to cancel")
		}
		if r.Err() == nil {
			s.mu.Lock()
			if c := s.calls[h.ID]; c != nil && reason == 1 {
				c.stop(context.DeadlineExceeded)
			} else if c != nil {
				c.stop(context.Canceled)
			}
			s.mu.Unlock()
		}
	case wire.Window:
		credit := r.U32()
		if r.Finish() != nil {
			return nil
		}
		return s.receiveWindow(h.ID, credit)
	case wire.End, wire.Reset:
		s.receiveEnd(h)
	case wire.Drop:
		return s.receiveDrop(r)
	case wire.Ping:
		token := r.U32()
		if r.Finish() == nil {
			s.mu.Lock()
			s.out.small(wire.Pong, 0, token)
			s.mu.Unlock()
		}
	case wire.Goodbye:
		code := r.U8()
		text := r.Text(wire.MaxText)
		if r.Finish() != nil {
			return nil
		}
		if code == uint8(wire.ReasonDone) {
			s.end(nil, nil)
		} else {
			s.end(fmt.Errorf("the host ended the session (%s): %q", wire.Reason(code), text), nil)
		}
	}
	return nil
}

func (s *session) receiveWindow(id, credit uint32) *wire.Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	tooMuch := func(held int64) *wire.Violation {
		if credit == 0 || int64(credit)+held > wire.MaxID {
			return &wire.Violation{Reason: wire.ReasonWindow, What: fmt.Sprintf("a credit of %d where there are %d", credit, held)}
		}
		return nil
	}
	if id == 0 {
		if broken := tooMuch(s.out.credit); broken != nil {
			return broken
		}
		s.out.credit += int64(credit)
		s.out.advance()
		return nil
	}
	if rest := s.out.rests[id]; rest != nil {
		if broken := tooMuch(int64(rest.credit)); broken != nil {
			return broken
		}
		rest.credit += int(credit)
		s.out.schedule(rest)
		return nil
	}
	if out, ok := s.streams[id].(*outgoing); ok {
		if broken := tooMuch(out.credit); broken != nil {
			return broken
		}
		out.credit += int64(credit)
		out.wake()
		return nil
	}
	return tooMuch(0)
}

func (s *session) receiveEnd(h wire.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch one := s.streams[h.ID].(type) {
	case *incoming:
		if h.Type == wire.End {
			one.finish(io.EOF)
		} else {
			one.finish(ErrReset)
		}
		return
	case *outgoing:
		one.stop(ErrReset)
		return
	}
	if h.Type == wire.End || !isHosts(h.ID) {
		return
	}
	if a := s.assemblies[h.ID]; a != nil {
		// The caller gave up before its arguments were here. Each call is answered once, this one too.
		s.removeAssembly(a)
		s.sendError(h.ID, wire.Cancelled, "", false)
		return
	}
	// The host does not want a long return, or had given up a call that was refused meanwhile.
	s.out.dropRest(h.ID)
}

func (s *session) receiveDrop(r *Reader) *wire.Violation {
	for r.Remaining() > 0 {
		index, generation := r.U32(), r.U32()
		if r.Err() != nil {
			return nil
		}
		s.mu.Lock()
		broken := s.handles.peerDropped(index, generation)
		doomed := s.takeDoomed()
		s.mu.Unlock()
		if broken != nil {
			return broken
		}
		s.doom(doomed)
	}
	return nil
}
