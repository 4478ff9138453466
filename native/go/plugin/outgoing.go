package plugin

import (
	"io"

	"github.com/hatchway/hatchway/native/go/wire"
)

// What may wait to be sent on a stream before Write waits.
const highWater = 256 * 1024

// outgoing are bytes to the host. It is an io.WriteCloser.
type outgoing struct {
	sharing
	s  *session
	id uint32
	// Guarded by the session's mutex.
	bytes    byteQueue
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
		room := highWater - o.bytes.len()
		if room <= 0 {
			s.mu.Unlock()
			s.await(nil, &o.bell, func() bool { return o.bytes.len() <= highWater/2 || o.err != nil })
			continue
		}
		n := min(room, len(p))
		o.bytes.push(p[:n])
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
	if o.attached && o.err == nil && (o.credit > 0 || o.bytes.len() == 0) {
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
	n := int(min(int64(limit), o.credit, int64(o.bytes.len()), wire.MaxBody))
	if n > 0 {
		out.frame(uint8(wire.Data), o.id, o.bytes.next()[:n])
		o.bytes.drop(n)
		o.credit -= int64(n)
		if o.bytes.len() <= highWater/2 {
			o.s.rouse(&o.bell)
		}
	}
	if o.ending && o.bytes.len() == 0 {
		out.small(wire.End, o.id)
		o.stop(io.ErrClosedPipe)
	}
	return n
}

func (o *outgoing) stop(err error) {
	if o.err != nil {
		return
	}
	o.err = err
	o.bytes.clear()
	o.s.forget(o.id)
	o.s.rouse(&o.bell)
}

func (o *outgoing) abandon() { o.stop(ErrReset) }

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
