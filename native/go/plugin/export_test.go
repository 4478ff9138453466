package plugin

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

// Session is one that tests drive.
type Session = session

// ServeOn serves over a socket, until the host is done.
func ServeOn(
	conn net.Conn, program *Program, newInstance func(context.Context, *Instance) (any, error), options ...Option,
) (*Session, <-chan error) {
	carrier, err := newSocket(conn)
	if err != nil {
		panic(err)
	}
	s := newSession(program, carrier, newInstance)
	for _, option := range options {
		option(s)
	}
	done := make(chan error, 1)
	go func() {
		err := s.serve()
		// As the end of the program does.
		conn.Close()
		done <- err
		s.closeInstances()
	}()
	return s, done
}

// Open counts what is not over.
func (s *session) Open() (calls, outgoing, streams, entries, remotes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls) + s.arriving, len(s.outgoing), len(s.streams), len(s.handles.entries) - len(s.handles.free), len(s.handles.remotes)
}

// Lent is what is lent to streams that may send, in bytes.
func (s *session) Lent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return streamBudget - s.streamBudget
}

var RouteLogs = (*session).routeLogs

// LoopCarrier gives one call after the other.
type LoopCarrier struct {
	Frame []byte
	next  []byte
	id    uint32
	left  int
	hello []byte
	// An answer was written.
	answered chan struct{}
}

func (c *LoopCarrier) Read(b []byte) (int, error) {
	if c.hello != nil {
		n := copy(b, c.hello)
		c.hello = nil
		return n, nil
	}
	if c.left == 0 {
		return 0, io.EOF
	}
	if c.id > 1 {
		<-c.answered
	}
	c.left--
	c.id += 2
	binary.LittleEndian.PutUint32(c.Frame[4:], c.id)
	return copy(b, c.Frame), nil
}

func (c *LoopCarrier) TryWrite(b []byte) (int, error) {
	for left := b; len(left) > 0; {
		h := wire.ParseHeader(left)
		if h.Type == wire.Return {
			c.answered <- struct{}{}
		}
		left = left[wire.HeaderSize+h.Length:]
	}
	return len(b), nil
}
func (c *LoopCarrier) Write(b []byte) (int, error) { return c.TryWrite(b) }
func (c *LoopCarrier) Kick()                       {}
func (c *LoopCarrier) Unkick()                     {}
func (c *LoopCarrier) Finish()                     {}
func (c *LoopCarrier) Linger(time.Duration)        {}

// Loop answers so many calls.
func Loop(c *LoopCarrier, program *Program, newInstance func(context.Context, *Instance) (any, error), calls int) {
	c.left, c.id, c.answered = calls, 1, make(chan struct{}, 1)
	var w wire.Writer
	limits := wire.DefaultLimits
	limits.Window = wire.MaxID
	wire.WriteHello(&w, wire.HelloBody{Role: wire.Host, Limits: limits, Name: "loop"})
	c.hello = make([]byte, wire.HeaderSize)
	wire.PutHeader(c.hello, uint8(wire.Hello), len(w.Buf), 0)
	c.hello = append(c.hello, w.Buf...)
	s := newSession(program, c, newInstance)
	s.instances[1] = &Instance{ID: 1, s: s, exports: struct{}{}}
	s.instances[1].ctx, s.instances[1].cancel = context.WithCancelCause(context.Background())
	s.out.credit = 1 << 60
	if err := s.serve(); err != nil && !s.cut {
		panic(err)
	}
}
