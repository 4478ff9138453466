//go:build unix

package plugin_test

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

func leb(n uint32) []byte { return body(func(w *wire.Writer) { w.U32(n) }) }

// What breaks a rule ends the session for the reason that the page gives.
func TestViolations(t *testing.T) {
	// A call of the plugin that the host has not answered: its id is 2.
	calling := func(h *host) {
		h.call(1, apply, aMessage(9))
		if f := h.awaitKind(wire.Call); f.id != 2 {
			h.t.Fatal(f)
		}
	}
	for _, row := range []struct {
		name   string
		reason wire.Reason
		do     func(h *host)
	}{
		{"a second hello", wire.ReasonHello, func(h *host) { h.send(wire.Hello, 0, helloBody) }},
		{"an unknown type", wire.ReasonFrameType, func(h *host) { h.raw(0x21, 5, nil) }},
		{"more on what cannot go on", wire.ReasonFrameType, func(h *host) { h.raw(0x40|uint8(wire.Data), 5, []byte{1}) }},
		{"what only a plugin sends", wire.ReasonRole, func(h *host) { h.send(wire.Pong, 0, []byte{1}) }},
		{"a log", wire.ReasonRole, func(h *host) { h.send(wire.Log, 0, make([]byte, 8)) }},
		{"a body that is too long", wire.ReasonFrameLength, func(h *host) { h.send(wire.Cancel, 1, []byte{0, 0}) }},
		{"a body that is too short", wire.ReasonFrameLength, func(h *host) { h.send(wire.Call, 99, []byte{1}) }},
		{"a header that promises 16 MiB", wire.ReasonFrameLength, func(h *host) {
			if _, err := h.conn.Write([]byte{byte(wire.Call), 0xff, 0xff, 0xff, 9, 0, 0, 0}); err != nil {
				h.t.Fatal(err)
			}
		}},
		{"more on a body that is not full", wire.ReasonFrameLength, func(h *host) { h.raw(0x40|uint8(wire.Call), 99, make([]byte, 100)) }},
		{"more of a message that fits", wire.ReasonFrameLength, func(h *host) {
			h.raw(0x40|uint8(wire.Call), 99, long(100, make([]byte, wire.MaxBody-4)))
		}},
		{"a call with the plugin's id", wire.ReasonFrameID, func(h *host) { h.send(wire.Call, 98, make([]byte, 4)) }},
		{"a call with an id that is not above the last", wire.ReasonFrameID, func(h *host) { h.send(wire.Call, 1, make([]byte, 4)) }},
		{"a call with the id 0", wire.ReasonFrameID, func(h *host) { h.send(wire.Call, 0, make([]byte, 4)) }},
		{"a ping with an id", wire.ReasonFrameID, func(h *host) { h.send(wire.Ping, 7, []byte{1}) }},
		{"a return for an id never given", wire.ReasonFrameID, func(h *host) { h.send(wire.Return, 2, nil) }},
		{"a return for an id of the host's", wire.ReasonFrameID, func(h *host) { h.send(wire.Return, 1, nil) }},
		{"a cancel for an id of the plugin's", wire.ReasonFrameID, func(h *host) { h.send(wire.Cancel, 2, []byte{0}) }},
		{"data for an id never given", wire.ReasonFrameID, func(h *host) { h.send(wire.Data, 2, []byte{0}) }},
		{"data against the stream", wire.ReasonFrameID, func(h *host) {
			h.reply(h.call(1, produce, func(w *wire.Writer) { w.U32(100) }))
			h.send(wire.Data, 2, []byte{0})
		}},
		{"credit against the stream", wire.ReasonFrameID, func(h *host) {
			stream := h.newID()
			h.call(1, sum, func(w *wire.Writer) { w.U32(stream) })
			h.await(func(f frame) bool { return f.id == stream && f.kind == wire.Window })
			h.send(wire.Window, stream, []byte{1})
		}},
		{"data without credit", wire.ReasonWindow, func(h *host) {
			// The one that reads it waits behind another.
			h.call(1, apply, aMessage(201))
			stream := h.newID()
			h.call(1, sum, func(w *wire.Writer) { w.U32(stream) })
			h.await(func(f frame) bool { return f.id == stream && f.kind == wire.Window })
			for range 6 {
				h.send(wire.Data, stream, make([]byte, wire.MaxBody))
			}
		}},
		{"a rest without credit", wire.ReasonWindow, func(h *host) {
			id := h.newID()
			h.raw(0x40|uint8(wire.Call), id, long(wire.MaxBody+10, make([]byte, wire.MaxBody-4)))
			h.send(wire.Rest, id, make([]byte, 100))
		}},
		{"a credit of 0", wire.ReasonWindow, func(h *host) { h.send(wire.Window, 0, []byte{0}) }},
		{"a credit that is too much in all", wire.ReasonWindow, func(h *host) { h.send(wire.Window, 0, leb(wire.MaxID)) }},
		{"a credit of 0 for what is closed", wire.ReasonWindow, func(h *host) { h.send(wire.Window, 77, []byte{0}) }},
		{"a second return", wire.ReasonReply, func(h *host) {
			calling(h)
			h.send(wire.Return, 2, []byte{42})
			h.send(wire.Return, 2, []byte{42})
		}},
		{"an error for what was answered", wire.ReasonReply, func(h *host) {
			calling(h)
			h.send(wire.Return, 2, []byte{42})
			h.send(wire.Error, 2, []byte{2, 1, 0})
		}},
		{"an error of an unknown code", wire.ReasonFrameBody, func(h *host) {
			calling(h)
			h.send(wire.Error, 2, []byte{11, 1, 0})
		}},
		{"more calls than are allowed", wire.ReasonLimit, func(h *host) {
			for range wire.DefaultLimits.Calls + 1 {
				h.call(1, apply, aMessage(201))
			}
		}},
		{"a drop of what was never given", wire.ReasonHandle, func(h *host) { h.send(wire.Drop, 0, []byte{0, 1}) }},
		{"a second drop", wire.ReasonHandle, func(h *host) {
			h.reply(h.call(1, newCounter, func(w *wire.Writer) { w.U32(1) }))
			h.send(wire.Drop, 0, []byte{0, 1, 0, 1})
		}},
		{"half a drop", wire.ReasonFrameBody, func(h *host) {
			h.reply(h.call(1, newCounter, func(w *wire.Writer) { w.U32(1) }))
			h.send(wire.Drop, 0, []byte{0, 1, 0})
		}},
		{"an unknown reason to cancel", wire.ReasonFrameBody, func(h *host) { h.send(wire.Cancel, 1, []byte{2}) }},
		{"a ping that is no number", wire.ReasonFrameBody, func(h *host) { h.send(wire.Ping, 0, []byte{0x80}) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := greeted(t, options{})
			row.do(h)
			if reason := h.goodbye(); reason != row.reason {
				t.Errorf("%v in place of %v", reason, row.reason)
			}
			if err := h.ended(); err == nil || !strings.Contains(err.Error(), row.reason.String()) {
				t.Error(err)
			}
		})
	}
	for name, b := range map[string][]byte{
		"no hello":             append([]byte{byte(wire.Ping), 1, 0, 0, 0, 0, 0, 0}, 1),
		"another protocol":     []byte("GET / HTTP/1.1\r\n\r\n"),
		"a hello of a plugin":  framed(wire.Hello, replaced(helloBody, 9, 1)),
		"another version":      framed(wire.Hello, replaced(helloBody, 8, 2)),
		"another magic":        framed(wire.Hello, replaced(helloBody, 0, 'H')),
		"a limit of no window": framed(wire.Hello, append([]byte("hatchway\x01\x00"), 1, 1, 1, 1, 0, 0)),
	} {
		t.Run(name, func(t *testing.T) {
			h := start(t, options{})
			if _, err := h.conn.Write(b); err != nil {
				t.Fatal(err)
			}
			if reason := h.goodbye(); reason != wire.ReasonHello {
				t.Error(reason)
			}
		})
	}
}

