package plugin

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Option of Serve.
type Option func(*session)

// Concurrent says that an instance answers several calls at a time. Its implementation must be safe for that.
func Concurrent() Option { return func(s *session) { s.concurrent = true } }

// How long instances may take to close when the session ends.
const closingTime = 2 * time.Second

// Serve answers the host's calls until it is done, then ends the program, and what it started in its process group. Started
// by a person, the program says what it is and exits with 1. Generated code calls it.
//
// newInstance makes an instance; its error is why that instance cannot be, and the program goes on. Exports that have a method
// Close or Drop are closed when their instance is released.
func Serve(program *Program, newInstance func(context.Context, *Instance) (any, error), options ...Option) {
	carrier, err := given()
	if err != nil {
		explain(program)
		os.Exit(1)
	}
	s := newSession(program, carrier, newInstance)
	for _, option := range options {
		option(s)
	}
	s.routeLogs()
	err = s.serve()
	s.closeInstances()
	endChildren(s.cut)
	if err != nil && !s.cut {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(1)
	}
	os.Exit(0)
}

func explain(program *Program) {
	fmt.Fprintf(os.Stderr, `This program is a hatchway plugin: it implements %s, and serves it to the app that starts it.

To try it from here, name the folder that has its plugin.json:

    hatchway run --allow-run --sandbox=off FOLDER --invoke 'f("x")'

From an app:

    const plugin = await host.load('FOLDER', { run: true, sandbox: 'off' });
`, program.World)
}
