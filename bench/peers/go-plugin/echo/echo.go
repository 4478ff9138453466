// Package echo is what the host and its plugin share: bytes that come back, over go-plugin's gRPC.
//
// The messages are protobuf's own BytesValue, and the services are described by hand where others have protoc write them. So what
// protobuf takes for the fields of a record is in none of the figures, which is in go-plugin's favour.
package echo

import (
	"context"
	"encoding/binary"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Handshake that both sides must have.
var Handshake = plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "HATCHWAY_BENCH", MagicCookieValue: "echo"}

// Plugins by name.
var Plugins = plugin.PluginSet{"echo": &echo{}}

type method func(ctx context.Context, in []byte) ([]byte, error)

func register(server *grpc.Server, service string, methods map[string]method) {
	desc := grpc.ServiceDesc{ServiceName: service, HandlerType: (*any)(nil)}
	for name, method := range methods {
		desc.Methods = append(desc.Methods, grpc.MethodDesc{
			MethodName: name,
			Handler: func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
				var in wrapperspb.BytesValue
				if err := decode(&in); err != nil {
					return nil, err
				}
				out, err := method(ctx, in.Value)
				return wrapperspb.Bytes(out), err
			},
		})
	}
	server.RegisterService(&desc, nil)
}

func call(ctx context.Context, conn *grpc.ClientConn, name string, in []byte) ([]byte, error) {
	var out wrapperspb.BytesValue
	err := conn.Invoke(ctx, name, wrapperspb.Bytes(in), &out)
	return out.Value, err
}

func same(_ context.Context, in []byte) ([]byte, error) { return in, nil }

// echo is the plugin, for go-plugin to serve and to find.
type echo struct{ plugin.NetRPCUnsupportedPlugin }

func (*echo) GRPCServer(broker *plugin.GRPCBroker, server *grpc.Server) error {
	var kept *grpc.ClientConn
	register(server, "peer.Plugin", map[string]method{
		"Same": same,
		// The first bytes say which server of the host to ask.
		"ByHost": func(ctx context.Context, in []byte) ([]byte, error) {
			conn, err := broker.Dial(binary.LittleEndian.Uint32(in))
			if err != nil {
				return nil, err
			}
			defer conn.Close()
			return call(ctx, conn, "/peer.Host/Same", in[4:])
		},
		"Keep": func(_ context.Context, in []byte) (_ []byte, err error) {
			kept, err = broker.Dial(binary.LittleEndian.Uint32(in))
			return nil, err
		},
		"ByKept": func(ctx context.Context, in []byte) ([]byte, error) {
			return call(ctx, kept, "/peer.Host/Same", in)
		},
	})
	return nil
}

func (*echo) GRPCClient(_ context.Context, broker *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return &Client{broker, conn}, nil
}

// Client calls the plugin.
type Client struct {
	broker *plugin.GRPCBroker
	conn   *grpc.ClientConn
}

// Same gives back what it is given.
func (c *Client) Same(ctx context.Context, in []byte) ([]byte, error) {
	return call(ctx, c.conn, "/peer.Plugin/Same", in)
}

// ByHost has the plugin ask the host for it, by a server and a connection for this call alone, as go-plugin's example of calls in
// both directions has it.
func (c *Client) ByHost(ctx context.Context, in []byte) ([]byte, error) {
	id, stop := c.serve()
	defer stop()
	return call(ctx, c.conn, "/peer.Plugin/ByHost", append(binary.LittleEndian.AppendUint32(nil, id), in...))
}

// Keep makes one server and one connection for all calls of ByKept.
func (c *Client) Keep(ctx context.Context) error {
	id, _ := c.serve()
	_, err := call(ctx, c.conn, "/peer.Plugin/Keep", binary.LittleEndian.AppendUint32(nil, id))
	return err
}

// ByKept has the plugin ask the host for it, by what Keep made.
func (c *Client) ByKept(ctx context.Context, in []byte) ([]byte, error) {
	return call(ctx, c.conn, "/peer.Plugin/ByKept", in)
}

// serve answers the plugin until it is stopped.
func (c *Client) serve() (id uint32, stop func()) {
	id = c.broker.NextId()
	made := make(chan *grpc.Server, 1)
	go c.broker.AcceptAndServe(id, func(options []grpc.ServerOption) *grpc.Server {
		server := grpc.NewServer(options...)
		register(server, "peer.Host", map[string]method{"Same": same})
		made <- server
		return server
	})
	return id, func() { (<-made).Stop() }
}
