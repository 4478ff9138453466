package plugin

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
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

// Memory for long messages under way, in bytes. One that is longer has it alone.
const assemblyBudget = 64 << 20

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

// ── the rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

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

func (i *incoming) push(b []byte) {
	if i.at > 0 && len(i.buf)+len(b) > cap(i.buf) {
		i.buf = i.buf[:copy(i.buf, i.buf[i.at:])]
		i.at = 0
	}
	i.buf = append(i.buf, b...)
	i.bell.ring()
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

// ── messages of the host ─────────────────────────────────────────────────────────────────────────────────────────────────────────

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

// The functions of instance 0, the process itself.
const (
	controlWorld    = 0
	controlDispense = 1
	controlRelease  = 2
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
	s.acceptStreams(r.streams)
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

// readDispense reads which instance to make. It answers no other call before it is made.
func (s *session) readDispense(r *Reader) (*Instance, Handler) {
	i := &Instance{ID: r.U32(), Name: r.String(), Config: map[string]string{}, s: s}
	for n := r.Count(32); n > 0 && r.Err() == nil; n-- {
		key := r.String()
		i.Config[key] = r.String()
	}
	s.mu.Lock()
	taken := i.ID == 0 || s.instances[i.ID] != nil
	s.mu.Unlock()
	if taken && r.Err() == nil {
		r.Fail(wire.BadArguments, "there is such an instance")
	}
	i.ctx, i.cancel = context.WithCancelCause(context.WithValue(context.Background(), instanceKey{}, i))
	return i, func(ctx context.Context, _ any, w *Writer) error {
		made := false
		defer func() {
			if !made {
				s.removeInstance(i)
			}
		}()
		exports, err := s.newInstance(ctx, i)
		if err != nil {
			w.U8(1)
			w.String(err.Error())
			return nil
		}
		s.mu.Lock()
		i.exports = exports
		s.mu.Unlock()
		made = true
		w.U8(0)
		return nil
	}
}

// readRelease reads which instance to end. What it is doing is told to stop; its implementation is closed, if it can be, when that
// has come to its end.
func (s *session) readRelease(r *Reader) (*Instance, Handler) {
	number := r.U32()
	if r.Finish() != nil {
		return nil, nil
	}
	s.mu.Lock()
	i := s.instances[number]
	s.mu.Unlock()
	if i == nil {
		return nil, nil
	}
	s.removeInstance(i)
	return i, func(_ context.Context, exports any, _ *Writer) error {
		if exports != nil {
			Destroy(exports)
		}
		return nil
	}
}

var errReleased = errors.New("the instance was released")

func (s *session) removeInstance(i *Instance) {
	s.mu.Lock()
	delete(s.instances, i.ID)
	i.released = true
	for _, c := range s.calls {
		if c.instance == i && c.export >= 0 {
			c.stop(context.Canceled)
		}
	}
	s.mu.Unlock()
	i.cancel(errReleased)
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
		s.acceptStreams(r.streams)
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

// ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

// watchDeadline sees to it that a call ends in time. The session's mutex is held.
func (s *session) watchDeadline(deadline int64) {
	if deadline == 0 || s.nextDeadline != 0 && s.nextDeadline <= deadline {
		return
	}
	s.nextDeadline = deadline
	wait := max(0, time.Duration(deadline-s.now()))
	if s.sweeper == nil {
		s.sweeper = time.AfterFunc(wait, s.sweep)
	} else {
		s.sweeper.Reset(wait)
	}
}

// sweep ends what took too long: one timer for all calls.
func (s *session) sweep() {
	s.mu.Lock()
	now := s.now()
	next := int64(0)
	stopped := false
	for _, c := range s.calls {
		if c.deadline == 0 || c.err != nil {
			continue
		}
		if c.deadline <= now {
			c.stop(context.DeadlineExceeded)
			stopped = true
		} else if next == 0 || c.deadline < next {
			next = c.deadline
		}
	}
	s.nextDeadline = 0
	if !s.over {
		s.watchDeadline(next)
	}
	s.mu.Unlock()
	if stopped {
		// Whoever reads may be one that waits for an answer no longer.
		s.carrier.Kick()
	}
}

// ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

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
