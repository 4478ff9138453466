package plugin

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"runtime/debug"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

// Instance is one running copy of the plugin, with its own configuration and its own implementation.
type Instance struct {
	// ID that the host gave it.
	ID uint32
	// Name that the host has for it.
	Name string
	// Config is what the host configured, by key.
	Config map[string]string

	s       *session
	ctx     context.Context
	cancel  context.CancelCauseFunc
	exports any
	// Guarded by the session's mutex.
	busy     bool
	queue    []job
	broken   bool
	released bool
}

// Context lives as long as the instance. Calls of imports may be made with it between calls of the host.
func (i *Instance) Context() context.Context { return i.ctx }

// InstanceOf gives the instance of a call's context; nil for any other context.
func InstanceOf(ctx context.Context) *Instance {
	instance, _ := ctx.Value(instanceKey{}).(*Instance)
	return instance
}

// job is something that an instance does, one at a time: a call, or the end of a resource.
type job struct {
	instance *Instance
	call     *Call
	doomed   any
}

// submit gives a job to its instance. True: it is to be run now, by whoever asked; otherwise it waits for those before it. The
// session's mutex is held.
func (s *session) submit(next job) bool {
	i := next.instance
	if s.concurrent && i.exports != nil {
		return true
	}
	if i.busy {
		i.queue = append(i.queue, next)
		return false
	}
	i.busy = true
	return true
}

// following gives the next job of an instance that has done one.
func (s *session) following(i *Instance) (job, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.concurrent && i.exports != nil {
		// What waited until the instance was made runs side by side.
		for _, next := range i.queue {
			go s.run(next, false)
		}
		i.queue, i.busy = nil, false
		return job{}, false
	}
	if len(i.queue) == 0 {
		i.busy, i.queue = false, nil
		return job{}, false
	}
	next := i.queue[0]
	i.queue[0] = job{}
	i.queue = i.queue[1:]
	return next, true
}

// run does a job, and those of the same instance that wait behind it. Inline: whoever runs it writes what was answered.
func (s *session) run(next job, inline bool) {
	finished := false
	defer func() {
		if !finished {
			// A handler ended its goroutine.
			s.flush()
			if more, ok := s.following(next.instance); ok {
				go s.run(more, false)
			}
		}
	}()
	for {
		began := s.now()
		s.do(next)
		took := s.now() - began
		if c := next.call; c != nil && c.export >= 0 {
			cost := &s.costs[c.export]
			cost.Store(cost.Load() + (took-cost.Load())/8)
		}
		more, ok := s.following(next.instance)
		if !inline || ok || took > int64(slowAnswer) {
			s.flush()
		}
		if !ok {
			break
		}
		next = more
	}
	finished = true
}

// do does one job, whatever it does.
func (s *session) do(it job) {
	if it.call == nil {
		s.destroy(it)
		return
	}
	c := it.call
	w := writers.Get().(*Writer)
	defer writers.Put(w)
	w.reset(s, c.instance)
	returned := false
	defer func() {
		if returned {
			return
		}
		broken := recover()
		what := fmt.Sprint("panic: ", broken)
		if broken == nil {
			what = "the handler ended its goroutine"
		}
		s.break_(c, what, debug.Stack())
	}()
	s.mu.Lock()
	refused := ""
	if c.export >= 0 {
		switch {
		case c.instance.broken:
			refused = fmt.Sprintf("the instance %d is broken", c.instance.ID)
		case c.instance.released || c.instance.exports == nil:
			refused = fmt.Sprintf("there is no instance %d", c.instance.ID)
		}
	}
	cancelled := c.err
	s.mu.Unlock()
	switch {
	case refused != "":
		s.refuse(c, w, wire.Unavailable, refused, false)
	case cancelled != nil && c.export >= 0:
		s.refuse(c, w, failureOf(cancelled), "", false)
	default:
		if err := c.handler(c, c.instance.exports, w); err != nil {
			s.refuse(c, w, failureOf(err), err.Error(), true)
		} else {
			s.answer(c, w)
		}
	}
	returned = true
}

// break_ ends an instance in which something broke.
func (s *session) break_(c *Call, what string, stack []byte) {
	s.log(c.instance.ID, levelError, time.Now(), "panic", what, [][2]string{{"stack", wire.CutText(string(stack), maxField)}})
	if c.export >= 0 {
		s.mu.Lock()
		c.instance.broken = true
		s.mu.Unlock()
		c.instance.cancel(fmt.Errorf("the instance broke: %s", what))
	}
	var w Writer
	w.reset(s, c.instance)
	s.refuse(c, &w, wire.Trap, what, true)
}

// destroy ends a resource that the host no longer has.
func (s *session) destroy(it job) {
	defer func() {
		if broken := recover(); broken != nil {
			s.log(it.instance.ID, levelError, time.Now(), "panic", fmt.Sprint("panic: ", broken), nil)
			s.mu.Lock()
			it.instance.broken = true
			s.mu.Unlock()
		}
	}()
	s.mu.Lock()
	broken := it.instance.broken
	s.mu.Unlock()
	if !broken && it.doomed != nil {
		Destroy(it.doomed)
	}
}

// Destroy ends a resource of the plugin: Drop, or else Close, if it has one.
func Destroy(object any) {
	switch it := object.(type) {
	case interface{ Drop() }:
		it.Drop()
	case io.Closer:
		_ = it.Close()
	}
}

// DestroyAll ends each of some objects once.
func DestroyAll(objects ...any) {
	for i, one := range objects {
		again := false
		for _, before := range objects[:i] {
			again = again || reflect.TypeOf(one).Comparable() && one == before
		}
		if !again {
			Destroy(one)
		}
	}
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
		s.out.message(wire.Return, c.id, w.Buf, s.sendStreams(w.streams))
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
	s.out.message(wire.Error, id, w.Buf, nil)
}

// takeDoomed gives resources to destroy. The session's mutex is held.
func (s *session) takeDoomed() []*entry {
	doomed := s.handles.doomed
	s.handles.doomed = nil
	return doomed
}

// doom has resources destroyed, each when its instance has nothing else to do.
func (s *session) doom(list []*entry) {
	for _, e := range list {
		s.mu.Lock()
		next := job{instance: e.instance, doomed: e.object}
		now := s.submit(next)
		s.mu.Unlock()
		if now {
			go s.run(next, false)
		}
	}
}

// closeInstances closes what instances hold when the session is over.
func (s *session) closeInstances() {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		for _, i := range s.left {
			func() {
				defer func() { _ = recover() }()
				if i.exports != nil {
					Destroy(i.exports)
				}
			}()
		}
	}()
	select {
	case <-closed:
	case <-time.After(closingTime):
	}
}
