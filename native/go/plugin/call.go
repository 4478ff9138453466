package plugin

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

// Call is a call of the host, and the context that its handler is given.
type Call struct {
	s        *session
	id       uint32
	instance *Instance
	// The number of the function; -1 for one of the process itself.
	export  int
	handler Handler
	// Nanoseconds of the session's clock; 0 for none.
	deadline int64
	// The call of this side that the host is answering while it makes this one; 0 for none.
	parent uint32
	moves  moves
	// Guarded by the session's mutex.
	answered bool
	err      error
	done     chan struct{}
	after    map[*func()]struct{}
	// err is set.
	stopped atomic.Bool
}

var _ context.Context = (*Call)(nil)

func (c *Call) Deadline() (time.Time, bool) {
	if c.deadline == 0 {
		return time.Time{}, false
	}
	return c.s.began.Add(time.Duration(c.deadline)), true
}

func (c *Call) Done() <-chan struct{} {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.err != nil {
			close(c.done)
		}
	}
	return c.done
}

func (c *Call) Err() error {
	if !c.stopped.Load() {
		return nil
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.err
}

type callKey struct{}
type instanceKey struct{}

func (c *Call) Value(key any) any {
	switch key {
	case callKey{}:
		return c
	case instanceKey{}:
		return c.instance
	}
	return nil
}

// AfterFunc lets package context follow this one without a goroutine.
func (c *Call) AfterFunc(f func()) (stop func() bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.err != nil {
		go f()
		return func() bool { return false }
	}
	key := &f
	if c.after == nil {
		c.after = map[*func()]struct{}{}
	}
	c.after[key] = struct{}{}
	return func() bool {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		_, there := c.after[key]
		delete(c.after, key)
		return there
	}
}

// stop ends the context. The session's mutex is held.
func (c *Call) stop(err error) {
	if c.err != nil {
		return
	}
	c.err = err
	c.stopped.Store(true)
	if c.done != nil {
		close(c.done)
	}
	for f := range c.after {
		go (*f)()
	}
	c.after = nil
}

// outgoingCall is a call to the host.
type outgoingCall struct {
	id       uint32
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
	c := &outgoingCall{key: function.Key, decode: decode}
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
	s.out.message(wire.Call, c.id, w.Buf, s.sendStreams(c.streams))
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
