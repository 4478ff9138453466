package plugin

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

// sending is an outbox whose clock tests move, with streams that always have something to say.
type sending struct {
	out outbox
	now int64
}

// add gives a stream of an instance, with bytes to send and credit for them.
func (s *sending) add(instance *share) *outgoing {
	o := &outgoing{sharing: sharing{own: new(share), instance: instance}, s: &session{}, id: 2, credit: 1 << 40}
	o.bytes.push(make([]byte, 32<<20))
	s.out.schedule(o)
	return o
}

// run lets so much time pass in steps of 10 ms, in each of which a write takes as much as it does.
func (s *sending) run(d time.Duration) {
	for range d / (10 * time.Millisecond) {
		s.now += int64(10 * time.Millisecond)
		s.out.pull(s.now)
		s.out.buf = s.out.buf[:0]
	}
}

func sent(o *outgoing) int { return 32<<20 - o.bytes.len() }

func within(t *testing.T, what string, got, low, high int) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s: %d, and not %d to %d", what, got, low, high)
	}
}

func set(t *testing.T, s *share, to Traffic) {
	t.Helper()
	if err := s.set(to); err != nil {
		t.Fatal(err)
	}
}

func TestPriorities(t *testing.T) {
	var s sending
	one, other := s.add(nil), s.add(nil)
	s.run(time.Second)
	within(t, "equal", 100*sent(one)/sent(other), 95, 105)
	set(t, one.own, Traffic{Priority: 64})
	before := [2]int{sent(one), sent(other)}
	s.run(time.Second)
	within(t, "four times as much", 100*(sent(one)-before[0])/(sent(other)-before[1]), 380, 420)
	set(t, one.own, Traffic{Priority: 1})
	set(t, other.own, Traffic{Priority: 2})
	before = [2]int{sent(one), sent(other)}
	s.run(time.Second)
	within(t, "half as much", 100*(sent(one)-before[0])/(sent(other)-before[1]), 45, 55)
	s.out.pull(s.now)
	for at := 0; at < len(s.out.buf); {
		h := wire.ParseHeader(s.out.buf[at:])
		if h.Length < leastTurn {
			t.Fatal("a frame that is not worth its header: ", h.Length)
		}
		at += wire.HeaderSize + h.Length
	}
}

func TestRates(t *testing.T) {
	var s sending
	limited, other := s.add(nil), s.add(nil)
	set(t, limited.own, Traffic{BytesPerSecond: 20_000})
	s.run(2 * time.Second)
	within(t, "a rate", sent(limited), 36_000, 42_000)
	within(t, "what is left", sent(other), 2*100*writeSize*9/10, 2*100*writeSize*12/10)
	before := sent(limited)
	set(t, limited.own, Traffic{BytesPerSecond: 100_000})
	s.run(time.Second)
	within(t, "a higher rate", sent(limited)-before, 95_000, 111_000)
	set(t, limited.own, Traffic{})
	before = sent(limited)
	s.run(100 * time.Millisecond)
	within(t, "none", sent(limited)-before, 200_000, 600_000)
}

func TestTheRateOfAnInstance(t *testing.T) {
	var s sending
	var instance share
	set(t, &instance, Traffic{BytesPerSecond: 50_000})
	streams := []*outgoing{s.add(&instance), s.add(&instance), s.add(nil)}
	long := &rest{sharing: sharing{instance: &instance}, id: 4, body: make([]byte, 1<<20), credit: 1 << 20}
	s.out.clear()
	for _, it := range streams {
		it.queued = false
		s.out.schedule(it)
	}
	s.out.rests[4] = long
	s.out.schedule(long)
	s.run(2 * time.Second)
	all := sent(streams[0]) + sent(streams[1]) + 1<<20 - len(long.body)
	within(t, "all of it", all, 95_000, 106_000)
	for _, it := range []int{sent(streams[0]), sent(streams[1]), 1<<20 - len(long.body)} {
		within(t, "each", it, 20_000, 50_000)
	}
	within(t, "another instance", sent(streams[2]), 10<<20, 32<<20)
	if len(s.out.sources) != 4 {
		t.Error("what waits for its rate is forgotten")
	}
}

func TestTheRateOfAnInstanceWithManyStreams(t *testing.T) {
	var s sending
	var instance share
	set(t, &instance, Traffic{BytesPerSecond: 50_000})
	var streams []*outgoing
	for range 100 {
		o := s.add(&instance)
		o.bytes.clear()
		o.bytes.push(make([]byte, 3_000))
		o.ending = true
		streams = append(streams, o)
	}
	s.run(time.Second)
	ended := 0
	for _, it := range streams {
		if it.err != nil {
			ended++
		}
	}
	within(t, "streams of 3 000 bytes", ended, 14, 18)
}

func TestTrafficThatThereIsNot(t *testing.T) {
	for _, wrong := range []Traffic{{Priority: 257}, {Priority: -1}, {BytesPerSecond: -1}} {
		if NewPaced(nil).SetTraffic(wrong) == nil || new(Instance).SetTraffic(wrong) == nil {
			t.Error(wrong)
		}
	}
	if SetTraffic(&nopCloser{}, Traffic{}) == nil {
		t.Error("a stream of the plugin's own")
	}
	if err := SetTraffic(&outgoing{sharing: sharing{own: new(share)}}, Traffic{Priority: 1, BytesPerSecond: 1}); err != nil {
		t.Error(err)
	}
}

type nopCloser struct{ bytes.Buffer }

func (nopCloser) Close() error { return nil }

// What is written in time: the timer does what the clock of the others does.
func TestWhatWaitsForItsRateIsWritten(t *testing.T) {
	c := &slowCarrier{wrote: make(chan int, 1000)}
	s := newSession(&Program{}, c, nil)
	s.peer = &wire.HelloBody{Limits: wire.DefaultLimits}
	paced := NewPaced(io.NopCloser(strings.NewReader(strings.Repeat("x", 30_000))))
	set(t, &paced.share, Traffic{BytesPerSecond: 100_000})
	w := &Writer{}
	w.reset(s, &Instance{})
	w.Outgoing(paced)
	s.mu.Lock()
	s.sendStreams(w.streams, w.instance)(true)
	out := w.streams[0].out
	out.credit = 1 << 20
	out.wake()
	s.mu.Unlock()
	s.flush()
	writes := 0
	for total := 0; total < 30_000; writes++ {
		select {
		case n := <-c.wrote:
			total += n
		case <-time.After(10 * time.Second):
			t.Fatal("the rest is never written: ", total)
		}
	}
	// 10 000 bytes may go at once, and 500 of what comes later.
	if writes < 2 {
		t.Error("it was written at once")
	}
}

// slowCarrier counts the bytes of streams.
type slowCarrier struct {
	LoopCarrier
	wrote chan int
}

func (c *slowCarrier) TryWrite(b []byte) (int, error) {
	for at := 0; at < len(b); {
		h := wire.ParseHeader(b[at:])
		if h.Type == wire.Data {
			c.wrote <- h.Length
		}
		at += wire.HeaderSize + h.Length
	}
	return len(b), nil
}
func (c *slowCarrier) Write(b []byte) (int, error) { return c.TryWrite(b) }
