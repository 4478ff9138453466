//go:build unix

package plugin

import (
	"errors"
	"net"
	"os"
	"syscall"
)

func writeOnce(fd uintptr, b []byte) (int, error) { return syscall.Write(int(fd), b) }

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
