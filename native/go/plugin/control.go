package plugin

import (
	"context"

	"github.com/hatchway/hatchway/native/go/wire"
)

// The functions of instance 0, the process itself.
const (
	controlWorld    = 0
	controlDispense = 1
	controlRelease  = 2
)

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
