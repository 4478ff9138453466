package plugin

import (
	"context"
	"errors"
	"fmt"

	"github.com/hatchway/hatchway/native/go/wire"
)

// CallError is why a call to the host failed, where that is no error of its WIT result. It is context.Canceled or
// context.DeadlineExceeded, in the sense of errors.Is, where it was cancelled or took too long.
type CallError struct {
	// Function is the key of the function that was called.
	Function string
	Failure  wire.Failure
	// Started is false if nothing of the call was done: what it would have given away is still the plugin's.
	Started bool
	Message string
}

func (e *CallError) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("%s failed (%s)", e.Function, e.Failure)
	}
	return fmt.Sprintf("%s failed (%s): %s", e.Function, e.Failure, e.Message)
}

func (e *CallError) Is(target error) bool {
	switch e.Failure {
	case wire.Cancelled:
		return target == context.Canceled
	case wire.Deadline:
		return target == context.DeadlineExceeded
	}
	return false
}

// Error is the error of a WIT result whose type has no name of its own in Go, such as result<_, u32> or result<_, list<string>>.
type Error[E any] struct {
	Value E
}

func (e Error[E]) Error() string { return fmt.Sprint(e.Value) }

// Failed is the error of a WIT result whose error is a string.
type Failed string

func (e Failed) Error() string { return string(e) }

// ErrFailed is the error of a WIT result whose error says nothing: result, result<T>.
var ErrFailed = errors.New("failed, without saying why")

// FailText answers with the error of a result whose error is a string. It is for generated code, as are the others: what they give
// is an error that is none of the result's.
func FailText(w *Writer, err error) error {
	if isCallFailure(err) {
		return err
	}
	w.U8(1)
	w.String(err.Error())
	return nil
}

// FailBare answers with the error of a result whose error says nothing.
func FailBare(w *Writer, err error) error {
	if isCallFailure(err) {
		return err
	}
	w.U8(1)
	return nil
}

// FailValue answers with the error of a result whose error is a type of the world.
func FailValue[E any](w *Writer, err error, write func(*Writer, E)) error {
	var value E
	if !errors.As(err, &value) {
		return err
	}
	w.U8(1)
	write(w, value)
	return nil
}

// FailUnnamed answers with the error of a result whose error is a type without a name, an Error[E].
func FailUnnamed[E any](w *Writer, err error, write func(*Writer, E)) error {
	var value Error[E]
	if !errors.As(err, &value) {
		return err
	}
	w.U8(1)
	write(w, value.Value)
	return nil
}

// Describe says what an error that is a value of the world holds.
func Describe(name string, value any) string {
	switch v := value.(type) {
	case string:
		return name + ": " + v
	case error:
		// A record would ask itself.
		return name
	}
	return fmt.Sprintf("%s: %v", name, value)
}

// Missing is why an instance cannot be: a part of its exports is nil.
func Missing(name string) error { return fmt.Errorf("Exports.%s is nil", name) }

func isCallFailure(err error) bool {
	var failed *CallError
	return errors.As(err, &failed) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// failureOf is what the caller is told of an error that is none of the function's result.
func failureOf(err error) wire.Failure {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return wire.Deadline
	case errors.Is(err, context.Canceled):
		return wire.Cancelled
	}
	return wire.Internal
}