func framed(kind wire.Type, body []byte) []byte {
	b := make([]byte, wire.HeaderSize)
	wire.PutHeader(b, uint8(kind), len(body), 0)
	return append(b, body...)
}

func replaced(b []byte, at int, with byte) []byte {
	b = bytes.Clone(b)
	b[at] = with
	return b
}

// What a peer may say though nothing comes of it.
func TestWhatIsSkipped(t *testing.T) {
	h := greeted(t, options{})
	h.raw(0x80|0x21, 5, []byte{1, 2, 3})
	h.send(wire.Rest, 77, []byte{1})
	h.send(wire.Data, 77, []byte{1})
	h.send(wire.End, 77, nil)
	h.send(wire.Reset, 77, nil)
	h.send(wire.Window, 77, []byte{1})
	h.send(wire.Cancel, 77, []byte{0})
	h.send(wire.Ping, 0, []byte{42})
	if f := h.awaitKind(wire.Pong); !bytes.Equal(f.body, []byte{42}) {
		t.Error(f)
	}
	// A return that is malformed fails that call.
	id := h.call(1, apply, aMessage(9))
	call := h.awaitKind(wire.Call)
	h.send(wire.Return, call.id, []byte{42, 1})
	if failure, _, message := h.failure(id); failure != wire.Internal || !strings.Contains(message, "left over") {
		t.Error(failure, message)
	}
	h.leave()
}

