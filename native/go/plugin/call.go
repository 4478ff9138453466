package plugin

import (
	"context"
	"sync/atomic"
	"time"
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
