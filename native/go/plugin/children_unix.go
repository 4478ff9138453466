//go:build unix

package plugin

import (
	"bytes"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// endChildren ends what the program started, as far as it is in its process group and the program leads that. Where nobody else will
// see to it, also what does not listen.
func endChildren(alone bool) {
	if syscall.Getpgrp() != syscall.Getpid() {
		return
	}
	signal.Ignore(syscall.SIGTERM)
	_ = syscall.Kill(0, syscall.SIGTERM)
	if !alone {
		return
	}
	for range 25 {
		if !othersInGroup() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	_ = syscall.Kill(0, syscall.SIGKILL)
}

// othersInGroup: whether anything of the group runs besides this program. Where that cannot be told, there is.
func othersInGroup() bool {
	processes, err := os.ReadDir("/proc")
	if err != nil {
		return true
	}
	group := []byte(strconv.Itoa(syscall.Getpgrp()))
	for _, it := range processes {
		if pid, err := strconv.Atoi(it.Name()); err != nil || pid == os.Getpid() {
			continue
		}
		stat, _ := os.ReadFile("/proc/" + it.Name() + "/stat")
		// The name, in parentheses, may hold anything; the state, the parent and the group follow it.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 2 && fields[0][0] != 'Z' && bytes.Equal(fields[2], group) {
			return true
		}
	}
	return false
}
