package plugin

import "context"

// Program is a world as generated code describes it.
type Program struct {
	// World is its id, `ns:pkg/name@1.2.3`.
	World string
	// Encoded is the world in binary, as the host compares it with its own.
	Encoded []byte
	// Exports by number: what the host calls.
	Exports []Export
}

// Export is a function that the plugin implements.
type Export struct {
	// Key is `<interface>#<function>`, or the name of a function of the world itself.
	Key string
	// Decode reads the arguments. What it gives calls the implementation in the exports of an instance, and writes the result;
	// its error is why the call failed, and no error of a WIT result.
	Decode func(r *Reader) Handler
}

// Handler answers a call whose arguments were read.
type Handler func(ctx context.Context, exports any, w *Writer) error

// Import is a function that the host implements.
type Import struct {
	Number uint32
	Key    string
}

// ResourceType is a resource of the world. Two are the same if their addresses are.
type ResourceType struct {
	// Name is `<interface>.<resource>`.
	Name string
	// Exported resources are the plugin's own.
	Exported bool
}
