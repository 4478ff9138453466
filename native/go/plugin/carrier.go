package plugin

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// carrier is one reliable, ordered stream of bytes each way.
type carrier interface {
	Read([]byte) (int, error)
	// TryWrite writes what the other side takes at once; errAgain if that is not all.
	TryWrite([]byte) (int, error)
	// Write writes all, and waits for that.
	Write([]byte) (int, error)
	// Kick ends a Read that waits, with os.ErrDeadlineExceeded, until Unkick.
	Kick()
	Unkick()
	// Finish half-closes it: nothing more is written.
	Finish()
	// Linger takes what the other side still says, until it ends too.
	Linger(time.Duration)
}

var errAgain = errors.New("the other side takes no more now")

// socket is a connected socket. Its waiting is the runtime's: with a system call that blocks, every call of a serial caller would
// also wake the runtime's monitor.
type socket struct {
	net.Conn
	raw syscall.RawConn
	// What Read reads into, how, and what came of it.
	into    []byte
	attempt func(fd uintptr) bool
	count   int
	failure error
}

type halfCloser interface{ CloseWrite() error }

func newSocket(conn net.Conn) (*socket, error) {
	with, ok := conn.(syscall.Conn)
	if !ok {
		return nil, errors.New("not a socket")
	}
	raw, err := with.SyscallConn()
	return &socket{Conn: conn, raw: raw}, err
}

func (c *socket) TryWrite(b []byte) (int, error) { return tryWrite(c.raw, b) }

func tryWrite(raw syscall.RawConn, b []byte) (written int, err error) {
	failed := raw.Write(func(fd uintptr) bool {
		for written < len(b) {
			n, e := writeOnce(fd, b[written:])
			if e == syscall.EINTR {
				continue
			}
			if e != nil {
				err = e
				if e == syscall.EAGAIN {
					err = errAgain
				}
				return true
			}
			written += n
		}
		return true
	})
	if failed != nil {
		return written, failed
	}
	return written, err
}

func (c *socket) Kick()   { _ = c.SetReadDeadline(time.Unix(1, 0)) }
func (c *socket) Unkick() { _ = c.SetReadDeadline(time.Time{}) }

func (c *socket) Finish() {
	if half, ok := c.Conn.(halfCloser); ok {
		_ = half.CloseWrite()
		return
	}
	_ = c.Close()
}

// Linger keeps the socket from being reset under what was written last.
func (c *socket) Linger(limit time.Duration) {
	_ = c.SetReadDeadline(time.Now().Add(limit))
	_, _ = io.Copy(io.Discard, c.Conn)
}

// pipes are two descriptors, one for each direction.
type pipes struct {
	*os.File
	out *os.File
	raw syscall.RawConn
}

func newPipes(in, out *os.File) (*pipes, error) {
	if err := in.SetReadDeadline(time.Time{}); err != nil {
		return nil, err
	}
	raw, err := out.SyscallConn()
	return &pipes{in, out, raw}, err
}

func (c *pipes) TryWrite(b []byte) (int, error) { return tryWrite(c.raw, b) }
func (c *pipes) Write(b []byte) (int, error)    { return c.out.Write(b) }
func (c *pipes) Kick()                          { _ = c.SetReadDeadline(time.Unix(1, 0)) }
func (c *pipes) Unkick()                        { _ = c.SetReadDeadline(time.Time{}) }
func (c *pipes) Finish()                        { _ = c.out.Close() }

func (c *pipes) Linger(limit time.Duration) {
	_ = c.SetReadDeadline(time.Now().Add(limit))
	_, _ = io.Copy(io.Discard, c.File)
}

// carrierVariable says to a program what connects it with its host; it is not there for descriptor 3.
const carrierVariable = "HATCHWAY_CARRIER"

// given is the connection to the host that started the program.
func given() (carrier, error) {
	kind, there := os.LookupEnv(carrierVariable)
	// What the program starts is not to take it for its own.
	_ = os.Unsetenv(carrierVariable)
	path, isSocket := strings.CutPrefix(kind, "unix:")
	switch {
	case !there:
		return inherited()
	case kind == "stdio":
		return ownStdio()
	case isSocket:
		return connected(path)
	}
	return nil, errors.New("there is no such carrier")
}

// tokenSize is how many bytes the host gives the program on its standard input, to be sent first.
const tokenSize = 32

func connected(path string) (carrier, error) {
	token := make([]byte, tokenSize)
	if _, err := io.ReadFull(os.Stdin, token); err != nil {
		return nil, err
	}
	conn, err := net.Dial("unix", path)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write(token); err != nil {
		return nil, err
	}
	return newSocket(conn)
}
