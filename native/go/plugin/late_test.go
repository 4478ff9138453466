//go:build unix

package plugin_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/hatchway/hatchway/native/go/internal/testworld"
	"github.com/hatchway/hatchway/native/go/plugin"
	"github.com/hatchway/hatchway/native/go/wire"
)

// Answers of the host that come when nobody waits for them any more: they are ignored, what they bring is given back, and all goes on.
func TestLateAnswers(t *testing.T) {
	file := &plugin.ResourceType{Name: "test:test/host.file"}
	number := func(r *plugin.Reader) { r.U32() }
	resource := func(r *plugin.Reader) { r.Remote(file, true) }
	stream := func(r *plugin.Reader) { r.Incoming() }
	// An error's code, whether it was begun, and its text.
	refusal := func(started bool) []byte {
		return body(func(w *wire.Writer) {
			w.U8(uint8(wire.Internal))
			w.Bool(started)
			w.String("too late")
		})
	}
	rows := []struct {
		what   string
		decode func(*plugin.Reader)
		kind   wire.Type
		body   func(h *host) []byte
		// What the plugin says then.
		after func(t *testing.T, h *host)
	}{
		{"a value", number, wire.Return, func(*host) []byte { return []byte{42} }, nil},
		{"a value that is malformed", number, wire.Return, func(*host) []byte { return []byte{200} }, nil},
		{"an error", number, wire.Error, func(*host) []byte { return refusal(true) }, nil},
		{"an error of one that was not begun", number, wire.Error, func(*host) []byte { return refusal(false) }, nil},
		{
			"a resource", resource, wire.Return,
			func(*host) []byte { return []byte{2 * 7, 3} },
			func(t *testing.T, h *host) {
				if f := h.awaitKind(wire.Drop); !bytes.Equal(f.body, []byte{7, 3}) {
					t.Error(f)
				}
			},
		},
		{
			"a stream", stream, wire.Return,
			func(h *host) []byte { return body(func(w *wire.Writer) { w.U32(h.newID()) }) },
			func(t *testing.T, h *host) {
				if f := h.awaitKind(wire.Reset); f.id != h.next-2 {
					t.Error(f)
				}
			},
		},
	}
	for _, row := range rows {
		for reason, within := range []uint32{0, 30} {
			t.Run(row.what+[]string{" after a cancel", " after the deadline"}[reason], func(t *testing.T) {
				failed := make(chan error, 1)
				h := greeted(t, options{newInstance: testworld.New, program: &plugin.Program{
					World: "test:test/plugin",
					Exports: []plugin.Export{{Key: "run", Decode: func(*plugin.Reader) plugin.Handler {
						return func(ctx context.Context, _ any, _ *plugin.Writer) error {
							failed <- plugin.Invoke(ctx, &plugin.Import{Key: "late"}, func(*plugin.Writer) {}, row.decode)
							return nil
						}
					}}},
				}})
				// More than once: what is left over would add up.
				for range 3 {
					id := h.callWithin(1, 0, within, nil)
					call := h.awaitKind(wire.Call)
					if within == 0 {
						h.send(wire.Cancel, id, []byte{0})
					}
					if f := h.awaitKind(wire.Cancel); f.id != call.id || int(f.body[0]) != reason {
						t.Error(f)
					}
					want := []error{context.Canceled, context.DeadlineExceeded}[reason]
					if err := <-failed; !errors.Is(err, want) {
						t.Error(err)
					}
					h.reply(id)
					h.send(row.kind, call.id, row.body(h))
					if row.after != nil {
						row.after(t, h)
					}
				}
				h.send(wire.Ping, 0, []byte{1})
				h.awaitKind(wire.Pong)
				calls, outgoing, streams, entries, remotes := h.session.Open()
				if calls+outgoing+streams+entries+remotes != 0 {
					t.Error("left: ", calls, outgoing, streams, entries, remotes)
				}
				h.leave()
			})
		}
	}
}

// A long answer is given up before it is whole.
func TestALongAnswerThatIsLate(t *testing.T) {
	failed := make(chan error, 1)
	h := greeted(t, options{newInstance: testworld.New, program: &plugin.Program{
		World: "test:test/plugin",
		Exports: []plugin.Export{{Key: "run", Decode: func(*plugin.Reader) plugin.Handler {
			return func(ctx context.Context, _ any, _ *plugin.Writer) error {
				failed <- plugin.Invoke(ctx, &plugin.Import{Key: "late"}, func(*plugin.Writer) {}, func(r *plugin.Reader) { r.Bytes() })
				return nil
			}
		}}},
	}})
	answer := body(func(w *wire.Writer) { w.Bytes(make([]byte, 300_000)) })
	id := h.call(1, 0, nil)
	call := h.awaitKind(wire.Call)
	h.raw(uint8(wire.Return)|wire.More, call.id, long(len(answer), answer[:wire.MaxBody-4]))
	h.await(func(f frame) bool { return f.kind == wire.Window && f.id == call.id })
	h.send(wire.Cancel, id, []byte{0})
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	h.reply(id)
	for left := answer[wire.MaxBody-4:]; len(left) > 0; left = left[min(len(left), 60_000):] {
		h.send(wire.Rest, call.id, left[:min(len(left), 60_000)])
	}
	h.send(wire.Ping, 0, []byte{1})
	h.awaitKind(wire.Pong)
	if _, outgoing, _, _, _ := h.session.Open(); outgoing != 0 {
		t.Error(outgoing)
	}
	h.leave()
}
