package plugin

import (
	"encoding/binary"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

const (
	// As much is gathered before it is written, where streams and long messages have more to say.
	writeSize = 64 * 1024
	// What a source of the usual priority says before others have their turn.
	turn = 8 * 1024
	// When what waits for its rate is looked at again.
	pace = 5 * time.Millisecond
	// With more than this unwritten, nothing is read: the host sends more than it takes.
	maxUnwritten = 4 << 20
)

// source has more to say than goes into one frame: a stream, or the rest of a long message.
type source interface {
	// send appends frames with up to limit bytes; gives how many. 0: it has nothing, or no credit for it.
	send(o *outbox, limit int) int
	turns() *sharing
}

// message waits for credit.
type message struct {
	kind wire.Type
	id   uint32
	body []byte
	// That of its instance.
	share *share
	// Called when it left whole, or when what is left of it is not wanted.
	sent func(whole bool)
}

// outbox is what is to be written. Guarded by the session's mutex.
type outbox struct {
	buf, spare []byte
	// Bytes of messages that the host takes.
	credit  int64
	waiting []*message
	rests   map[uint32]*rest
	// In the order of their turns. Who is ahead of a rate keeps its place, and what is left of its turn.
	sources []source
	// Has what waits for its rate looked at again.
	pacer *time.Timer
	// Somebody writes; whoever does sees what is added meanwhile.
	writing bool
	broken  bool
}

func (o *outbox) frame(kind uint8, id uint32, body []byte) {
	o.header(kind, len(body), id)
	o.buf = append(o.buf, body...)
}

func (o *outbox) header(kind uint8, length int, id uint32) {
	var h [wire.HeaderSize]byte
	wire.PutHeader(h[:], kind, length, id)
	o.buf = append(o.buf, h[:]...)
}

// small is a frame with one number, or none.
func (o *outbox) small(kind wire.Type, id uint32, body ...uint32) {
	var w wire.Writer
	for _, it := range body {
		w.U32(it)
	}
	o.frame(uint8(kind), id, w.Buf)
}

// message leaves now, or when there is credit for it, and in parts if it is long. The body is copied.
func (o *outbox) message(kind wire.Type, id uint32, body []byte, share *share, sent func(whole bool)) {
	if len(o.waiting) == 0 && len(body) <= wire.MaxBody && int64(len(body)) <= o.credit {
		o.credit -= int64(len(body))
		o.frame(uint8(kind), id, body)
		if sent != nil {
			sent(true)
		}
		return
	}
	o.waiting = append(o.waiting, &message{kind, id, append([]byte(nil), body...), share, sent})
	o.advance()
}

// advance sends what there is credit for.
func (o *outbox) advance() {
	for len(o.waiting) > 0 {
		m := o.waiting[0]
		length := min(len(m.body), wire.MaxBody)
		if int64(length) > o.credit {
			return
		}
		o.waiting[0] = nil
		o.waiting = o.waiting[1:]
		o.credit -= int64(length)
		if len(m.body) <= wire.MaxBody {
			o.frame(uint8(m.kind), m.id, m.body)
			if m.sent != nil {
				m.sent(true)
			}
			continue
		}
		o.header(uint8(m.kind)|wire.More, wire.MaxBody, m.id)
		o.buf = binary.LittleEndian.AppendUint32(o.buf, uint32(len(m.body)))
		o.buf = append(o.buf, m.body[:wire.MaxBody-4]...)
		o.rests[m.id] = &rest{sharing: sharing{instance: m.share}, id: m.id, body: m.body[wire.MaxBody-4:], sent: m.sent}
	}
}

// cancel takes back a message that has not begun to leave.
func (o *outbox) cancel(id uint32) bool {
	for i, m := range o.waiting {
		if m.id == id && m.kind == wire.Call {
			o.waiting = append(o.waiting[:i], o.waiting[i+1:]...)
			return true
		}
	}
	return false
}

func (o *outbox) schedule(s source) {
	if it := s.turns(); !it.queued {
		it.queued = true
		o.sources = append(o.sources, s)
	}
}

// pull lets sources have their turns until there is enough to write. What is ahead of its rate is left.
func (o *outbox) pull(now int64) {
	// Those before `at` are ahead of their rates.
	for at := 0; at < len(o.sources) && len(o.buf) < writeSize; {
		quantum := turn
		if len(o.sources) == 1 {
			quantum = wire.MaxBody
		}
		s := o.sources[at]
		it := s.turns()
		limit := it.turn(quantum, now)
		if limit == 0 {
			at++
			continue
		}
		if it.deficit >= leastTurn {
			n := s.send(o, limit)
			if n == 0 {
				o.sources = append(o.sources[:at], o.sources[at+1:]...)
				it.queued, it.deficit = false, 0
				continue
			}
			it.spend(n)
		}
		if it.deficit < leastTurn {
			o.sources = append(append(o.sources[:at], o.sources[at+1:]...), s)
		}
	}
}

// rest is what is left of a long message.
type rest struct {
	sharing
	id     uint32
	body   []byte
	credit int
	sent   func(whole bool)
}

func (r *rest) send(o *outbox, limit int) int {
	n := min(limit, r.credit, len(r.body), wire.MaxBody)
	if n <= 0 {
		return 0
	}
	o.frame(uint8(wire.Rest), r.id, r.body[:n])
	r.body = r.body[n:]
	r.credit -= n
	if len(r.body) == 0 {
		delete(o.rests, r.id)
		if r.sent != nil {
			r.sent(true)
		}
	}
	return n
}

// dropRest discards the rest of a message. False: there is none.
func (o *outbox) dropRest(id uint32) bool {
	r := o.rests[id]
	if r == nil {
		return false
	}
	r.body = nil
	delete(o.rests, id)
	if r.sent != nil {
		r.sent(false)
	}
	return true
}

func (o *outbox) clear() {
	o.waiting, o.sources = nil, nil
	o.rests = map[uint32]*rest{}
	if o.pacer != nil {
		o.pacer.Stop()
	}
}

// flush writes what there is. One at a time writes; what others add meanwhile is written by it.
func (s *session) flush() {
	s.mu.Lock()
	if s.out.writing {
		s.mu.Unlock()
		return
	}
	s.out.writing = true
	s.write(s.carrier.TryWrite)
}

// write is entered with the mutex, and leaves without it.
func (s *session) write(send func([]byte) (int, error)) {
	for {
		if !s.over {
			s.sendDrops()
			s.out.pull(s.now())
		}
		b := s.out.buf
		if len(b) == 0 || s.out.broken {
			break
		}
		s.out.buf, s.out.spare = s.out.spare[:0], nil
		s.mu.Unlock()
		n, err := send(b)
		s.mu.Lock()
		if err != nil && err != errAgain {
			// The end of what the host says, or that it went, comes with the reading.
			s.out.broken = true
			break
		}
		if n < len(b) {
			// The host does not take more now. What is left is written by somebody who may wait for it.
			s.unwritten = b[n:]
			go s.drain()
			s.mu.Unlock()
			return
		}
		if cap(b) <= maxPooled {
			s.out.spare = b[:0]
		}
	}
	s.out.writing = false
	s.written.Broadcast()
	if len(s.out.sources) > 0 && !s.over && !s.out.broken {
		s.waitForRates()
	}
	s.mu.Unlock()
}

// waitForRates writes what is ahead of its rate when it no longer is. The session's mutex is held.
func (s *session) waitForRates() {
	if s.out.pacer == nil {
		s.out.pacer = time.AfterFunc(pace, s.flush)
	} else {
		s.out.pacer.Reset(pace)
	}
}

// drain writes what the host did not take at once, and goes on as flush does.
func (s *session) drain() {
	_, err := s.carrier.Write(s.unwritten)
	s.mu.Lock()
	s.unwritten = nil
	if err != nil {
		s.out.broken = true
	}
	s.write(s.carrier.Write)
}

func (s *session) sendDrops() {
	// A frame takes 6 000 of the longest.
	for len(s.handles.drops) > 0 {
		n := min(len(s.handles.drops), 6000)
		var w wire.Writer
		for _, r := range s.handles.drops[:n] {
			w.U32(r.index)
			w.U32(r.generation)
		}
		s.handles.drops = s.handles.drops[n:]
		s.out.frame(uint8(wire.Drop), 0, w.Buf)
	}
}
