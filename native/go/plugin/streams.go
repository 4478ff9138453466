package plugin

import (
	"errors"
	"io"

	"github.com/hatchway/hatchway/native/go/wire"
)

const (
	// What may wait to be sent on a stream before Write waits.
	highWater = 256 * 1024
	// The most that is granted to a stream at a time, the least, and what all together may take.
	streamWindow = 256 * 1024
	leastWindow  = 16 * 1024
	streamBudget = 16 << 20
)

// ErrReset is what a stream of bytes ends with where not all of it came, or no more is wanted.
var ErrReset = errors.New("plugin: the stream was given up")

// introduced is a stream in a message that is being written or read.
type introduced struct {
	in  *incoming
	out *outgoing
	// Of one that is written: what the author gave.
	from io.ReadCloser
	to   io.WriteCloser
}

// incoming are bytes from the host. It is an io.ReadCloser.
type incoming struct {
	s  *session
	id uint32
	// Guarded by the session's mutex.
	buf      []byte
	at       int
	granted  int
	consumed int
	window   int
	attached bool
	err      error
	bell     bell
}

func (i *incoming) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	s := i.s
	s.mu.Lock()
	for i.at == len(i.buf) && i.err == nil {
		s.mu.Unlock()
		s.await(nil, &i.bell, func() bool { return i.at < len(i.buf) || i.err != nil })
		s.mu.Lock()
	}
	n := copy(p, i.buf[i.at:])
	if n == 0 {
		err := i.err
		s.mu.Unlock()
		return 0, err
	}
	i.at += n
	if i.at == len(i.buf) {
		i.buf, i.at = i.buf[:0], 0
	}
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
	left := len(i.buf) - i.at
	i.buf, i.at = nil, 0
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
	i.s.returnGrant(i.granted + i.consumed)
	i.granted, i.consumed = 0, 0
	i.s.forget(i.id)
	i.bell.ring()
}

func (i *incoming) attach() {
	i.attached = true
	if i.err != nil {
		i.s.out.small(wire.Reset, i.id)
		return
	}
	i.s.requestGrant(i)
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

// outgoing are bytes to the host. It is an io.WriteCloser.
type outgoing struct {
	s  *session
	id uint32
	// Guarded by the session's mutex.
	buf      []byte
	at       int
	credit   int64
	attached bool
	ending   bool
	err      error
	bell     bell
}

func (o *outgoing) Write(p []byte) (written int, err error) {
	s := o.s
	for len(p) > 0 {
		s.mu.Lock()
		if o.err != nil || o.ending {
			err := o.err
			if err == nil {
				err = io.ErrClosedPipe
			}
			s.mu.Unlock()
			return written, err
		}
		room := highWater - (len(o.buf) - o.at)
		if room <= 0 {
			s.mu.Unlock()
			s.await(nil, &o.bell, func() bool { return len(o.buf)-o.at <= highWater/2 || o.err != nil })
			continue
		}
		n := min(room, len(p))
		if o.at > 0 && len(o.buf)+n > cap(o.buf) {
			o.buf = o.buf[:copy(o.buf, o.buf[o.at:])]
			o.at = 0
		}
		o.buf = append(o.buf, p[:n]...)
		o.wake()
		s.mu.Unlock()
		p = p[n:]
		written += n
		s.flush()
	}
	return written, nil
}

// Close says that there are no more bytes. It does not wait for those that are there to leave.
func (o *outgoing) Close() error {
	o.s.mu.Lock()
	if o.err == nil && !o.ending {
		o.ending = true
		o.wake()
	}
	o.s.mu.Unlock()
	o.s.flush()
	return nil
}

// CloseWithError gives the stream up, unless err is nil: not all bytes came.
func (o *outgoing) CloseWithError(err error) error {
	if err == nil {
		return o.Close()
	}
	o.s.mu.Lock()
	if o.err == nil {
		if o.attached {
			o.s.out.small(wire.Reset, o.id)
		}
		o.stop(ErrReset)
	}
	o.s.mu.Unlock()
	o.s.flush()
	return nil
}

func (o *outgoing) wake() {
	if o.attached && o.err == nil && (o.credit > 0 || len(o.buf) == o.at) {
		o.s.out.schedule(o)
	}
}

func (o *outgoing) attach() {
	o.attached = true
	if o.err != nil {
		o.s.out.small(wire.Reset, o.id)
		return
	}
	o.wake()
}

func (o *outgoing) send(out *outbox, limit int) int {
	if o.err != nil {
		return 0
	}
	n := int(min(int64(limit), o.credit, int64(len(o.buf)-o.at), wire.MaxBody))
	if n > 0 {
		out.frame(uint8(wire.Data), o.id, o.buf[o.at:o.at+n])
		o.at += n
		o.credit -= int64(n)
		if o.at == len(o.buf) {
			o.buf, o.at = o.buf[:0], 0
		}
		if len(o.buf)-o.at <= highWater/2 {
			o.bell.ring()
		}
	}
	if o.ending && len(o.buf) == o.at {
		out.small(wire.End, o.id)
		o.stop(io.ErrClosedPipe)
		return 0
	}
	return n
}

func (o *outgoing) stop(err error) {
	if o.err != nil {
		return
	}
	o.err = err
	o.buf, o.at = nil, 0
	o.s.forget(o.id)
	o.bell.ring()
}

// forget: a stream is closed.
func (s *session) forget(id uint32) {
	if s.streams[id] == nil {
		return
	}
	delete(s.streams, id)
	if isHosts(id) {
		s.hostStreams--
	}
}

// stream is one of the two.
type stream interface {
	attach()
	abandon()
}

func (i *incoming) abandon() { i.finish(ErrReset) }
func (o *outgoing) abandon() { o.stop(ErrReset) }

func (i introduced) stream() (stream, uint32) {
	if i.in != nil {
		return i.in, i.in.id
	}
	return i.out, i.out.id
}

// Outgoing writes a stream<u8> or an input-stream, which the plugin sends the bytes of. They are read from `from`, which is then
// closed.
func (w *Writer) Outgoing(from io.ReadCloser) {
	if from == nil {
		w.Fail(errors.New("a stream that is nil"))
		return
	}
	id, ok := w.newStream()
	if ok {
		w.streams = append(w.streams, introduced{out: &outgoing{s: w.session, id: id}, from: from})
		w.U32(id)
	}
}

// Incoming writes an output-stream, which the plugin receives the bytes of. They are written to `to`, which is then closed.
func (w *Writer) Incoming(to io.WriteCloser) {
	if to == nil {
		w.Fail(errors.New("a stream that is nil"))
		return
	}
	id, ok := w.newStream()
	if ok {
		w.streams = append(w.streams, introduced{in: &incoming{s: w.session, id: id}, to: to})
		w.U32(id)
	}
}

func (w *Writer) newStream() (uint32, bool) {
	s := w.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.streams)-s.hostStreams+len(w.streams) >= int(s.peer.Limits.Streams) {
		w.Fail(&CallError{Function: "a stream", Failure: wire.Exhausted, Message: "the host takes no more streams"})
		return 0, false
	}
	id, err := s.newID()
	if err != nil {
		w.Fail(err)
		return 0, false
	}
	return id, true
}

