// The conformance world as a program in Go: what each function must do is said in wit/conformance.wit.
package main

import (
	"context"
	"sync/atomic"

	"guest/conformance"

	"github.com/hatchway/hatchway/native/go/plugin"
)

func main() {
	conformance.Serve(func(context.Context, *plugin.Instance) (conformance.Exports, error) {
		return conformance.Exports{
			Echo: echo{}, Errors: failures{}, Callbacks: callbacks{}, Counters: &counters{}, Desk: &desk{},
		}, nil
	})
}

type echo struct{}

func (echo) EchoBool(_ context.Context, v bool) (bool, error)         { return v, nil }
func (echo) EchoU8(_ context.Context, v uint8) (uint8, error)         { return v, nil }
func (echo) EchoS8(_ context.Context, v int8) (int8, error)           { return v, nil }
func (echo) EchoU16(_ context.Context, v uint16) (uint16, error)      { return v, nil }
func (echo) EchoS16(_ context.Context, v int16) (int16, error)        { return v, nil }
func (echo) EchoU32(_ context.Context, v uint32) (uint32, error)      { return v, nil }
func (echo) EchoS32(_ context.Context, v int32) (int32, error)        { return v, nil }
func (echo) EchoU64(_ context.Context, v uint64) (uint64, error)      { return v, nil }
func (echo) EchoS64(_ context.Context, v int64) (int64, error)        { return v, nil }
func (echo) EchoF32(_ context.Context, v float32) (float32, error)    { return v, nil }
func (echo) EchoF64(_ context.Context, v float64) (float64, error)    { return v, nil }
func (echo) EchoChar(_ context.Context, v rune) (rune, error)         { return v, nil }
func (echo) EchoString(_ context.Context, v string) (string, error)   { return v, nil }
func (echo) EchoBytes(_ context.Context, v []byte) ([]byte, error)    { return v, nil }
func (echo) EchoOption(_ context.Context, v *string) (*string, error) { return v, nil }

func (echo) EchoColour(_ context.Context, v conformance.Colour) (conformance.Colour, error) {
	return v, nil
}

func (echo) EchoPermission(_ context.Context, v conformance.Permission) (conformance.Permission, error) {
	return v, nil
}

func (echo) EchoPoint(_ context.Context, v conformance.Point) (conformance.Point, error) {
	return v, nil
}
func (echo) EchoMixed(_ context.Context, v conformance.Mixed) (conformance.Mixed, error) {
	return v, nil
}
func (echo) EchoShape(_ context.Context, v conformance.Shape) (conformance.Shape, error) {
	return v, nil
}

func (echo) EchoTuple(
	_ context.Context, v plugin.Tuple3[uint8, string, float64],
) (plugin.Tuple3[uint8, string, float64], error) {
	return v, nil
}

func (echo) EchoFloats(_ context.Context, v []float64) ([]float64, error) { return v, nil }
func (echo) EchoLongs(_ context.Context, v []uint64) ([]uint64, error)    { return v, nil }
func (echo) EchoStrings(_ context.Context, v []string) ([]string, error)  { return v, nil }
func (echo) EchoMixeds(_ context.Context, v []conformance.Mixed) ([]conformance.Mixed, error) {
	return v, nil
}
func (echo) EchoGrid(_ context.Context, v conformance.Grid) (conformance.Grid, error) { return v, nil }
func (echo) EchoOptionU32(_ context.Context, v *uint32) (*uint32, error)              { return v, nil }
func (echo) EchoNestedOption(_ context.Context, v **uint32) (**uint32, error)         { return v, nil }

func (echo) EchoResult(
	_ context.Context, v plugin.Tuple2[plugin.Result[uint32, string], bool],
) (plugin.Tuple2[plugin.Result[uint32, string], bool], error) {
	return v, nil
}

// many is what EchoMany answers.
type many = plugin.Tuple13[
	uint8, uint16, uint32, uint64, float32, float64, bool, rune, string, []byte, *uint8, conformance.Point, conformance.Colour,
]

func (echo) EchoMany(
	_ context.Context, a uint8, b uint16, c uint32, d uint64, e float32, f float64, g bool, h rune, i string, j []byte, k *uint8,
	l conformance.Point, m conformance.Colour,
) (many, error) {
	return many{F0: a, F1: b, F2: c, F3: d, F4: e, F5: f, F6: g, F7: h, F8: i, F9: j, F10: k, F11: l, F12: m}, nil
}

type failures struct{}

func (failures) Text(_ context.Context, v plugin.Result[uint32, string]) (uint32, error) {
	if v.Failed {
		return 0, plugin.Failed(v.Err)
	}
	return v.Ok, nil
}

func (failures) Bare(_ context.Context, fail bool) (uint32, error) {
	if fail {
		return 0, plugin.ErrFailed
	}
	return 1, nil
}

