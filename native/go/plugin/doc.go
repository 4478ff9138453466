// Package plugin makes a Go program a plugin of hatchway: a host starts it, calls the functions that its world exports, and
// answers those that it imports.
//
// A plugin's main is one call of the Serve that `hatchway bindgen go` writes for its world:
//
//	func main() {
//		relay.Serve(func(ctx context.Context, instance *plugin.Instance) (relay.Exports, error) {
//			return relay.Exports{Filter: &filter{}}, nil
//		})
//	}
//
// One process serves many instances, each with its own configuration and its own implementation. An instance answers one
// call at a time, unless [Concurrent] is given; several instances answer at the same time.
//
// The context of a call is cancelled when the caller gives up or its time is over, and when the call was answered. It says
// who calls: hand it on to the functions of imports. The context that an instance is made with lives as long as the instance.
//
// A function whose WIT result is a `result` answers that error by returning it; any other error that a function returns
// makes the call fail, and a panic ends the instance. The process goes on.
//
// log and log/slog write to the host's log. Standard input, output and error stay the program's own.
package plugin
