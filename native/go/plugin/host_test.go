//go:build unix

package plugin_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/hatchway/hatchway/native/go/internal/testworld"
	"github.com/hatchway/hatchway/native/go/plugin"
	"github.com/hatchway/hatchway/native/go/wire"
)

// Functions of the world, by number.
const (
	run = iota
	newCounter
	counterAdd
	apply
	fill
	keepFile
	produce
	sum
	take
	useFile
)

// patience is how long anything may take that must come.
const patience = 20 * time.Second

type frame struct {
	kind wire.Type
	more bool
	id   uint32
	body []byte
}

func (f frame) String() string { return fmt.Sprintf("%s %d %x", wire.Rules[f.kind].Name, f.id, f.body) }

// host is a host that speaks frame by frame.
type host struct {
	t       *testing.T
	conn    net.Conn
	session *plugin.Session
	done    <-chan error
	next    uint32
	// What came and was not asked for yet.
	kept []frame
}

type options struct {
	program     *plugin.Program
	newInstance func(context.Context, *plugin.Instance) (any, error)
	plugin      []plugin.Option
	window      uint32
}

// start gives a host whose plugin serves on the other end of a socket. It said nothing yet.
func start(t *testing.T, o options) *host {
	t.Helper()
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ends [2]net.Conn
	for i, fd := range pair {
		file := os.NewFile(uintptr(fd), "socket")
		if ends[i], err = net.FileConn(file); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	if o.program == nil {
		o.program, o.newInstance = testworld.Program, testworld.New
	}
	h := &host{t: t, conn: ends[0], next: 1}
	h.session, h.done = plugin.ServeOn(ends[1], o.program, o.newInstance, o.plugin...)
	t.Cleanup(func() { ends[0].Close() })
	return h
}

// greeted is a host that has said hello, and has an instance 1.
func greeted(t *testing.T, o options) *host {
	t.Helper()
	h := start(t, o)
	window := o.window
	if window == 0 {
		window = 1 << 20
	}
	h.send(wire.Hello, 0, hello(window))
	if f := h.receive(); f.kind != wire.Hello {
		t.Fatal("no hello: ", f)
	}
	h.dispense(1)
	return h
}

func hello(window uint32) []byte {
	var w wire.Writer
	limits := wire.DefaultLimits
	limits.Window = window
	wire.WriteHello(&w, wire.HelloBody{Role: wire.Host, Limits: limits, Name: "test"})
	return w.Buf
}

func body(write func(*wire.Writer)) []byte {
	var w wire.Writer
	write(&w)
	return w.Buf
}

func (h *host) send(kind wire.Type, id uint32, body []byte) { h.raw(uint8(kind), id, body) }

func (h *host) raw(kind uint8, id uint32, body []byte) {
	h.t.Helper()
	b := make([]byte, wire.HeaderSize, wire.HeaderSize+len(body))
	wire.PutHeader(b, kind, len(body), id)
	_ = h.conn.SetWriteDeadline(time.Now().Add(patience))
	if _, err := h.conn.Write(append(b, body...)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *host) receive() frame {
	h.t.Helper()
	f, err := h.read()
	if err != nil {
		h.t.Fatal("nothing comes: ", err)
	}
	return f
}

func (h *host) read() (frame, error) {
	_ = h.conn.SetReadDeadline(time.Now().Add(patience))
	b := make([]byte, wire.HeaderSize)
	if _, err := io.ReadFull(h.conn, b); err != nil {
		return frame{}, err
	}
	header := wire.ParseHeader(b)
	f := frame{header.Type, header.More, header.ID, make([]byte, header.Length)}
	if _, _, broken := header.Check(wire.Plugin); broken != nil {
		h.t.Fatal("the plugin broke a rule: ", broken)
	}
	_, err := io.ReadFull(h.conn, f.body)
	return f, err
}

// await gives the next frame that is wanted; others are kept, but for credit of the connection.
func (h *host) await(wanted func(frame) bool) frame {
	h.t.Helper()
	for i, f := range h.kept {
		if wanted(f) {
			h.kept = append(h.kept[:i], h.kept[i+1:]...)
			return f
		}
	}
	for {
		f := h.receive()
		if wanted(f) {
			return f
		}
		if f.kind != wire.Window || f.id != 0 {
			h.kept = append(h.kept, f)
		}
	}
}

func (h *host) awaitKind(kind wire.Type) frame {
	h.t.Helper()
	return h.await(func(f frame) bool { return f.kind == kind })
}

// reply is the answer to a call.
func (h *host) reply(id uint32) frame {
	h.t.Helper()
	return h.await(func(f frame) bool { return f.id == id && (f.kind == wire.Return || f.kind == wire.Error) })
}

// call sends a call; gives its id.
func (h *host) call(instance, function uint32, args func(*wire.Writer)) uint32 {
	return h.callWithin(instance, function, 0, args)
}

func (h *host) callWithin(instance, function, deadline uint32, args func(*wire.Writer)) uint32 {
	h.t.Helper()
	id := h.newID()
	h.send(wire.Call, id, body(func(w *wire.Writer) {
		w.U32(instance)
		w.U32(function)
		w.U32(deadline)
		w.U32(0)
		if args != nil {
			args(w)
		}
	}))
	return id
}

func (h *host) newID() uint32 {
	h.next += 2
	return h.next - 2
}

func (h *host) dispense(instance uint32) {
	h.t.Helper()
	id := h.call(0, 1, func(w *wire.Writer) {
		w.U32(instance)
		w.String("one")
		w.Count(0)
	})
	if f := h.reply(id); f.kind != wire.Return || f.body[0] != 0 {
		h.t.Fatal("no instance: ", f)
	}
}

// failure gives what an error frame says.
func (h *host) failure(id uint32) (failure wire.Failure, started bool, message string) {
	h.t.Helper()
	f := h.reply(id)
	if f.kind != wire.Error {
		h.t.Fatal("no error: ", f)
	}
	r := wire.NewReader(f.body)
	failure, started, message = wire.Failure(r.U8()), r.Bool(), r.String()
	if err := r.Finish(); err != nil {
		h.t.Fatal(err)
	}
	return failure, started, message
}

// goodbye gives the reason that the plugin ends the session for.
func (h *host) goodbye() wire.Reason {
	h.t.Helper()
	f := h.awaitKind(wire.Goodbye)
	if _, err := h.read(); err != io.EOF {
		h.t.Error("it goes on after its goodbye: ", err)
	}
	h.conn.Close()
	return wire.Reason(f.body[0])
}

// leave says goodbye, and waits until the plugin is done without a complaint.
func (h *host) leave() {
	h.t.Helper()
	h.send(wire.Goodbye, 0, []byte{0, 0})
	_ = h.conn.(*net.UnixConn).CloseWrite()
	if err := h.ended(); err != nil {
		h.t.Error(err)
	}
}

func (h *host) ended() error {
	h.t.Helper()
	select {
	case err := <-h.done:
		return err
	case <-time.After(patience):
		h.t.Fatal("it does not end")
		return nil
	}
}

func aMessage(priority uint8) func(*wire.Writer) {
	return func(w *wire.Writer) {
		w.String("m1")
		w.U8(priority)
		w.Count(2)
		w.String("a")
		w.String("b")
	}
}

func long(total int, first []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(total)), first...)
}
