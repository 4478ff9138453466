package plugin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

// outgoingCall is a call to the host.
type outgoingCall struct {
	id       uint32
	instance *Instance
	key      string
	deadline int64
	decode   func(*Reader)
	moves    moves
	streams  []introduced
	// Guarded by the session's mutex.
	state callState
	err   error
	bell  bell
}

type callState uint8

const (
	waiting callState = iota
	// The answer is being read.
	decoding
	settled
	// The caller has its answer; the host's is still to come.
	abandoned
)

// Invoke calls a function of the host. It is for generated code: encode writes the arguments, decode reads the result, on another
// goroutine and only if Invoke gives nil.
func Invoke(ctx context.Context, function *Import, encode func(*Writer), decode func(*Reader)) error {
	var parent *Call
	var instance *Instance
	if own, ok := ctx.(*Call); ok {
		parent, instance = own, own.instance
	} else {
		parent, _ = ctx.Value(callKey{}).(*Call)
		instance, _ = ctx.Value(instanceKey{}).(*Instance)
	}
	if instance == nil {
		return &CallError{Function: function.Key, Failure: wire.Unavailable,
			Message: "the context is neither that of a call nor that of an instance"}
	}
	return instance.s.invoke(ctx, instance, parent, function, encode, decode)
}

func (s *session) invoke(
	ctx context.Context, instance *Instance, parent *Call, function *Import, encode func(*Writer), decode func(*Reader),
) error {
	refuse := func(failure wire.Failure, message string) error {
		return &CallError{Function: function.Key, Failure: failure, Message: message}
	}
	if err := ctx.Err(); err != nil {
		return refuse(failureOf(err), "its context is over")
	}
	c := &outgoingCall{instance: instance, key: function.Key, decode: decode}
	left := uint32(0)
	if parent != nil && ctx == context.Context(parent) {
		c.deadline = parent.deadline
	} else if at, ok := ctx.Deadline(); ok {
		c.deadline = max(1, int64(at.Sub(s.began)))
	}
	if c.deadline != 0 {
		rest := c.deadline - s.now()
		if rest <= 0 {
			return refuse(wire.Deadline, "its time is over")
		}
		left = uint32(min((rest+int64(time.Millisecond)-1)/int64(time.Millisecond), wire.MaxID))
	}
	w := writers.Get().(*Writer)
	defer writers.Put(w)
	w.reset(s, instance)
	w.U32(instance.ID)
	w.U32(function.Number)
	w.U32(left)
	if parent != nil && !parent.stopped.Load() {
		w.U32(parent.id)
	} else {
		w.U32(0)
	}
	encode(w)
	s.mu.Lock()
	if w.err == nil {
		switch {
		case s.over:
			w.err = refuse(wire.Unavailable, "the session ended")
		case instance.released:
			w.err = refuse(wire.Unavailable, "the instance was released")
		case len(s.outgoing) >= int(s.peer.Limits.Calls):
			w.err = refuse(wire.Exhausted, "too many calls are open")
		case len(w.Buf) > int(s.peer.Limits.Message):
			w.err = refuse(wire.Exhausted, "the message is longer than the host takes")
		default:
			c.id, w.err = s.newID()
		}
	}
	if w.err != nil {
		err := w.err
		s.undoWrite(w)
		s.mu.Unlock()
		var failed *CallError
		if errors.As(err, &failed) {
			return err
		}
		return refuse(wire.BadArguments, err.Error())
	}
	c.moves, c.streams = w.moves, w.streams
	s.handles.sent(&c.moves)
	s.outgoing[c.id] = c
	s.watchDeadline(c.deadline)
	s.out.message(wire.Call, c.id, w.Buf, &instance.share, s.sendStreams(c.streams, instance))
	s.mu.Unlock()

	if err := s.await(ctx, &c.bell, func() bool { return c.state == settled }); err != nil {
		return s.abandon(c, failureOf(err))
	}
	return c.err
}

