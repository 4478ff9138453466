package plugin

import (
	"syscall"
	"time"
)

// pause sleeps in the kernel. A timer of the runtime would be set and unset whenever the program waits for the host, which costs
// more than the rest of that wait.
func pause(d time.Duration) {
	left := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&left, nil)
}
