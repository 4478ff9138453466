package plugin

import (
	"io"

	"github.com/hatchway/hatchway/native/go/wire"
)

const (
	// The most that is granted to a stream at a time, the least, and what all together may take.
	streamWindow = 256 * 1024
	leastWindow  = 16 * 1024
	streamBudget = 16 << 20
)

// incoming are bytes from the host. It is an io.ReadCloser.
type incoming struct {
	s  *session
	id uint32
	// Guarded by the session's mutex.
	bytes   byteQueue
	granted int
	// Bytes of the frame that is on its way: no longer granted, and not yet here.
	arriving int
	consumed int
	window   int
	attached bool
	err      error
	bell     bell
}

func (i *incoming) push(b []byte) {
	i.arriving = 0
	i.bytes.push(b)
	i.bell.ring()
}

func (i *incoming) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	s := i.s
	s.mu.Lock()
	for i.bytes.len() == 0 && i.err == nil {
		s.mu.Unlock()
		s.await(nil, &i.bell, func() bool { return i.bytes.len() > 0 || i.err != nil })
		s.mu.Lock()
	}
	n := copy(p, i.bytes.next())
	if n == 0 {
		err := i.err
		s.mu.Unlock()
		return 0, err
	}
	i.bytes.drop(n)
	granted := i.taken(n)
	s.mu.Unlock()
	if granted {
		s.flush()
	}
	return n, nil
}

// taken: bytes were read, and may be granted again.
func (i *incoming) taken(n int) bool {
	if i.err != nil {
		i.s.returnGrant(n)
		return false
	}
	if i.consumed += n; i.consumed*2 < i.window {
		return false
	}
	i.s.out.small(wire.Window, i.id, uint32(i.consumed))
	i.granted += i.consumed
	i.consumed = 0
	return true
}

// Close says that no more is wanted.
func (i *incoming) Close() error {
	s := i.s
	s.mu.Lock()
	if i.err == nil {
		if i.attached {
			s.out.small(wire.Reset, i.id)
		}
		i.finish(ErrReset)
	}
	left := i.bytes.len()
	i.bytes.clear()
	s.returnGrant(left)
	s.mu.Unlock()
	s.flush()
	return nil
}

func (i *incoming) finish(err error) {
	if i.err != nil {
		return
	}
	i.err = err
	i.s.returnGrant(i.granted + i.arriving + i.consumed)
	i.granted, i.arriving, i.consumed = 0, 0, 0
	i.s.forget(i.id)
	i.s.rouse(&i.bell)
}

func (i *incoming) abandon() { i.finish(ErrReset) }

func (i *incoming) attach() {
	i.attached = true
	if i.err != nil {
		i.s.out.small(wire.Reset, i.id)
		return
	}
	i.s.requestGrant(i)
}

func (i *incoming) feed(to io.WriteCloser) {
	defer func() {
		_ = recover()
		_ = i.Close()
	}()
	_, _ = io.Copy(to, i)
	_ = to.Close()
}

// requestGrant lends a stream some of what all may take.
func (s *session) requestGrant(i *incoming) {
	if s.over {
		return
	}
	if s.streamBudget < leastWindow {
		s.ungranted = append(s.ungranted, i)
		return
	}
	n := max(leastWindow, min(streamWindow, s.streamBudget/4))
	s.streamBudget -= n
	i.window, i.granted = n, n
	s.out.small(wire.Window, i.id, uint32(n))
}

// returnGrant: what was lent to a stream is there for others.
func (s *session) returnGrant(n int) {
	s.streamBudget += n
	for len(s.ungranted) > 0 && s.streamBudget >= leastWindow {
		next := s.ungranted[0]
		s.ungranted = s.ungranted[1:]
		if next.err == nil {
			s.requestGrant(next)
		}
	}
}
