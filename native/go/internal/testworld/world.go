// Package testworld implements the world of hatchway's own tests of sessions, by hand: what generated code does is seen in it.
package testworld

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os/exec"
	"runtime"

	"github.com/hatchway/hatchway/native/go/plugin"
)

type message struct {
	id       string
	priority uint8
	labels   []string
}

func readMessage(r *plugin.Reader) message {
	return message{r.String(), r.U8(), plugin.ReadList(r, plugin.ReadString)}
}

func writeMessage(w *plugin.Writer, v message) {
	w.String(v.id)
	w.U8(v.priority)
	plugin.WriteList(w, v.labels, plugin.WriteString)
}

var (
	counterType = &plugin.ResourceType{Name: "test:test/plugin.counter", Exported: true}
	fileType    = &plugin.ResourceType{Name: "test:test/host.file"}

	fileRead = &plugin.Import{Number: 0, Key: "test:test/host#[method]file.read"}
	double   = &plugin.Import{Number: 2, Key: "test:test/host#double"}
)

type counter struct{ value uint32 }

// Program is the world.
var Program = &plugin.Program{
	World: "test:test/plugin",
	Exports: []plugin.Export{
		{Key: "run", Decode: func(r *plugin.Reader) plugin.Handler {
			input := r.Bytes()
			return func(_ context.Context, _ any, w *plugin.Writer) error {
				w.Bytes(input)
				return nil
			}
		}},
		{Key: "test:test/plugin#[constructor]counter", Decode: func(r *plugin.Reader) plugin.Handler {
			start := r.U32()
			return func(_ context.Context, _ any, w *plugin.Writer) error {
				w.Object(counterType, &counter{start})
				return nil
			}
		}},
		{Key: "test:test/plugin#[method]counter.add", Decode: func(r *plugin.Reader) plugin.Handler {
			self, by := plugin.ReadObject[*counter](r, counterType, false), r.U32()
			return func(_ context.Context, _ any, w *plugin.Writer) error {
				self.value += by
				w.U32(self.value)
				return nil
			}
		}},
		{Key: "test:test/plugin#apply", Decode: decodeApply},
		{Key: "test:test/plugin#fill", Decode: func(r *plugin.Reader) plugin.Handler {
			out, count := r.Outgoing(), r.U32()
			return func(_ context.Context, _ any, w *plugin.Writer) error {
				defer out.Close()
				for b := make([]byte, 4096); count > 0; {
					n, err := out.Write(b[:min(count, 4096)])
					if err != nil {
						return err
					}
					count -= uint32(n)
				}
				return nil
			}
		}},
		{Key: "test:test/plugin#keep-file", Decode: func(r *plugin.Reader) plugin.Handler {
			file := r.Remote(fileType, true)
			return func(context.Context, any, *plugin.Writer) error {
				file.Drop()
				return nil
			}
		}},
		{Key: "test:test/plugin#produce", Decode: func(r *plugin.Reader) plugin.Handler {
			count := r.U32()
			return func(_ context.Context, _ any, w *plugin.Writer) error {
				w.Outgoing(io.NopCloser(io.LimitReader(zeros{}, int64(count))))
				return nil
			}
		}},
		{Key: "test:test/plugin#sum", Decode: func(r *plugin.Reader) plugin.Handler {
			in := r.Incoming()
			return func(_ context.Context, _ any, w *plugin.Writer) error {
				n, err := io.Copy(io.Discard, in)
				if err != nil {
					return err
				}
				w.U32(uint32(n))
				return nil
			}
		}},
		{Key: "test:test/plugin#take", Decode: func(r *plugin.Reader) plugin.Handler {
			taken := plugin.ReadObject[*counter](r, counterType, true)
			return func(_ context.Context, _ any, w *plugin.Writer) error {
				w.U32(taken.value)
				return nil
			}
		}},
		{Key: "test:test/plugin#use-file", Decode: func(r *plugin.Reader) plugin.Handler {
			file := r.Remote(fileType, false)
			return func(ctx context.Context, _ any, w *plugin.Writer) error {
				text := ""
				err := plugin.Invoke(ctx, fileRead,
					func(w *plugin.Writer) { w.Remote(fileType, file, false) },
					func(r *plugin.Reader) { text = r.String() })
				w.String(text)
				return err
			}
		}},
	},
}

// A message is answered as it came, unless its priority says what else to do.
func decodeApply(r *plugin.Reader) plugin.Handler {
	it := readMessage(r)
	return func(ctx context.Context, exports any, w *plugin.Writer) error {
		if _, waits := exports.(Waiting); waits {
			it.priority = 201
		}
		answer, err := apply(ctx, it)
		if err != nil {
			return plugin.FailText(w, err)
		}
		w.U8(0)
		writeMessage(w, answer)
		return nil
	}
}

func apply(ctx context.Context, it message) (message, error) {
	switch it.priority {
	case 9:
		var doubled uint32
		err := plugin.Invoke(ctx, double,
			func(w *plugin.Writer) { w.U32(21) },
			func(r *plugin.Reader) { doubled = r.U32() })
		if err != nil {
			return it, err
		}
		return it, fmt.Errorf("%d", doubled)
	case 200:
		panic("as asked")
	case 202:
		// A child, which does not end by itself.
		child := exec.Command("sleep", "600")
		if err := child.Start(); err != nil {
			return it, err
		}
		return it, fmt.Errorf("%d", child.Process.Pid)
	case 204:
		runtime.Goexit()
	case 203:
		fmt.Println("on standard output")
		slog.InfoContext(ctx, "in the log", "of", "a call")
		log.Print("in the log, too")
		return it, nil
	case 201:
		<-ctx.Done()
		return it, errors.New("late")
	}
	return it, nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Waiting are the exports of an instance whose apply waits until it is cancelled.
type Waiting struct{}

// New makes an instance.
func New(context.Context, *plugin.Instance) (any, error) { return struct{}{}, nil }
