package plugin

import (
	"context"
	"errors"
	"time"
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
	// What it may send.
	share share
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
