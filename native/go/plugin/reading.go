package plugin

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

// Who reads.
//
// One goroutine at a time has the turn to read. The leader reads, and runs the handler of a call itself: passing it to another
// goroutine would cost as much again as the call. While it runs one it gives its turn up, and whoever waits for something that
// the host is to say takes it: a handler that calls the host reads its own answer. A watcher takes it where a handler is
// slow and nobody reads, and becomes a new leader.
type turns struct {
	// Somebody reads.
	taken atomic.Bool
	// Leaders that run a handler, and will read when it is done.
	busy atomic.Int32
	// Waiters that do not read, because somebody else did when they began to wait.
	parked atomic.Int32
	// Handlers that leaders have begun.
	begun atomic.Uint64
	// The watcher looks now and then; otherwise it is to be woken.
	watching atomic.Bool
	wake     chan struct{}
}

const (
	// A handler is slow, and somebody else reads, after one to two of these. Shorter ones cost: whenever the program waits for the
	// host, the kernel would have to set its clock for them.
	watchEvery = 10 * time.Millisecond
	// Quiet for so many of them, the watcher sleeps.
	watchIdle = 20
	// A function that takes longer on average runs on a goroutine of its own from the start.
	slowFunction = 200 * time.Microsecond
	// What was answered before is written first where a handler took as long.
	slowAnswer = 100 * time.Microsecond
)

func (t *turns) take() bool { return t.taken.CompareAndSwap(false, true) }

// release gives the turn up. Where nobody else would read, a new leader does.
func (s *session) release() {
	s.turns.taken.Store(false)
	if (s.turns.busy.Load() == 0 || s.turns.parked.Load() > 0) && s.turns.take() {
		go s.lead()
	}
}

// lead reads and runs handlers until somebody else does. It has the turn when it begins.
func (s *session) lead() {
	leading := true
	defer func() {
		if leading {
			// The goroutine is ended by what it ran.
			s.turns.busy.Add(-1)
			s.release()
		}
	}()
	for {
		next, ok := s.read(nil)
		if !ok {
			leading = false
			return
		}
		slow := next.call != nil && next.call.export >= 0 && s.costs[next.call.export].Load() > int64(slowFunction)
		if slow || s.turns.parked.Load() > 0 {
			go s.run(next, false)
			continue
		}
		s.turns.busy.Add(1)
		s.turns.begun.Add(1)
		s.turns.taken.Store(false)
		if s.turns.parked.Load() > 0 && s.turns.take() {
			// It began to wait just now.
			go s.lead()
		}
		if !s.turns.watching.Load() && s.turns.watching.CompareAndSwap(false, true) {
			select {
			case s.turns.wake <- struct{}{}:
			default:
			}
		}
		s.run(next, true)
		s.turns.busy.Add(-1)
		if !s.turns.take() {
			leading = false
			// Whoever reads will not write what was just answered.
			s.flush()
			return
		}
	}
}

// watch sees to it that somebody reads while a handler is slow.
func (s *session) watch() {
	for {
		select {
		case <-s.turns.wake:
		case <-s.done:
			return
		}
		for idle := 0; idle < watchIdle; {
			begun := s.turns.begun.Load()
			pause(watchEvery)
			if s.turns.begun.Load() != begun {
				idle = 0
				continue
			}
			idle++
			if s.turns.busy.Load() > 0 && !s.turns.taken.Load() {
				s.flush()
				if s.turns.take() {
					go s.lead()
				}
			}
		}
		s.turns.watching.Store(false)
		if s.turns.busy.Load() > 0 && !s.turns.taken.Load() && s.turns.watching.CompareAndSwap(false, true) {
			s.turns.wake <- struct{}{}
		}
	}
}

// bell tells one waiter that what it waits for may have come.
type bell struct {
	// Made by the first that waits without reading. Guarded by the session's mutex.
	c chan struct{}
	// Who waits reads meanwhile.
	reads atomic.Bool
}

// ring is called with the session's mutex held.
func (g *bell) ring() {
	if g.c == nil {
		return
	}
	select {
	case g.c <- struct{}{}:
	default:
	}
}

