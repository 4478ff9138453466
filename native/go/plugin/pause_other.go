//go:build !linux

package plugin

import "time"

func pause(d time.Duration) { time.Sleep(d) }
