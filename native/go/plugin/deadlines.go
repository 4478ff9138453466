package plugin

import (
	"context"
	"time"
)

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