// abandon gives a call up. The host's answer is awaited no longer.
func (s *session) abandon(c *outgoingCall, failure wire.Failure) error {
	s.mu.Lock()
	if c.state == decoding {
		s.mu.Unlock()
		_ = s.await(nil, &c.bell, func() bool { return c.state == settled })
		return c.err
	}
	if c.state == settled {
		s.mu.Unlock()
		return c.err
	}
	unsent := s.out.cancel(c.id)
	if unsent {
		delete(s.outgoing, c.id)
		s.handles.ended(&c.moves, false)
		abandonAll(c.streams)
		c.state = settled
	} else {
		c.state = abandoned
		if s.out.dropRest(c.id) {
			s.out.small(wire.Reset, c.id)
		} else if failure == wire.Deadline {
			s.out.frame(uint8(wire.Cancel), c.id, []byte{1})
		} else {
			s.out.frame(uint8(wire.Cancel), c.id, []byte{0})
		}
	}
	s.mu.Unlock()
	s.flush()
	return &CallError{Function: c.key, Failure: failure, Started: !unsent, Message: "its caller waits no longer"}
}

// settle ends a call that the host answered. The session's mutex is held.
func (s *session) settle(c *outgoingCall, err error, started bool) {
	delete(s.outgoing, c.id)
	s.handles.ended(&c.moves, started)
	if !started {
		abandonAll(c.streams)
	}
	if c.state != abandoned {
		c.err = err
		c.state = settled
		c.bell.ring()
	}
}

// undoWrite takes back what a message that will not be sent did. The session's mutex is held.
func (s *session) undoWrite(w *Writer) {
	s.handles.takenBack(&w.moves)
	for i := range w.streams {
		w.streams[i].closeOwn()
	}
}

func (s *session) receiveReturn(id uint32, body []byte) *wire.Violation {
	s.mu.Lock()
	c := s.outgoing[id]
	if c == nil {
		s.mu.Unlock()
		return nil
	}
	unwanted := c.state == abandoned
	if !unwanted {
		c.state = decoding
	}
	s.mu.Unlock()
	r := &s.in.reader
	r.start(s, body)
	s.decodeResult(r, c.decode)
	var err error
	if r.Finish() != nil {
		err = &CallError{Function: c.key, Failure: wire.Internal, Started: true,
			Message: "the host answered wrongly: " + r.Fault().What}
	}
	s.mu.Lock()
	if err != nil {
		s.handles.refused(&r.moves)
	} else {
		s.handles.accepted(&r.moves)
		s.acceptStreams(r.streams, c.instance)
		if unwanted {
			// Nobody will have what a late answer brought.
			for _, remote := range r.moves.received {
				s.handles.drop(remote)
			}
			for _, it := range r.streams {
				one, id := it.stream()
				s.out.small(wire.Reset, id)
				one.abandon()
			}
		}
	}
	s.settle(c, err, true)
	doomed := s.takeDoomed()
	s.mu.Unlock()
	s.doom(doomed)
	return r.broken
}

func (s *session) decodeResult(r *Reader, decode func(*Reader)) {
	defer func() {
		if broken := recover(); broken != nil {
			r.Fail(wire.BadArguments, fmt.Sprint("the result could not be read: ", broken))
		}
	}()
	decode(r)
}

func (s *session) receiveError(id uint32, r *Reader) *wire.Violation {
	code, started, text := r.U8(), r.Bool(), r.Text(wire.MaxText)
	if r.Finish() != nil || code < uint8(wire.Trap) || code > uint8(wire.Unavailable) {
		r.Fail(wire.BadArguments, "there is no such failure")
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// A call may be refused before the rest of it was sent, but not begun.
	if s.out.dropRest(id) && started {
		return &wire.Violation{Reason: wire.ReasonReply, What: "a call is started of which a part is missing"}
	}
	if c := s.outgoing[id]; c != nil {
		s.settle(c, &CallError{Function: c.key, Failure: wire.Failure(code), Started: started, Message: text}, started)
	}
	return nil
}
