//go:build !unix

package plugin

import (
	"errors"
	"syscall"
)

func writeOnce(uintptr, []byte) (int, error) { return 0, syscall.EAGAIN }

func inherited() (carrier, error) {
	return nil, errors.New("this system passes no sockets on to programs")
}

func ownStdio() (carrier, error) {
	return nil, errors.New("reading from a pipe cannot be interrupted on this system")
}

func endChildren(bool) {}