func (failures) Structured(_ context.Context, fail conformance.Problem) error {
	if fail == nil {
		return nil
	}
	return fail
}

func (failures) Empty(_ context.Context, fail bool) error {
	if fail {
		return plugin.ErrFailed
	}
	return nil
}

func (failures) Trap(context.Context) error { panic("as asked") }

type callbacks struct{}

func (callbacks) MixedByHost(ctx context.Context, v conformance.Mixed) (conformance.Mixed, error) {
	return conformance.HostEchoMixed(ctx, v)
}

func (callbacks) ShapeByHost(ctx context.Context, v conformance.Shape) (conformance.Shape, error) {
	return conformance.HostEchoShape(ctx, v)
}

func (callbacks) StringsByHost(ctx context.Context, v []string) ([]string, error) {
	return conformance.HostEchoStrings(ctx, v)
}

func (callbacks) OptionByHost(ctx context.Context, v *uint64) (*uint64, error) {
	return conformance.HostEchoOption(ctx, v)
}

func (callbacks) EvenByHost(ctx context.Context, v uint32) (uint32, error) {
	return conformance.HostEven(ctx, v)
}

func (callbacks) Descend(ctx context.Context, depth uint32) (uint32, error) {
	if depth == 0 {
		return 0, nil
	}
	below, err := conformance.HostDescend(ctx, depth-1)
	return below + 1, err
}

// counters of one instance.
type counters struct {
	// They are dropped between calls, and an instance answers one call at a time; but one that is gone may be dropped when the
	// connection ends.
	alive atomic.Int32
}

type counter struct {
	of    *counters
	count uint32
}

func (c *counters) add(count uint32) *counter {
	c.alive.Add(1)
	return &counter{c, count}
}

func (c *counter) Drop() { c.of.alive.Add(-1) }

func (c *counter) Value(context.Context) (uint32, error) { return c.count, nil }

func (c *counter) Add(_ context.Context, amount uint32) (uint32, error) {
	c.count += amount
	return c.count, nil
}

func (c *counter) Copy(context.Context) (conformance.Counter, error) { return c.of.add(c.count), nil }

func (c *counters) NewCounter(_ context.Context, start uint32) (conformance.Counter, error) {
	return c.add(start), nil
}

func (c *counters) CounterMerge(ctx context.Context, left, right conformance.Counter) (conformance.Counter, error) {
	sum, err := c.Total(ctx, []conformance.Counter{left, right})
	return c.add(sum), err
}

func (*counters) Equal(_ context.Context, left, right conformance.Counter) (bool, error) {
	return left.(*counter).count == right.(*counter).count, nil
}

func (c *counters) Make(_ context.Context, count uint32) ([]conformance.Counter, error) {
	all := make([]conformance.Counter, count)
	for i := range all {
		all[i] = c.add(uint32(i))
	}
	return all, nil
}

// Total ends the counters: they are this plugin's again.
func (*counters) Total(_ context.Context, all []conformance.Counter) (sum uint32, err error) {
	for _, it := range all {
		sum += it.(*counter).count
		it.(*counter).Drop()
	}
	return sum, nil
}

func (c *counters) Alive(context.Context) (uint32, error) { return uint32(c.alive.Load()), nil }

type desk struct{ kept *conformance.Ticket }

func (*desk) NameOfNew(ctx context.Context, name string) (string, error) {
	ticket, err := conformance.NewTicket(ctx, name)
	if err != nil {
		return "", err
	}
	defer ticket.Drop()
	return ticket.Name(ctx)
}

func (*desk) HandInNew(ctx context.Context, name string) (string, error) {
	ticket, err := conformance.NewTicket(ctx, name)
	if err != nil {
		return "", err
	}
	return conformance.TicketsHandIn(ctx, ticket)
}

func (*desk) InspectNew(ctx context.Context, name string) (string, error) {
	ticket, err := conformance.NewTicket(ctx, name)
	if err != nil {
		return "", err
	}
	defer ticket.Drop()
	return conformance.TicketsInspect(ctx, ticket)
}

func (*desk) Pass(_ context.Context, ticket *conformance.Ticket) (*conformance.Ticket, error) {
	return ticket, nil
}

func (*desk) Look(ctx context.Context, ticket *conformance.Ticket) (string, error) {
	return ticket.Name(ctx)
}

func (*desk) Find(ctx context.Context, name string) (*conformance.Ticket, error) {
	return conformance.TicketFind(ctx, name)
}

func (d *desk) Keep(_ context.Context, ticket *conformance.Ticket) error {
	d.kept.Drop()
	d.kept = ticket
	return nil
}

func (d *desk) GiveBack(context.Context) (*conformance.Ticket, error) {
	ticket := d.kept
	d.kept = nil
	return ticket, nil
}
