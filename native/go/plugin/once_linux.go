package plugin

import (
	"syscall"
	"unsafe"
)

// readOnce and writeOnce ask the kernel without telling the runtime, which is right for descriptors that never block. Told of it, the
// runtime wakes its monitor for every call of a serial caller, at more than the cost of the call.
func readOnce(fd uintptr, b []byte) (int, error)  { return direct(syscall.SYS_READ, fd, b) }
func writeOnce(fd uintptr, b []byte) (int, error) { return direct(syscall.SYS_WRITE, fd, b) }

func direct(number, fd uintptr, b []byte) (int, error) {
	n, _, failure := syscall.RawSyscall(number, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	if failure != 0 {
		return 0, failure
	}
	return int(n), nil
}
