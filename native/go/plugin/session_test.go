//go:build unix

package plugin_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hatchway/hatchway/native/go/internal/testworld"
	"github.com/hatchway/hatchway/native/go/plugin"
	"github.com/hatchway/hatchway/native/go/wire"
)

// What the plugin says is what the vectors have, but for its hello.
func TestConversations(t *testing.T) {
	text, err := os.ReadFile("../../vectors/conversations.json")
	if err != nil {
		t.Fatal(err)
	}
	var talks []struct {
		Name   string
		Frames []struct{ From, Hex string }
	}
	if err := json.Unmarshal(text, &talks); err != nil {
		t.Fatal(err)
	}
	for _, talk := range talks {
		t.Run(talk.Name, func(t *testing.T) {
			o := options{program: testworld.Program, newInstance: testworld.New}
			if strings.Contains(talk.Name, "cancelled") {
				o.newInstance = func(context.Context, *plugin.Instance) (any, error) { return testworld.Waiting{}, nil }
			}
			h := start(t, o)
			for _, it := range talk.Frames {
				b, err := hex.DecodeString(it.Hex)
				if err != nil {
					t.Fatal(err)
				}
				if it.From == "host" {
					if _, err := h.conn.Write(b); err != nil {
						t.Fatal(err)
					}
					continue
				}
				f := h.receive()
				header := wire.ParseHeader(b)
				if f.kind != header.Type || f.id != header.ID || f.kind != wire.Hello && !bytes.Equal(f.body, b[wire.HeaderSize:]) {
					t.Errorf("%v in place of %s", f, it.Hex)
				}
			}
			h.conn.Close()
			if err := h.ended(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAHelloSaysWhatThePluginIs(t *testing.T) {
	h := start(t, options{})
	f := h.receive()
	hello, broken := wire.ReadHello(wire.NewReader(f.body), wire.Plugin)
	if broken != nil || hello.Name != "test:test/plugin" || hello.Limits != wire.DefaultLimits {
		t.Error(hello, broken)
	}
	h.send(wire.Hello, 0, append([]byte(nil), append(helloBody, 1, 2, 3)...))
	id := h.call(0, 0, nil)
	if f := h.reply(id); f.kind != wire.Return || !bytes.Equal(f.body, []byte{0}) {
		t.Error("its world is none: ", f)
	}
	h.leave()
}

// What follows in it is for later versions.
var helloBody = hello(1 << 20)

func TestCalls(t *testing.T) {
	h := greeted(t, options{})
	args := body(aMessage(3))
	for range 3 {
		if f := h.reply(h.call(1, apply, aMessage(3))); !bytes.Equal(f.body, append([]byte{0}, args...)) {
			t.Error(f)
		}
	}
	// Calls back while it answers.
	id := h.call(1, apply, aMessage(9))
	call := h.awaitKind(wire.Call)
	r := wire.NewReader(call.body)
	if instance, function, _, parent, value := r.U32(), r.U32(), r.U32(), r.U32(), r.U32(); instance != 1 || function != 2 || parent != id || value != 21 {
		t.Error(call)
	}
	// It reads on meanwhile: another instance answers.
	h.dispense(2)
	if f := h.reply(h.call(2, apply, aMessage(3))); f.kind != wire.Return {
		t.Error(f)
	}
	h.send(wire.Return, call.id, []byte{42})
	if f := h.reply(id); !bytes.Equal(f.body, append([]byte{1}, "\x0242"...)) {
		t.Error(f)
	}
	// What the host fails with fails the call.
	id = h.call(1, apply, aMessage(9))
	call = h.awaitKind(wire.Call)
	h.send(wire.Error, call.id, []byte{8, 1, 2, 'n', 'o'})
	if failure, started, message := h.failure(id); failure != wire.Internal || !started || !strings.Contains(message, "denied") {
		t.Error(failure, started, message)
	}
	h.leave()
}

func TestRefusals(t *testing.T) {
	h := greeted(t, options{})
	for _, row := range []struct {
		name               string
		instance, function uint32
		args               []byte
		failure            wire.Failure
	}{
		{"an unknown instance", 7, apply, nil, wire.Unavailable},
		{"an unknown function", 1, 10, nil, wire.Unimplemented},
		{"an unknown function of the process", 0, 3, nil, wire.Unimplemented},
		{"arguments that are cut off", 1, apply, []byte{1}, wire.BadArguments},
		{"arguments that go on", 1, newCounter, []byte{1, 1}, wire.BadArguments},
		{"more elements than bytes", 1, apply, []byte{0, 3, 0xff, 0xff, 0xff, 0xff, 0x0f}, wire.BadArguments},
		{"an instance that is there", 0, 1, []byte{1, 1, 'a', 0}, wire.BadArguments},
		{"the process as an instance", 0, 1, []byte{0, 1, 'a', 0}, wire.BadArguments},
		{"to release what is not there", 0, 2, []byte{9}, wire.Unavailable},
		{"a handle that is unknown", 1, take, []byte{1, 1}, wire.BadHandle},
		{"a handle of the sender that it does not define", 1, take, []byte{0, 1}, wire.BadHandle},
		{"a handle of the receiver that it does not define", 1, keepFile, []byte{1, 1}, wire.BadHandle},
		{"a stream whose id is the receiver's", 1, sum, []byte{2}, wire.BadArguments},
	} {
		id := h.call(row.instance, row.function, func(w *wire.Writer) { w.Raw(row.args) })
		failure, started, message := h.failure(id)
		if failure != row.failure || (started && row.function != 2) {
			t.Errorf("%s: %v %v %s", row.name, failure, started, message)
		}
	}
	h.leave()
}

func TestAPanicEndsTheInstanceAndNothingElse(t *testing.T) {
	h := greeted(t, options{})
	h.dispense(2)
	id := h.call(1, apply, aMessage(200))
	later := h.call(1, apply, aMessage(3))
	if failure, started, message := h.failure(id); failure != wire.Trap || !started || !strings.Contains(message, "as asked") {
		t.Error(failure, started, message)
	}
	if failure, started, _ := h.failure(later); failure != wire.Unavailable || started {
		t.Error(failure, started)
	}
	// So does a handler that ends its goroutine.
	h.dispense(3)
	if failure, _, _ := h.failure(h.call(3, apply, aMessage(204))); failure != wire.Trap {
		t.Error(failure)
	}
	if f := h.reply(h.call(2, apply, aMessage(3))); f.kind != wire.Return {
		t.Error(f)
	}
	if f := h.reply(h.call(0, 2, func(w *wire.Writer) { w.U32(1) })); f.kind != wire.Return {
		t.Error(f)
	}
	h.dispense(1)
	if f := h.reply(h.call(1, apply, aMessage(3))); f.kind != wire.Return {
		t.Error(f)
	}
	h.leave()
}

func TestCancelAndDeadline(t *testing.T) {
	h := greeted(t, options{})
	late := append([]byte{1}, "\x04late"...)
	id := h.call(1, apply, aMessage(201))
	waiting := h.call(1, apply, aMessage(3))
	h.send(wire.Cancel, waiting, []byte{0})
	h.send(wire.Cancel, id, []byte{0})
	if f := h.reply(id); !bytes.Equal(f.body, late) {
		t.Error(f)
	}
	if failure, started, _ := h.failure(waiting); failure != wire.Cancelled || started {
		t.Error("one that waited was begun")
	}
	// One that was answered is skipped.
	h.send(wire.Cancel, id, []byte{1})
	if f := h.reply(h.callWithin(1, apply, 30, aMessage(201))); !bytes.Equal(f.body, late) {
		t.Error(f)
	}
	// A call to the host has what is left, and ends with it.
	id = h.callWithin(1, apply, 50, aMessage(9))
	call := h.awaitKind(wire.Call)
	r := wire.NewReader(call.body)
	r.U32()
	r.U32()
	if left := r.U32(); left < 1 || left > 50 {
		t.Error("left: ", left)
	}
	if f := h.awaitKind(wire.Cancel); f.id != call.id || f.body[0] != 1 {
		t.Error(f)
	}
	if failure, started, _ := h.failure(id); failure != wire.Deadline || !started {
		t.Error(failure)
	}
	// The answer that comes late is no surprise.
	h.send(wire.Return, call.id, []byte{42})
	if f := h.reply(h.call(1, apply, aMessage(3))); f.kind != wire.Return {
		t.Error(f)
	}
	if calls, outgoing, _, _, _ := h.session.Open(); calls != 0 || outgoing != 0 {
		t.Error(calls, outgoing)
	}
	h.leave()
}

func TestHandles(t *testing.T) {
	h := greeted(t, options{})
	f := h.reply(h.call(1, newCounter, func(w *wire.Writer) { w.U32(5) }))
	r := wire.NewReader(f.body)
	word, generation := r.U32(), r.U32()
	if word != 0 || generation != 1 {
		t.Error(word, generation)
	}
	add := func(generation uint32) uint32 {
		return h.call(1, counterAdd, func(w *wire.Writer) {
			w.U32(word + 1)
			w.U32(generation)
			w.U32(3)
		})
	}
	if f := h.reply(add(1)); !bytes.Equal(f.body, []byte{8}) {
		t.Error(f)
	}
	if failure, _, _ := h.failure(add(2)); failure != wire.BadHandle {
		t.Error(failure)
	}
	if f := h.reply(h.call(1, take, func(w *wire.Writer) {
		w.U32(word + 1)
		w.U32(1)
	})); !bytes.Equal(f.body, []byte{8}) {
		t.Error(f)
	}
	if failure, _, _ := h.failure(add(1)); failure != wire.BadHandle {
		t.Error(failure)
	}
	// The index is used again, with another generation.
	f = h.reply(h.call(1, newCounter, func(w *wire.Writer) { w.U32(5) }))
	if !bytes.Equal(f.body, []byte{0, 2}) {
		t.Error(f)
	}
	h.send(wire.Drop, 0, []byte{0, 2})
	if failure, _, _ := h.failure(add(2)); failure != wire.BadHandle {
		t.Error(failure)
	}
	// Resources of the host: lent for a call and lent back, or owned and dropped.
	id := h.call(1, useFile, func(w *wire.Writer) {
		w.U32(8)
		w.U32(3)
	})
	call := h.awaitKind(wire.Call)
	if !bytes.HasSuffix(call.body, []byte{9, 3}) {
		t.Error(call)
	}
	h.send(wire.Return, call.id, []byte{1, 'x'})
	if f := h.reply(id); !bytes.Equal(f.body, []byte{1, 'x'}) {
		t.Error(f)
	}
	h.reply(h.call(1, keepFile, func(w *wire.Writer) {
		w.U32(8)
		w.U32(3)
	}))
	if f := h.awaitKind(wire.Drop); !bytes.Equal(f.body, []byte{4, 3}) {
		t.Error(f)
	}
	if _, _, _, entries, remotes := h.session.Open(); entries != 0 || remotes != 0 {
		t.Error(entries, remotes)
	}
	h.leave()
}

func TestLongMessages(t *testing.T) {
	h := greeted(t, options{})
	input := bytes.Repeat([]byte("0123456789abcdef"), 20_000)
	args := body(func(w *wire.Writer) {
		w.U32(1)
		w.U32(run)
		w.U32(0)
		w.U32(0)
		w.Bytes(input)
	})
	id := h.newID()
	h.raw(uint8(wire.Call)|wire.More, id, long(len(args), args[:wire.MaxBody-4]))
	left := args[wire.MaxBody-4:]
	// Others go on meanwhile.
	if f := h.reply(h.call(1, apply, aMessage(3))); f.kind != wire.Return {
		t.Error(f)
	}
	grant := h.await(func(f frame) bool { return f.kind == wire.Window && f.id == id })
	if credit := wire.NewReader(grant.body).U32(); int(credit) != len(left) {
		t.Fatal("credit: ", credit, len(left))
	}
	for len(left) > 0 {
		n := min(len(left), 50_000)
		h.send(wire.Rest, id, left[:n])
		left = left[n:]
	}
	f := h.await(func(f frame) bool { return f.kind == wire.Return && f.id == id })
	if !f.more {
		t.Fatal("it is not long")
	}
	answer := f.body[4:]
	total := int(f.body[0]) | int(f.body[1])<<8 | int(f.body[2])<<16
	// It comes as it is granted.
	for len(answer) < total {
		h.send(wire.Window, id, body(func(w *wire.Writer) { w.U32(40_000) }))
		for part := 0; part < 40_000 && len(answer) < total; {
			f := h.await(func(f frame) bool { return f.kind == wire.Rest && f.id == id })
			part += len(f.body)
			answer = append(answer, f.body...)
		}
	}
	if got := wire.NewReader(answer).Bytes(); !bytes.Equal(got, input) {
		t.Error("another came back: ", len(got))
	}
	// One that is given up before it is whole is answered all the same, and one that is too long is not taken.
	id = h.newID()
	h.raw(uint8(wire.Call)|wire.More, id, long(1<<20, make([]byte, wire.MaxBody-4)))
	h.send(wire.Reset, id, nil)
	if failure, started, _ := h.failure(id); failure != wire.Cancelled || started {
		t.Error(failure)
	}
	id = h.newID()
	h.raw(uint8(wire.Call)|wire.More, id, long(1<<30, make([]byte, wire.MaxBody-4)))
	if failure, started, _ := h.failure(id); failure != wire.Exhausted || started {
		t.Error(failure)
	}
	if calls, _, _, _, _ := h.session.Open(); calls != 0 {
		t.Error(calls)
	}
	h.leave()
}

func TestStreams(t *testing.T) {
	h := greeted(t, options{})
	// From the host.
	stream := h.newID()
	id := h.call(1, sum, func(w *wire.Writer) { w.U32(stream) })
	sent := 0
	for sent < 1_000_000 {
		f := h.await(func(f frame) bool { return f.kind == wire.Window && f.id == stream })
		for credit := int(wire.NewReader(f.body).U32()); credit > 0; {
			n := min(credit, wire.MaxBody)
			h.send(wire.Data, stream, make([]byte, n))
			credit -= n
			sent += n
		}
	}
	h.send(wire.End, stream, nil)
	if f := h.reply(id); int(wire.NewReader(f.body).U32()) != sent {
		t.Error(f, sent)
	}
	// To the host, which grants as it likes; `fill` writes on one that the host gave it.
	stream = h.newID()
	fillID := h.call(1, fill, func(w *wire.Writer) {
		w.U32(stream)
		w.U32(300_000)
	})
	h.dispense(2)
	f := h.reply(h.call(2, produce, func(w *wire.Writer) { w.U32(100_000) }))
	got := h.receiveStream(stream, 10_000)
	if got != 300_000 {
		t.Error(got)
	}
	h.reply(fillID)
	if got := h.receiveStream(wire.NewReader(f.body).U32(), 1<<20); got != 100_000 {
		t.Error(got)
	}
	// One that is given up fails what reads it.
	stream = h.newID()
	id = h.call(1, sum, func(w *wire.Writer) { w.U32(stream) })
	h.send(wire.Reset, stream, nil)
	if failure, _, message := h.failure(id); failure != wire.Internal || !strings.Contains(message, "given up") {
		t.Error(failure, message)
	}
	if _, _, streams, _, _ := h.session.Open(); streams != 0 {
		t.Error(streams)
	}
	h.leave()
}

func TestAWriterGoesOnWhereTheHostHasNothingToSay(t *testing.T) {
	h := greeted(t, options{})
	stream := h.newID()
	id := h.call(1, fill, func(w *wire.Writer) {
		w.U32(stream)
		w.U32(3_000_000)
	})
	// It has written what may wait, and reads itself.
	time.Sleep(50 * time.Millisecond)
	// All at once, so that nothing comes any more that would have it look.
	if got := h.receiveStream(stream, 4<<20); got != 3_000_000 {
		t.Error(got)
	}
	h.reply(id)
	h.leave()
}

func TestTheTrafficOfAnInstanceIsThatOfItsStreamsAndLongMessages(t *testing.T) {
	const rate = 400_000
	h := greeted(t, options{program: testworld.Program, newInstance: func(_ context.Context, i *plugin.Instance) (any, error) {
		return struct{}{}, i.SetTraffic(plugin.Traffic{BytesPerSecond: rate})
	}})
	// No frame has more than what may go at once.
	check := func(f frame) {
		if len(f.body) > rate/10 {
			t.Errorf("%d bytes at once", len(f.body))
		}
	}
	f := h.reply(h.call(1, produce, func(w *wire.Writer) { w.U32(100_000) }))
	stream := wire.NewReader(f.body).U32()
	h.send(wire.Window, stream, body(func(w *wire.Writer) { w.U32(1 << 20) }))
	for f.kind != wire.End {
		f = h.await(func(f frame) bool { return f.id == stream })
		check(f)
	}
	args := body(func(w *wire.Writer) {
		w.U32(1)
		w.U32(run)
		w.U32(0)
		w.U32(0)
		w.Bytes(make([]byte, 200_000))
	})
	id := h.newID()
	h.raw(uint8(wire.Call)|wire.More, id, long(len(args), args[:wire.MaxBody-4]))
	h.await(func(f frame) bool { return f.kind == wire.Window && f.id == id })
	for left := args[wire.MaxBody-4:]; len(left) > 0; left = left[min(len(left), 50_000):] {
		h.send(wire.Rest, id, left[:min(len(left), 50_000)])
	}
	left := 200_003 - len(h.reply(id).body[4:])
	h.send(wire.Window, id, body(func(w *wire.Writer) { w.U32(1 << 20) }))
	for left > 0 {
		f := h.await(func(f frame) bool { return f.kind == wire.Rest && f.id == id })
		check(f)
		left -= len(f.body)
	}
	h.leave()
}

func TestClosingAStreamEndsAReadThatWaits(t *testing.T) {
	closed := make(chan error, 1)
	program := &plugin.Program{World: "test:test/plugin", Exports: []plugin.Export{
		{Key: "run", Decode: func(r *plugin.Reader) plugin.Handler {
			in := r.Incoming()
			return func(_ context.Context, _ any, w *plugin.Writer) error {
				go func() {
					time.Sleep(20 * time.Millisecond)
					_ = in.Close()
				}()
				_, err := in.Read(make([]byte, 10))
				closed <- err
				return nil
			}
		}},
	}}
	h := greeted(t, options{program: program, newInstance: testworld.New})
	stream := h.newID()
	id := h.call(1, 0, func(w *wire.Writer) { w.U32(stream) })
	h.await(func(f frame) bool { return f.kind == wire.Window && f.id == stream })
	// It waits inside a frame.
	half := make([]byte, wire.HeaderSize+500)
	wire.PutHeader(half, uint8(wire.Data), 1000, stream)
	if _, err := h.conn.Write(half); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-closed:
		if err != plugin.ErrReset {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("it still waits")
	}
	if _, err := h.conn.Write(half[wire.HeaderSize:]); err != nil {
		t.Fatal(err)
	}
	h.reply(id)
	if lent := h.session.Lent(); lent != 0 {
		t.Error("nobody has these bytes: ", lent)
	}
	h.leave()
}

// receiveStream grants so many bytes at a time until the end.
func (h *host) receiveStream(id uint32, grant uint32) (total int) {
	h.t.Helper()
	credit := 0
	for {
		if credit == 0 {
			h.send(wire.Window, id, body(func(w *wire.Writer) { w.U32(grant) }))
			credit = int(grant)
		}
		f := h.await(func(f frame) bool { return f.id == id && (f.kind == wire.Data || f.kind == wire.End) })
		if f.kind == wire.End {
			return total
		}
		total += len(f.body)
		if credit -= len(f.body); credit < 0 {
			h.t.Fatal("it sends more than was granted")
		}
	}
}

func TestNothingIsSentWithoutCredit(t *testing.T) {
	h := greeted(t, options{window: 2 * wire.MaxBody})
	input := make([]byte, 60_000)
	var ids []uint32
	for range 8 {
		ids = append(ids, h.call(1, run, func(w *wire.Writer) { w.Bytes(input) }))
	}
	granted := 2*wire.MaxBody - 100
	for _, id := range ids {
		for granted < 60_010 {
			h.send(wire.Window, 0, body(func(w *wire.Writer) { w.U32(30_000) }))
			granted += 30_000
		}
		f := h.reply(id)
		if granted -= len(f.body); granted < 0 {
			t.Fatal("it sends more than was granted")
		}
	}
	h.leave()
}

func TestLogs(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	program := &plugin.Program{World: "test:test/logs", Exports: []plugin.Export{{Key: "f", Decode: func(*plugin.Reader) plugin.Handler {
		return func(ctx context.Context, _ any, _ *plugin.Writer) error {
			slog.With("a", 1).WithGroup("g").WarnContext(ctx, "careful", "b", errors.New("x"), slog.Group("h", "c", true))
			return nil
		}
	}}}}
	h := start(t, options{program: program, newInstance: testworld.New, window: 0})
	plugin.RouteLogs(h.session)
	h.send(wire.Hello, 0, hello(2*wire.MaxBody))
	h.awaitKind(wire.Hello)
	h.dispense(1)
	h.reply(h.call(1, 0, nil))
	r := wire.NewReader(h.awaitKind(wire.Log).body)
	instance, level := r.U32(), r.U8()
	r.U64()
	dropped, target, message, n := r.U32(), r.String(), r.String(), r.Count(2)
	if instance != 1 || level != 3 || dropped != 0 || message != "careful" || n != 3 || !strings.HasSuffix(target, "/plugin_test") {
		t.Error(instance, level, dropped, target, message, n)
	}
	if fields := [...]string{r.String(), r.String(), r.String(), r.String(), r.String(), r.String()}; fields != [...]string{"a", "1", "g.b", "x", "g.h.c", "true"} {
		t.Error(fields)
	}
	// A flood is dropped and counted: half of the window is for calls.
	for range 5000 {
		slog.Info(strings.Repeat("x", 100))
	}
	if f := h.reply(h.call(1, 0, nil)); f.kind != wire.Return {
		t.Error(f)
	}
	logs := 0
	for _, f := range h.kept {
		if f.kind == wire.Log {
			logs += len(f.body)
		}
	}
	if logs == 0 || logs > wire.MaxBody+200 {
		t.Error("bytes of logs: ", logs)
	}
	h.send(wire.Window, 0, body(func(w *wire.Writer) { w.U32(wire.MaxBody) }))
	h.reply(h.call(1, 0, nil))
	r = wire.NewReader(h.await(func(f frame) bool { return f.kind == wire.Log && bytes.Contains(f.body, []byte("careful")) }).body)
	r.U32()
	r.U8()
	r.U64()
	if dropped := r.U32(); dropped < 1000 {
		t.Error("dropped: ", dropped)
	}
	h.leave()
}

// An instance answers one call at a time, in order; several at the same time; and one that says so several calls.
func TestWhoRunsWhen(t *testing.T) {
	for _, concurrent := range []bool{false, true} {
		var mu sync.Mutex
		var order []uint32
		release := make(chan struct{})
		program := &plugin.Program{World: "test:test/order", Exports: []plugin.Export{{Key: "f", Decode: func(r *plugin.Reader) plugin.Handler {
			n := r.U32()
			return func(context.Context, any, *plugin.Writer) error {
				mu.Lock()
				order = append(order, n)
				mu.Unlock()
				if n == 0 {
					<-release
				}
				return nil
			}
		}}}}
		o := options{program: program, newInstance: testworld.New}
		if concurrent {
			o.plugin = []plugin.Option{plugin.Concurrent()}
		}
		h := greeted(t, o)
		h.dispense(2)
		first := h.call(1, 0, func(w *wire.Writer) { w.U32(0) })
		var ids []uint32
		for n := range 20 {
			ids = append(ids, h.call(1, 0, func(w *wire.Writer) { w.U32(uint32(n + 1)) }))
		}
		other := h.call(2, 0, func(w *wire.Writer) { w.U32(100) })
		h.reply(other)
		if concurrent {
			for _, id := range ids {
				h.reply(id)
			}
		}
		close(release)
		h.reply(first)
		if !concurrent {
			for _, id := range ids {
				h.reply(id)
			}
			mu.Lock()
			at := uint32(0)
			for _, n := range order {
				if n == 100 {
					continue
				}
				if n != at {
					t.Error(order)
					break
				}
				at++
			}
			mu.Unlock()
		}
		h.leave()
	}
}

func TestReleaseStopsWhatTheInstanceDoesAndClosesIt(t *testing.T) {
	closed := make(chan struct{})
	program := &plugin.Program{World: "test:test/close", Exports: []plugin.Export{{Key: "f", Decode: func(*plugin.Reader) plugin.Handler {
		return func(ctx context.Context, _ any, _ *plugin.Writer) error {
			<-ctx.Done()
			return ctx.Err()
		}
	}}}}
	h := greeted(t, options{program: program, newInstance: func(context.Context, *plugin.Instance) (any, error) {
		return dropped(closed), nil
	}})
	running, waiting := h.call(1, 0, nil), h.call(1, 0, nil)
	released := h.call(0, 2, func(w *wire.Writer) { w.U32(1) })
	if failure, _, _ := h.failure(running); failure != wire.Cancelled {
		t.Error(failure)
	}
	if failure, started, _ := h.failure(waiting); failure != wire.Unavailable || started {
		t.Error(failure)
	}
	if f := h.reply(released); f.kind != wire.Return {
		t.Error(f)
	}
	select {
	case <-closed:
	default:
		t.Error("it was not closed")
	}
	h.leave()
}

type dropped chan struct{}

func (d dropped) Drop() { close(d) }

func TestTheEndOfTheCarrierFailsWhatWaits(t *testing.T) {
	failed := make(chan error, 1)
	program := &plugin.Program{World: "test:test/end", Exports: []plugin.Export{{Key: "f", Decode: func(*plugin.Reader) plugin.Handler {
		return func(ctx context.Context, _ any, _ *plugin.Writer) error {
			failed <- plugin.Invoke(ctx, &plugin.Import{Key: "g"}, func(*plugin.Writer) {}, func(*plugin.Reader) {})
			return nil
		}
	}}}}
	h := greeted(t, options{program: program, newInstance: testworld.New})
	h.call(1, 0, nil)
	h.awaitKind(wire.Call)
	h.conn.Close()
	select {
	case err := <-failed:
		var call *plugin.CallError
		if !errors.As(err, &call) || call.Failure != wire.Unavailable && call.Failure != wire.Cancelled {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("it waits for ever")
	}
	if err := h.ended(); err == nil || !strings.Contains(err.Error(), "without a goodbye") {
		t.Error(err)
	}
}
