package plugin

import (
	"context"
	"fmt"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

func (s *session) receiveCall(id uint32, body []byte) (job, *wire.Violation) {
	r := &s.in.reader
	r.start(s, body)
	number, function, remaining, parent := r.U32(), r.U32(), r.U32(), r.U32()
	refuse := func(failure wire.Failure, message string) (job, *wire.Violation) {
		s.mu.Lock()
		s.handles.refused(&r.moves)
		s.sendError(id, failure, message, false)
		doomed := s.takeDoomed()
		s.mu.Unlock()
		s.doom(doomed)
		return job{}, r.broken
	}
	malformed := func() (job, *wire.Violation) { return refuse(r.Fault().Failure, r.Fault().What) }
	s.mu.Lock()
	if r.Err() == nil && parent != 0 && (isHosts(parent) || parent >= s.nextID) {
		r.Fail(wire.BadArguments, "the call it belongs to is none")
	}
	instance := s.instances[number]
	s.mu.Unlock()
	if r.Err() != nil {
		return malformed()
	}
	if remaining > wire.MaxID {
		remaining = wire.MaxID
	}
	c := &Call{s: s, id: id, instance: instance, export: -1, parent: parent}
	if remaining != 0 {
		c.deadline = s.now() + int64(remaining)*int64(time.Millisecond)
	}
	if number == 0 {
		switch function {
		case controlWorld:
			c.instance = &Instance{s: s, ctx: context.Background()}
			c.handler = func(_ context.Context, _ any, w *Writer) error {
				w.Bytes(s.program.Encoded)
				return nil
			}
		case controlDispense:
			c.instance, c.handler = s.readDispense(r)
		case controlRelease:
			if c.instance, c.handler = s.readRelease(r); c.instance == nil && r.Err() == nil {
				return refuse(wire.Unavailable, "there is no such instance")
			}
		default:
			return refuse(wire.Unimplemented, fmt.Sprintf("there is no function %d", function))
		}
	} else {
		if instance == nil {
			return refuse(wire.Unavailable, fmt.Sprintf("there is no instance %d", number))
		}
		if int64(function) >= int64(len(s.program.Exports)) {
			return refuse(wire.Unimplemented, fmt.Sprintf("there is no function %d", function))
		}
		c.export = int(function)
		c.handler = s.decodeArguments(r, s.program.Exports[function].Decode)
	}
	if r.Finish() != nil {
		return malformed()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if number == 0 && function == controlDispense {
		s.instances[c.instance.ID] = c.instance
	}
	s.handles.accepted(&r.moves)
	c.moves = r.moves
	s.acceptStreams(r.streams, c.instance)
	s.calls[id] = c
	s.watchDeadline(c.deadline)
	next := job{instance: c.instance, call: c}
	if !s.submit(next) {
		return job{}, nil
	}
	return next, nil
}

// decodeArguments runs generated code, which does not panic; if it does, one call fails.
func (s *session) decodeArguments(r *Reader, decode func(*Reader) Handler) (handler Handler) {
	defer func() {
		if broken := recover(); broken != nil {
			r.Fail(wire.BadArguments, fmt.Sprint("the arguments could not be read: ", broken))
		}
	}()
	return decode(r)
}

// answer sends the result that was written.
func (s *session) answer(c *Call, w *Writer) {
	err := w.err
	if err == nil && len(w.Buf) > int(s.peer.Limits.Message) {
		err = &CallError{Function: "the result", Failure: wire.Exhausted, Message: "it is longer than the host takes"}
	}
	if err != nil {
		failure := wire.Internal
		if failed, ok := err.(*CallError); ok {
			failure = failed.Failure
		}
		s.refuse(c, w, failure, "result: "+err.Error(), true)
		return
	}
	s.mu.Lock()
	if s.ended(c) {
		s.handles.sent(&w.moves)
		s.out.message(wire.Return, c.id, w.Buf, &c.instance.share, s.sendStreams(w.streams, c.instance))
	} else {
		s.undoWrite(w)
	}
	doomed := s.takeDoomed()
	s.mu.Unlock()
	s.doom(doomed)
}

// refuse answers with a failure.
func (s *session) refuse(c *Call, w *Writer, failure wire.Failure, message string, started bool) {
	s.mu.Lock()
	s.undoWrite(w)
	if s.ended(c) {
		s.sendError(c.id, failure, message, started)
	}
	doomed := s.takeDoomed()
	s.mu.Unlock()
	s.doom(doomed)
}

// ended: a call of the host is answered. False: it was, or the session is over. The session's mutex is held.
func (s *session) ended(c *Call) bool {
	if c.answered {
		return false
	}
	c.answered = true
	c.stop(context.Canceled)
	s.handles.answered(&c.moves)
	if s.over {
		return false
	}
	delete(s.calls, c.id)
	return true
}

func (s *session) sendError(id uint32, failure wire.Failure, message string, started bool) {
	var w wire.Writer
	w.U8(uint8(failure))
	w.Bool(started)
	w.String(wire.CutText(message, wire.MaxText))
	s.out.message(wire.Error, id, w.Buf, nil, nil)
}
