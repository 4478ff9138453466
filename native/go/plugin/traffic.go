package plugin

import (
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
)

// Traffic is how what a plugin sends shares the connection with the rest.
type Traffic struct {
	// Priority is turns to send, compared with those of others: one of 32 sends twice as much as one of 16. 1 to 256; 0 is the
	// default, 16.
	Priority int
	// BytesPerSecond, at most, of what is in the stream, or in the streams and long messages of the instance. A tenth of it may go at
	// once after a pause. 0, the default, is no bound.
	BytesPerSecond int64
}

const (
	defaultPriority = 16
	maxPriority     = 256
	// The least turn in bytes, for a frame to be worth its header. Who has shorter ones waits until they add up.
	leastTurn = 1024
)

// SetTraffic says how what the instance sends is sent from now on: its streams, and calls and answers of more than 64 KiB. Shorter ones
// leave at once, and do not count.
func (i *Instance) SetTraffic(t Traffic) error { return i.share.set(t) }

// Paced is a stream to the host whose traffic can be set, before it is sent and meanwhile. It is given to the host in place of what it
// reads from.
type Paced struct {
	io.ReadCloser
	share share
}

// NewPaced gives a stream of the bytes of another one.
func NewPaced(from io.ReadCloser) *Paced { return &Paced{ReadCloser: from} }

// SetTraffic says how it is sent from now on.
func (p *Paced) SetTraffic(t Traffic) error { return p.share.set(t) }

// SetTraffic says how the bytes are sent from now on that are written to a stream of the host.
func SetTraffic(to io.WriteCloser, t Traffic) error {
	out, ok := to.(*outgoing)
	if !ok {
		return errors.New("plugin: it is no stream that the host gave to write to")
	}
	return out.own.set(t)
}

// share is what a stream or an instance may send. Its zero value is the default.
type share struct {
	mu     sync.Mutex
	weight int
	// Bytes a second; 0 for no bound.
	rate float64
	// What may go at once, and when that was so, in nanoseconds of the session's clock; before the first time nothing was.
	tokens  float64
	filled  int64
	started bool
}

func (s *share) set(t Traffic) error {
	if t.Priority < 0 || t.Priority > maxPriority {
		return fmt.Errorf("plugin: a priority is from 1 to %d, not %d", maxPriority, t.Priority)
	}
	if t.BytesPerSecond < 0 {
		return fmt.Errorf("plugin: bytes a second are at least 1, or 0 for no bound, not %d", t.BytesPerSecond)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.weight, s.rate = t.Priority, float64(t.BytesPerSecond)
	s.tokens = min(s.tokens, s.burst())
	s.started = s.started && s.rate != 0
	return nil
}

// burst is what may go at once after a pause.
func (s *share) burst() float64 { return max(s.rate/10, leastTurn) }

// allowance gives how much longer a turn is than the default, and how many bytes may go now.
func (s *share) allowance(now int64) (weight float64, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	weight = 1
	if s.weight != 0 {
		weight = float64(s.weight) / defaultPriority
	}
	if s.rate == 0 {
		return weight, math.MaxInt
	}
	if s.started {
		s.tokens = min(s.burst(), s.tokens+float64(now-s.filled)*s.rate/1e9)
	} else {
		s.tokens, s.started = s.burst(), true
	}
	s.filled = now
	// Slow ones send twenty times a second, not a few bytes each time that somebody looks.
	if s.tokens < min(leastTurn, s.rate/20) {
		return weight, 0
	}
	return weight, int(min(s.tokens, math.MaxInt32))
}

func (s *share) spend(bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rate != 0 {
		s.tokens -= float64(bytes)
	}
}

// sharing is what the outbox knows of a source.
type sharing struct {
	// Of itself and of its instance; nil where there is none.
	own, instance *share
	// What is left of its turn, in bytes.
	deficit int
	queued  bool
}

func (s *sharing) turns() *sharing { return s }

// turn begins one where there is none, and gives how many bytes the source may send now; 0 where it is ahead of its rate. What a turn
// of less than leastTurn has adds up with the next.
func (s *sharing) turn(quantum int, now int64) (limit int) {
	weight, allowed := 1.0, math.MaxInt
	for _, one := range [...]*share{s.own, s.instance} {
		if one != nil {
			w, bytes := one.allowance(now)
			weight, allowed = weight*w, min(allowed, bytes)
		}
	}
	if allowed <= 0 {
		return 0
	}
	if s.deficit < leastTurn {
		s.deficit += max(1, int(float64(quantum)*weight))
	}
	return min(allowed, s.deficit)
}

func (s *sharing) spend(bytes int) {
	s.deficit -= bytes
	for _, one := range [...]*share{s.own, s.instance} {
		if one != nil {
			one.spend(bytes)
		}
	}
}
