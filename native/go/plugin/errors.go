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

// AsText is for generated code: the text of an error for a result whose error is a string. False: the error is that of a call
// that did not come to its end, and not for the caller to see as a result.
func AsText(err error) (string, bool) {
	if isCallFailure(err) {
		return "", false
	}
	return err.Error(), true
}

// AsBare is for generated code: whether an error may be that of a result whose error says nothing.
func AsBare(err error) bool { return !isCallFailure(err) }

// AsValue is for generated code: the error of a result in a chain of errors.
func AsValue[E any](err error) (E, bool) {
	var value E
	found := errors.As(err, &value)
	return value, found
}

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
