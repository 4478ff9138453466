// Package notes is the interface that the host and its plugins share.
package notes

import (
	"net/rpc"

	"github.com/hashicorp/go-plugin"
)

type Note struct {
	Title, Body string
	Stars       uint32
}
type Log interface{ Write(line string) error }
type Filter interface {
	Transform(note Note, log Log) (Note, error)
}

var Handshake = plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "NOTES", MagicCookieValue: "notes"}

// FilterPlugin is how go-plugin serves and finds a Filter.
type FilterPlugin struct{ Impl Filter }

func (p *FilterPlugin) Server(b *plugin.MuxBroker) (any, error) {
	return &filterServer{p.Impl, b}, nil
}
func (*FilterPlugin) Client(b *plugin.MuxBroker, c *rpc.Client) (any, error) {
	return &filterClient{c, b}, nil
}

type Request struct {
	Note Note
	Log  uint32
}
type filterClient struct {
	client *rpc.Client
	broker *plugin.MuxBroker
}

func (f *filterClient) Transform(note Note, log Log) (answer Note, err error) {
	id := f.broker.NextId()
	go f.broker.AcceptAndServe(id, &logServer{log})
	err = f.client.Call("Plugin.Transform", Request{note, id}, &answer)
	return
}

type filterServer struct {
	impl   Filter
	broker *plugin.MuxBroker
}

func (f *filterServer) Transform(r Request, answer *Note) (err error) {
	conn, err := f.broker.Dial(r.Log)
	if err != nil {
		return err
	}
	client := rpc.NewClient(conn)
	defer client.Close()
	*answer, err = f.impl.Transform(r.Note, &logClient{client})
	return
}

type logClient struct{ client *rpc.Client }

func (l *logClient) Write(line string) error { return l.client.Call("Plugin.Write", line, new(struct{})) }

type logServer struct{ impl Log }

func (l *logServer) Write(line string, _ *struct{}) error { return l.impl.Write(line) }
