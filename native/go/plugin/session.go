package plugin

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

// session is the plugin's side of a connection. What it does is on the page of the protocol.
type session struct {
	program     *Program
	newInstance func(context.Context, *Instance) (any, error)
	concurrent  bool
	limits      wire.Limits
	carrier     carrier
	began       time.Time
	turns       turns
	// Nanoseconds that each exported function takes, on average.
	costs []atomic.Int64
	// Closed when it is over.
	done chan struct{}
	in   inbox

	mu      sync.Mutex
	written sync.Cond
	out     outbox
	// What the host did not take at once; of whoever writes.
	unwritten []byte
	peer      *wire.HelloBody
	over      bool
	// Why it ended; nil where the host was done.
	err error
	// The carrier ended without a goodbye.
	cut       bool
	handles   handles
	instances map[uint32]*Instance
	// Those that there were at the end.
	left     map[uint32]*Instance
	calls    map[uint32]*Call
	outgoing map[uint32]*outgoingCall
	// Calls of which the arguments are still to come.
	arriving    int
	assemblies  map[uint32]*assembly
	unassembled []*assembly
	assembly    int
	streams     map[uint32]stream
	hostStreams int
	// What streams may still be granted, and those that were granted nothing.
	streamBudget int
	ungranted    []*incoming
	nextID       uint32
	// The largest id of a call of the host.
	hostCall uint32
	// What the host's messages may still take; what they took and was not given back.
	window, consumed int64
	// No call's deadline is before; 0 for none.
	nextDeadline int64
	sweeper      *time.Timer
	logsDropped  uint32
}

func newSession(program *Program, carrier carrier, newInstance func(context.Context, *Instance) (any, error)) *session {
	s := &session{
		program: program, newInstance: newInstance, limits: wire.DefaultLimits, carrier: carrier,
		began: time.Now(), costs: make([]atomic.Int64, len(program.Exports)), done: make(chan struct{}),
		instances: map[uint32]*Instance{}, calls: map[uint32]*Call{}, outgoing: map[uint32]*outgoingCall{},
		assemblies: map[uint32]*assembly{}, assembly: assemblyBudget, streams: map[uint32]stream{}, streamBudget: streamBudget,
		nextID: 2,
	}
	s.written.L = &s.mu
	s.turns.wake = make(chan struct{}, 1)
	s.in.buf = make([]byte, 2*(wire.MaxBody+wire.HeaderSize))
	s.handles.remotes = map[uint32]*Remote{}
	s.window = int64(s.limits.Window)
	s.out.clear()
	digest := sha256.Sum256(s.program.Encoded)
	var w wire.Writer
	wire.WriteHello(&w, wire.HelloBody{Role: wire.Plugin, Limits: s.limits, Digest: digest[:], Name: program.World})
	s.out.frame(uint8(wire.Hello), 0, w.Buf)
	return s
}

// serve speaks with the host until either is done.
func (s *session) serve() error {
	go s.watch()
	s.turns.take()
	go s.lead()
	<-s.done
	s.mu.Lock()
	for s.out.writing {
		s.written.Wait()
	}
	s.mu.Unlock()
	s.carrier.Finish()
	s.carrier.Linger(lingering)
	return s.err
}

// How long the host has to see a goodbye before the carrier is gone.
const lingering = 500 * time.Millisecond

func (s *session) now() int64 { return int64(time.Since(s.began)) }

// isHosts: the host's ids are odd, the plugin's even.
func isHosts(id uint32) bool { return id&1 == 1 }

func (s *session) newID() (uint32, error) {
	if s.nextID > wire.MaxID {
		return 0, errors.New("the session has used all its ids")
	}
	s.nextID += 2
	return s.nextID - 2, nil
}

func (s *session) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

var writers = sync.Pool{New: func() any { return new(Writer) }}

// fail ends the session because the host broke a rule.
func (s *session) fail(broken *wire.Violation) {
	s.end(fmt.Errorf("the host broke the protocol: %w", broken), func() {
		var w wire.Writer
		w.U8(uint8(broken.Reason))
		w.String(wire.CutText(broken.What, wire.MaxText))
		s.out.frame(uint8(wire.Goodbye), 0, w.Buf)
	})
}

func (s *session) carrierEnded(err error) {
	s.mu.Lock()
	s.cut = true
	inside := s.in.end > s.in.start
	s.mu.Unlock()
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		err = fmt.Errorf("the connection broke: %w", err)
	case inside:
		err = errors.New("the connection ended inside a frame")
	default:
		err = errors.New("the connection ended without a goodbye")
	}
	s.end(err, nil)
}

func (s *session) end(err error, say func()) {
	s.mu.Lock()
	if s.over {
		s.mu.Unlock()
		return
	}
	s.out.clear()
	if say != nil {
		say()
	}
	s.over, s.err = true, err
	if s.sweeper != nil {
		s.sweeper.Stop()
	}
	for _, one := range s.streams {
		one.abandon()
	}
	for id, c := range s.outgoing {
		delete(s.outgoing, id)
		if c.state != abandoned && c.state != settled {
			c.state = settled
			c.err = &CallError{Function: c.key, Failure: wire.Unavailable, Started: true, Message: "the session ended"}
			c.bell.ring()
		}
	}
	for _, c := range s.calls {
		c.stop(context.Canceled)
	}
	s.left, s.instances = s.instances, map[uint32]*Instance{}
	s.handles.end()
	doomed := s.takeDoomed()
	s.mu.Unlock()
	for _, i := range s.left {
		i.cancel(errors.New("the session ended"))
	}
	s.doom(doomed)
	s.flush()
	close(s.done)
}
