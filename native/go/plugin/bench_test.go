//go:build unix

package plugin_test

import (
	"testing"

	"github.com/hatchway/hatchway/native/go/internal/testworld"
	"github.com/hatchway/hatchway/native/go/plugin"
	"github.com/hatchway/hatchway/native/go/wire"
)

// One call of 1 KB after the other, without a socket: what the plugin's own code takes.
func BenchmarkCall(b *testing.B) {
	label := make([]byte, 62)
	for i := range label {
		label[i] = 'x'
	}
	args := body(func(w *wire.Writer) {
		w.U32(1)
		w.U32(apply)
		w.U32(10_000)
		w.U32(0)
		w.String("m1")
		w.U8(3)
		w.Count(16)
		for range 16 {
			w.String(string(label))
		}
	})
	c := &plugin.LoopCarrier{Frame: framed(wire.Call, args)}
	b.ReportAllocs()
	plugin.Loop(c, testworld.Program, testworld.New, b.N)
}
