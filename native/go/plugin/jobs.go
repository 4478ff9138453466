package plugin

import (
	"fmt"
	"runtime/debug"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

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
