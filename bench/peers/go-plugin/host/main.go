// Command host times calls of a plugin through go-plugin, in its own process.
//
//	host [-mtls] PLUGIN
//
// Each line of its input is what to do and how often, such as "call 10000"; it answers with a line of JSON, {"n":10000,"ns":…}:
// nanoseconds for all of them. It ends with its input.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"peer/echo"
)

const (
	size     = 980
	inFlight = 32
)

var mtls = flag.Bool("mtls", false, "certificates for either side, which go-plugin makes at the start")

func main() {
	flag.Parse()
	if err := serve(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(path string) error {
	ctx := context.Background()
	client, stop, err := start(path)
	if err != nil {
		return err
	}
	defer stop()
	if err := client.Keep(ctx); err != nil {
		return err
	}
	todo := map[string]func(n int) error{
		"call":     func(n int) error { return each(n, 1, func() error { return once(client.Same) }) },
		"flight":   func(n int) error { return each(n, inFlight, func() error { return once(client.Same) }) },
		"callback": func(n int) error { return each(n, 1, func() error { return once(client.ByHost) }) },
		"kept":     func(n int) error { return each(n, 1, func() error { return once(client.ByKept) }) },
		"start": func(n int) error {
			return each(n, 1, func() error {
				one, stop, err := start(path)
				if err != nil {
					return err
				}
				defer stop()
				return once(one.Same)
			})
		},
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var what string
		var n int
		if _, err := fmt.Sscan(lines.Text(), &what, &n); err != nil || todo[what] == nil {
			return fmt.Errorf("what is %q?", lines.Text())
		}
		began := time.Now()
		if err := todo[what](n); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		fmt.Printf("{\"n\":%d,\"ns\":%d}\n", n, time.Since(began).Nanoseconds())
	}
	return nil
}

// start gives a plugin that can be called, and what ends its process.
func start(path string) (*echo.Client, func(), error) {
	process := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  echo.Handshake,
		Plugins:          echo.Plugins,
		Cmd:              exec.Command(path),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         *mtls,
		Logger:           hclog.NewNullLogger(),
	})
	protocol, err := process.Client()
	if err != nil {
		process.Kill()
		return nil, nil, err
	}
	made, err := protocol.Dispense("echo")
	if err != nil {
		process.Kill()
		return nil, nil, err
	}
	return made.(*echo.Client), process.Kill, nil
}

var bytes = make([]byte, size)

func once(call func(context.Context, []byte) ([]byte, error)) error {
	out, err := call(context.Background(), bytes)
	if err == nil && len(out) != size {
		return fmt.Errorf("%d bytes came back", len(out))
	}
	return err
}

// each does something n times, so many of them at once.
func each(n, lanes int, one func() error) error {
	var left atomic.Int64
	left.Store(int64(n))
	var failed error
	var mu sync.Mutex
	var done sync.WaitGroup
	for range lanes {
		done.Add(1)
		go func() {
			defer done.Done()
			for left.Add(-1) >= 0 {
				if err := one(); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
			}
		}()
	}
	done.Wait()
	return failed
}
