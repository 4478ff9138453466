//go:build unix

package plugin

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// Read waits for bytes; one goroutine at a time may.
func (c *socket) Read(b []byte) (int, error) {
	c.into = b
	if c.attempt == nil {
		c.attempt = c.readNow
	}
	if err := c.raw.Read(c.attempt); err != nil {
		return 0, err
	}
	if c.failure == nil && c.count == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	return c.count, c.failure
}

// readNow reads what is there; false where nothing is.
func (c *socket) readNow(fd uintptr) bool {
	for {
		c.count, c.failure = readOnce(fd, c.into)
		if c.failure != syscall.EINTR {
			return c.failure != syscall.EAGAIN
		}
	}
}

// inherited is the socket that a host gave the program as descriptor 3.
func inherited() (carrier, error) {
	kind, err := syscall.GetsockoptInt(3, syscall.SOL_SOCKET, syscall.SO_TYPE)
	if err != nil || kind != syscall.SOCK_STREAM {
		return nil, errors.New("descriptor 3 is no socket")
	}
	if _, err := syscall.Getpeername(3); err != nil {
		return nil, errors.New("descriptor 3 is no connected socket")
	}
	// What the program starts does not inherit it.
	syscall.CloseOnExec(3)
	file := os.NewFile(3, "host")
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, err
	}
	_ = file.Close()
	return newSocket(conn)
}

// ownStdio is the program's standard input and output, which are nobody else's from now on: what is printed goes to standard error, and
// there is nothing to read. So it is for what the program starts, and for code that is not in Go.
func ownStdio() (carrier, error) {
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer nothing.Close()
	in, err := moved(0, int(nothing.Fd()), "from the host")
	if err != nil {
		return nil, err
	}
	out, err := moved(1, 2, "to the host")
	if err != nil {
		return nil, err
	}
	return newPipes(in, out)
}

// moved gives a descriptor another number, which is not inherited, and puts a copy of another one in its place.
func moved(fd, instead int, name string) (*os.File, error) {
	syscall.ForkLock.RLock()
	moved, err := syscall.Dup(fd)
	if err == nil {
		syscall.CloseOnExec(moved)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, err
	}
	if err := syscall.SetNonblock(moved, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(moved), name), replace(instead, fd)
}
