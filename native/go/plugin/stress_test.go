//go:build unix

package plugin_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/hatchway/hatchway/native/go/internal/testworld"
	"github.com/hatchway/hatchway/native/go/plugin"
	"github.com/hatchway/hatchway/native/go/wire"
)

// Calls that call back, sleep, are cancelled, wait for contexts of their own and for streams, on several instances at once: each is
// answered once, and nothing is left.
func TestEverythingAtOnce(t *testing.T) {
	back := &plugin.Import{Number: 0, Key: "back"}
	program := &plugin.Program{World: "test:test/stress", Exports: []plugin.Export{{Key: "f", Decode: func(r *plugin.Reader) plugin.Handler {
		kind := r.U8()
		var in io.ReadCloser
		if kind == 4 {
			in = r.Incoming()
		}
		return func(ctx context.Context, _ any, w *plugin.Writer) error {
			call := func(ctx context.Context) error {
				return plugin.Invoke(ctx, back, func(w *plugin.Writer) { w.U8(kind) }, func(r *plugin.Reader) { r.U8() })
			}
			switch kind {
			case 1:
				return call(ctx)
			case 2:
				time.Sleep(15 * time.Millisecond)
			case 3:
				limited, cancel := context.WithTimeout(ctx, time.Millisecond)
				defer cancel()
				if err := call(limited); err != nil && !errors.Is(err, context.DeadlineExceeded) {
					return err
				}
			case 4:
				_, err := io.Copy(io.Discard, in)
				return err
			case 5:
				done := make(chan error, 3)
				for range 3 {
					go func() { done <- call(ctx) }()
				}
				for range 3 {
					if err := <-done; err != nil {
						return err
					}
				}
			case 6:
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}
	}}}}
	h := greeted(t, options{program: program, newInstance: testworld.New})
	for i := uint32(2); i <= 6; i++ {
		h.dispense(i)
	}
	random := rand.New(rand.NewPCG(7, 7))
	open := map[uint32]byte{}
	streams := map[uint32]uint32{}
	const calls = 3000
	began, answered := 0, 0
	for answered < calls {
		for began < calls && len(open) < 40 {
			kind := byte(random.IntN(7))
			if kind == 2 && random.IntN(8) > 0 {
				kind = 0
			}
			var stream uint32
			if kind == 4 {
				stream = h.newID()
				streams[stream] = 0
			}
			deadline := uint32(0)
			if random.IntN(5) == 0 && kind != 4 {
				deadline = uint32(1 + random.IntN(20))
			}
			id := h.callWithin(uint32(1+random.IntN(6)), 0, deadline, func(w *wire.Writer) {
				w.U8(kind)
				if kind == 4 {
					w.U32(stream)
				}
			})
			open[id] = kind
			began++
			if kind == 6 || random.IntN(10) == 0 {
				h.send(wire.Cancel, id, []byte{0})
			}
		}
		f := h.receive()
		switch f.kind {
		case wire.Return, wire.Error:
			if _, known := open[f.id]; !known {
				t.Fatal("an answer to nothing: ", f)
			}
			if f.kind == wire.Error && f.body[0] != byte(wire.Cancelled) && f.body[0] != byte(wire.Deadline) && f.body[0] != byte(wire.Internal) {
				t.Fatal(f)
			}
			delete(open, f.id)
			answered++
		case wire.Call:
			h.send(wire.Return, f.id, []byte{1})
		case wire.Window:
			sent, known := streams[f.id]
			if !known {
				continue
			}
			credit := wire.NewReader(f.body).U32()
			if sent > 100_000 {
				delete(streams, f.id)
				h.send(wire.End, f.id, nil)
				continue
			}
			n := min(credit, wire.MaxBody)
			streams[f.id] = sent + n
			h.send(wire.Data, f.id, make([]byte, n))
			if n < credit {
				rest := min(credit-n, wire.MaxBody)
				streams[f.id] += rest
				h.send(wire.Data, f.id, make([]byte, rest))
			}
		case wire.Cancel, wire.Reset, wire.Data, wire.End:
		default:
			t.Fatal(f)
		}
	}
	if calls, outgoing, _, _, _ := h.session.Open(); calls != 0 || outgoing > 3000 {
		t.Error(calls, outgoing)
	}
	h.leave()
}