// Incoming reads a stream<u8> or an input-stream.
func (r *Reader) Incoming() io.ReadCloser {
	id, ok := r.newStream()
	if !ok {
		return nil
	}
	in := &incoming{s: r.session, id: id}
	r.streams = append(r.streams, introduced{in: in})
	return in
}

// Outgoing reads an output-stream.
func (r *Reader) Outgoing() io.WriteCloser {
	id, ok := r.newStream()
	if !ok {
		return nil
	}
	out := &outgoing{s: r.session, id: id}
	r.streams = append(r.streams, introduced{out: out})
	return out
}

func (r *Reader) newStream() (uint32, bool) {
	id := r.U32()
	if r.Err() != nil {
		return 0, false
	}
	s := r.session
	s.mu.Lock()
	taken := s.streams[id] != nil || s.calls[id] != nil || id > wire.MaxID
	tooMany := s.hostStreams+len(r.streams) >= int(s.limits.Streams)
	s.mu.Unlock()
	for _, it := range r.streams {
		_, other := it.stream()
		taken = taken || other == id
	}
	if taken || !isHosts(id) {
		r.Fail(wire.BadArguments, "a stream has an id that the sender cannot give it")
		return 0, false
	}
	if tooMany {
		r.Fail(wire.Exhausted, "too many streams are open")
		return 0, false
	}
	return id, true
}

// sendStreams registers the streams of a message that is about to leave. What it gives is to be called when it left whole, or when
// it will not. The session's mutex is held.
func (s *session) sendStreams(list []introduced) func(whole bool) {
	if len(list) == 0 {
		return nil
	}
	for _, it := range list {
		one, id := it.stream()
		s.streams[id] = one
	}
	return func(whole bool) {
		if !whole {
			abandonAll(list)
			return
		}
		for _, it := range list {
			one, _ := it.stream()
			one.attach()
			if it.out != nil {
				go it.out.feed(it.from)
			} else {
				go it.in.feed(it.to)
			}
		}
	}
}

// acceptStreams registers those of a message that was read. The session's mutex is held.
func (s *session) acceptStreams(list []introduced) {
	for _, it := range list {
		one, id := it.stream()
		s.streams[id] = one
		s.hostStreams++
		one.attach()
	}
}

func (o *outgoing) feed(from io.ReadCloser) {
	var err error
	defer func() {
		if broken := recover(); broken != nil {
			err = ErrReset
		}
		_ = o.CloseWithError(err)
	}()
	_, err = io.Copy(o, from)
	if closing := from.Close(); err == nil {
		err = closing
	}
}

func (i *incoming) feed(to io.WriteCloser) {
	defer func() {
		_ = recover()
		_ = i.Close()
	}()
	_, _ = io.Copy(to, i)
	_ = to.Close()
}

// abandonAll ends streams that the host will never know, or no longer wants. The session's mutex is held.
func abandonAll(list []introduced) {
	for i := range list {
		one, _ := list[i].stream()
		one.abandon()
		list[i].closeOwn()
	}
}

// closeOwn closes what the author gave, once. It may do anything, so not here.
func (i *introduced) closeOwn() {
	from, to := i.from, i.to
	i.from, i.to = nil, nil
	if from == nil && to == nil {
		return
	}
	go func() {
		defer func() { _ = recover() }()
		if from != nil {
			_ = from.Close()
		}
		if to != nil {
			_ = to.Close()
		}
	}()
}
