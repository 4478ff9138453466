package plugin

import (
	"fmt"
	"io"
	"reflect"
	"time"
)

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