var frames = flag.Int("frames", 30000, "how many random frames TestRandomFrames sends")

// Frames with good headers and anything in them: it answers or ends the session, is gone when the host is, and keeps nothing.
func TestRandomFrames(t *testing.T) {
	sent, sessions := 0, 0
	for ; sent < *frames; sessions++ {
		random := rand.New(rand.NewPCG(uint64(sessions), 1))
		h := greeted(t, options{})
		go func() {
			for {
				if _, err := h.read(); err != nil {
					h.conn.Close()
					return
				}
			}
		}()
		_ = h.conn.SetWriteDeadline(time.Now().Add(patience))
		next := uint32(101)
		for range 400 {
			if _, err := h.conn.Write(randomFrame(random, &next)); err != nil {
				break
			}
			sent++
		}
		h.conn.Close()
		_ = h.ended()
		for range 200 {
			if calls, outgoing, streams, entries, remotes := h.session.Open(); outgoing+streams+entries+remotes == 0 || calls < 0 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if _, outgoing, streams, entries, remotes := h.session.Open(); outgoing+streams+entries+remotes != 0 {
			t.Fatal("left: ", outgoing, streams, entries, remotes)
		}
	}
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	t.Logf("%d frames in %d sessions, %d KiB in use, %d goroutines", sent, sessions, memory.HeapAlloc>>10, runtime.NumGoroutine())
	if memory.HeapAlloc > 64<<20 {
		t.Errorf("%d bytes are in use", memory.HeapAlloc)
	}
}

func randomFrame(random *rand.Rand, next *uint32) []byte {
	kinds := []wire.Type{wire.Call, wire.Call, wire.Call, wire.Return, wire.Error, wire.Cancel, wire.Rest, wire.Data, wire.Window, wire.End, wire.Reset, wire.Drop, wire.Ping}
	kind := kinds[random.IntN(len(kinds))]
	id := uint32(random.IntN(130))
	b := make([]byte, random.IntN(12))
	for i := range b {
		b[i] = byte(random.IntN(256))
		if random.IntN(2) == 0 {
			b[i] = byte(random.IntN(4))
		}
	}
	switch kind {
	case wire.Call:
		id = *next
		*next += 2
		b = append([]byte{byte(random.IntN(3)), byte(random.IntN(11)), byte(random.IntN(3)), 0}, b...)
	case wire.Return, wire.Error:
		id = 2 * uint32(1+random.IntN(4))
	case wire.Cancel:
		b = []byte{byte(random.IntN(2))}
		id |= 1
	case wire.Window:
		if b = leb(uint32(random.IntN(1000) + 1)); random.IntN(2) == 0 {
			id |= 1
		}
	case wire.End, wire.Reset:
		b = nil
		id |= 1
	case wire.Drop, wire.Ping:
		id = 0
		b = leb(uint32(random.IntN(1000)))
		if kind == wire.Drop {
			b = []byte{byte(random.IntN(3)), 1}
		}
	default:
		id |= 1
		b = append(b, 1)
	}
	out := make([]byte, wire.HeaderSize)
	wire.PutHeader(out, uint8(kind), len(b), id)
	return append(out, b...)
}

// Any bytes after a hello: nothing panics, and the session ends with the carrier.
func FuzzSession(f *testing.F) {
	f.Add([]byte{1, 2, 3})
	f.Add(framed(wire.Ping, []byte{1}))
	f.Add(framed(wire.Goodbye, []byte{0, 0}))
	random := rand.New(rand.NewPCG(1, 1))
	next := uint32(1)
	for range 20 {
		f.Add(append(randomFrame(random, &next), randomFrame(random, &next)...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h := start(t, options{})
		h.send(wire.Hello, 0, helloBody)
		go func() {
			for {
				if _, err := h.read(); err != nil {
					h.conn.Close()
					return
				}
			}
		}()
		_ = h.conn.SetWriteDeadline(time.Now().Add(patience))
		_, _ = h.conn.Write(b)
		h.conn.Close()
		_ = h.ended()
	})
}
