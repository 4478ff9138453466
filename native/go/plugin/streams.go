package plugin

import (
	"errors"
	"io"

	"github.com/hatchway/hatchway/native/go/wire"
)

// ErrReset is what a stream of bytes ends with where not all of it came, or no more is wanted.
var ErrReset = errors.New("plugin: the stream was given up")

// stream is one of the two.
type stream interface {
	attach()
	abandon()
}

// introduced is a stream in a message that is being written or read.
type introduced struct {
	in  *incoming
	out *outgoing
	// Of one that is written: what the author gave.
	from io.ReadCloser
	to   io.WriteCloser
}

func (i introduced) stream() (stream, uint32) {
	if i.in != nil {
		return i.in, i.in.id
	}
	return i.out, i.out.id
}

// Outgoing writes a stream<u8> or an input-stream, which the plugin sends the bytes of. They are read from `from`, which is then
// closed.
func (w *Writer) Outgoing(from io.ReadCloser) {
	if id, ok := w.newStream(from == nil); ok {
		paced, ok := from.(*Paced)
		if !ok {
			paced = new(Paced)
		}
		out := &outgoing{sharing: sharing{own: &paced.share}, s: w.session, id: id}
		w.streams = append(w.streams, introduced{out: out, from: from})
	}
}

// Incoming writes an output-stream, which the plugin receives the bytes of. They are written to `to`, which is then closed.
func (w *Writer) Incoming(to io.WriteCloser) {
	if id, ok := w.newStream(to == nil); ok {
		w.streams = append(w.streams, introduced{in: &incoming{s: w.session, id: id}, to: to})
	}
}

// newStream writes the id of a new stream.
func (w *Writer) newStream(none bool) (uint32, bool) {
	if none {
		w.Fail(errors.New("a stream that is nil"))
		return 0, false
	}
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
	w.U32(id)
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
	out := &outgoing{sharing: sharing{own: new(share)}, s: r.session, id: id}
	r.streams = append(r.streams, introduced{out: out})
	return out
}

// newStream reads the id of a stream that is the host's.
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
func (s *session) sendStreams(list []introduced, instance *Instance) func(whole bool) {
	if len(list) == 0 {
		return nil
	}
	for _, it := range list {
		s.addStream(it, instance)
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
func (s *session) acceptStreams(list []introduced, instance *Instance) {
	for _, it := range list {
		s.hostStreams++
		s.addStream(it, instance).attach()
	}
}

func (s *session) addStream(it introduced, instance *Instance) stream {
	one, id := it.stream()
	s.streams[id] = one
	if it.out != nil {
		it.out.instance = &instance.share
	}
	return one
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
