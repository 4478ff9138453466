// Package wire is the bytes of the hatchway protocol: frames, and the values in them. What they mean together is package plugin's.
//
// The page of the protocol is native/PROTOCOL.md. Everything read here comes from another program: nothing is allocated for a
// count before the bytes that it counts are there.
package wire

// Version of the protocol.
const Version = 1

// Magic begins every hello.
const Magic = "hatchway"

const (
	// HeaderSize is the length of a frame's header: type, length of the body (24 bits), id (32 bits), little-endian.
	HeaderSize = 8
	// MaxBody is the longest body of a frame, in bytes.
	MaxBody = 65_536
	// MaxID is the largest id, and the largest credit a window can hold.
	MaxID = 1<<31 - 1
	// MaxText is the most bytes of text in an error or a goodbye.
	MaxText = 4096
)

// Type of a frame: the low 6 bits of its first byte.
type Type uint8

const (
	Hello   Type = 1
	Call    Type = 2
	Return  Type = 3
	Error   Type = 4
	Cancel  Type = 5
	Rest    Type = 6
	Data    Type = 7
	Window  Type = 8
	End     Type = 9
	Reset   Type = 10
	Drop    Type = 11
	Log     Type = 12
	Stdio   Type = 13
	Ping    Type = 14
	Pong    Type = 15
	Goodbye Type = 16
)

const (
	// Optional frames are skipped by a receiver that does not know their type.
	Optional = 0x80
	// More says that a message goes on in rest frames.
	More = 0x40
)

// Failure is why a call failed, where that is no error of its WIT result.
type Failure uint8

const (
	Trap          Failure = 1
	Internal      Failure = 2
	Cancelled     Failure = 3
	Deadline      Failure = 4
	Unimplemented Failure = 5
	BadArguments  Failure = 6
	BadHandle     Failure = 7
	Denied        Failure = 8
	Exhausted     Failure = 9
	Unavailable   Failure = 10
)

var failureNames = [...]string{
	"none", "trap", "internal", "cancelled", "deadline", "unimplemented", "bad-arguments", "bad-handle", "denied", "exhausted",
	"unavailable",
}

func (f Failure) String() string {
	if int(f) < len(failureNames) {
		return failureNames[f]
	}
	return "unknown"
}

// Reason is why a session ends.
type Reason uint8

const (
	ReasonDone Reason = iota
	ReasonHello
	ReasonFrameType
	ReasonFrameLength
	ReasonFrameID
	ReasonFrameBody
	ReasonWindow
	ReasonReply
	ReasonHandle
	ReasonLimit
	ReasonRole
	ReasonInternal
)

var reasonNames = [...]string{
	"done", "hello", "frame-type", "frame-length", "frame-id", "frame-body", "window", "reply", "handle", "limit", "role", "internal",
}

func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "unknown"
}

// Violation is a broken rule of the protocol: it ends the session.
type Violation struct {
	Reason Reason
	What   string
}

func (v *Violation) Error() string { return v.Reason.String() + ": " + v.What }

// Role of a side.
type Role uint8

const (
	Host   Role = 0
	Plugin Role = 1
)

// Limits are what a side says in its hello that it takes.
type Limits struct {
	// Window is how many bytes of messages may be on their way: 131 072 to 2^31 - 1.
	Window uint32
	// Message is the longest call or return: 65 536 to 2^31 - 1 bytes.
	Message uint32
	// Calls is how many calls of the other side may be open: 1 to 1 000 000.
	Calls uint32
	// Streams is how many streams that the other side introduced may be open: 0 to 1 000 000.
	Streams uint32
}

// DefaultLimits of this implementation.
var DefaultLimits = Limits{Window: 1 << 20, Message: 16 << 20, Calls: 1024, Streams: 256}
