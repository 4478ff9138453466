package plugin

import (
	"context"
	"net"
)

// Session is one that tests drive.
type Session = session

// ServeOn serves over a socket, until the host is done.
func ServeOn(
	conn net.Conn, program *Program, newInstance func(context.Context, *Instance) (any, error), options ...Option,
) (*Session, <-chan error) {
	carrier, err := newSocket(conn)
	if err != nil {
		panic(err)
	}
	s := newSession(program, carrier, newInstance)
	for _, option := range options {
		option(s)
	}
	done := make(chan error, 1)
	go func() {
		err := s.serve()
		// As the end of the program does.
		conn.Close()
		done <- err
		s.closeInstances()
	}()
	return s, done
}

// Open counts what is not over.
func (s *session) Open() (calls, outgoing, streams, entries, remotes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls) + s.arriving, len(s.outgoing), len(s.streams), len(s.handles.entries) - len(s.handles.free), len(s.handles.remotes)
}

var RouteLogs = (*session).routeLogs