// rouse rings where it may be another goroutine than the one that reads, or where that has looked already: it is to look again. The
// session's mutex is held.
func (s *session) rouse(g *bell) {
	g.ring()
	if g.reads.Load() {
		s.carrier.Kick()
	}
}

// await waits until ready, which is called with the session's mutex held, or until ctx is done. ready must become true when the
// session ends.
func (s *session) await(ctx context.Context, g *bell, ready func() bool) error {
	isReady := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return ready()
	}
	var done <-chan struct{}
	call, own := ctx.(*Call)
	stopped := func() bool {
		if own {
			return call.stopped.Load()
		}
		return ctx != nil && ctx.Err() != nil
	}
	watched := false
	for {
		if isReady() {
			return nil
		}
		if stopped() {
			return ctx.Err()
		}
		s.turns.parked.Add(1)
		if s.turns.take() {
			s.turns.parked.Add(-1)
			if !own && ctx != nil && !watched && ctx.Done() != nil {
				watched = true
				defer context.AfterFunc(ctx, s.carrier.Kick)()
			}
			g.reads.Store(true)
			s.read(func() bool { return isReady() || stopped() })
			g.reads.Store(false)
			s.release()
			continue
		}
		s.flush()
		s.mu.Lock()
		if g.c == nil {
			g.c = make(chan struct{}, 1)
		}
		c := g.c
		now := ready()
		s.mu.Unlock()
		if !now {
			if done == nil && ctx != nil {
				done = ctx.Done()
			}
			select {
			case <-c:
			case <-done:
			}
		}
		s.turns.parked.Add(-1)
	}
}

// read reads and handles frames. With `until` it does so until that is true; without, until there is something to run, which it
// gives. False: the session is over. It has the turn to read.
func (s *session) read(until func() bool) (job, bool) {
	in := &s.in
	for {
		for {
			if until != nil && until() {
				return job{}, true
			}
			next, more := s.step()
			if next.instance != nil {
				if until == nil {
					return next, true
				}
				go s.run(next, false)
			}
			if !more {
				break
			}
		}
		if s.isOver() {
			s.flush()
			return job{}, false
		}
		s.flush()
		s.mu.Lock()
		for len(s.out.buf)+len(s.unwritten) > maxUnwritten && s.out.writing {
			s.written.Wait()
		}
		s.mu.Unlock()
		if in.start > 0 {
			in.end = copy(in.buf, in.buf[in.start:in.end])
			in.start = 0
		}
		n, err := s.carrier.Read(in.buf[in.end:])
		in.end += n
		if errors.Is(err, os.ErrDeadlineExceeded) {
			s.carrier.Unkick()
			continue
		}
		if err != nil && n == 0 {
			s.carrierEnded(err)
			return job{}, false
		}
	}
}

// inbox is what was read and not handled. Whoever has the turn to read has it.
type inbox struct {
	buf        []byte
	start, end int
	// The header at the start was judged.
	header wire.Header
	judged bool
	skip   bool
	// Reads one message after the other.
	reader Reader
}

// step handles the next frame, if it is here whole. It gives what is to be run, and whether there may be more.
func (s *session) step() (next job, more bool) {
	in := &s.in
	if in.end-in.start < wire.HeaderSize {
		return job{}, false
	}
	if !in.judged {
		in.header = wire.ParseHeader(in.buf[in.start:])
		skip, broken := s.judge(in.header)
		if broken != nil {
			s.fail(broken)
			return job{}, false
		}
		in.skip, in.judged = skip, true
	}
	length := wire.HeaderSize + in.header.Length
	if in.end-in.start < length {
		return job{}, false
	}
	body := in.buf[in.start+wire.HeaderSize : in.start+length : in.start+length]
	in.start += length
	in.judged = false
	if in.skip {
		return job{}, true
	}
	next, broken := s.frame(in.header, body)
	if broken != nil {
		s.fail(broken)
		return job{}, false
	}
	return next, !s.isOver()
}
