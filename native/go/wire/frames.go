package wire

import "encoding/binary"

// Header of a frame.
type Header struct {
	// Type without its flags.
	Type     Type
	More     bool
	Optional bool
	Length   int
	ID       uint32
}

// ParseHeader reads a header from the first HeaderSize bytes.
func ParseHeader(b []byte) Header {
	_ = b[HeaderSize-1]
	return Header{
		Type:     Type(b[0] & 0x3f),
		More:     b[0]&More != 0,
		Optional: b[0]&Optional != 0,
		Length:   int(b[1]) | int(b[2])<<8 | int(b[3])<<16,
		ID:       binary.LittleEndian.Uint32(b[4:]),
	}
}

// PutHeader writes a header over the first HeaderSize bytes.
func PutHeader(b []byte, kind uint8, length int, id uint32) {
	_ = b[HeaderSize-1]
	b[0], b[1], b[2], b[3] = kind, byte(length), byte(length>>8), byte(length>>16)
	binary.LittleEndian.PutUint32(b[4:], id)
}

// Naming says what a frame's id may be.
type Naming uint8

const (
	// NamesNothing: the id is 0.
	NamesNothing Naming = iota
	// NamesAny: 0, or an id that was used.
	NamesAny
	// NamesUsed: the id of a call or a stream.
	NamesUsed
)

// Rule is what holds for every frame of a type, before its body is looked at.
type Rule struct {
	Name string
	// Bytes of the body.
	Min, Max int
	Naming   Naming
	// Message counts against the connection's window.
	Message bool
	// MayGoOn in rest frames.
	MayGoOn bool
	// Only the plugin sends it, or only the host.
	OnlyPlugin, OnlyHost bool
}

// Rules by type. Name is empty for types that are unknown.
var Rules = [64]Rule{
	Hello:   {Name: "hello", Min: 15, Max: 8192},
	Call:    {Name: "call", Min: 4, Max: MaxBody, Naming: NamesUsed, Message: true, MayGoOn: true},
	Return:  {Name: "return", Min: 0, Max: MaxBody, Naming: NamesUsed, Message: true, MayGoOn: true},
	Error:   {Name: "error", Min: 3, Max: 8192, Naming: NamesUsed, Message: true},
	Cancel:  {Name: "cancel", Min: 1, Max: 1, Naming: NamesUsed},
	Rest:    {Name: "rest", Min: 1, Max: MaxBody, Naming: NamesUsed},
	Data:    {Name: "data", Min: 1, Max: MaxBody, Naming: NamesUsed},
	Window:  {Name: "window", Min: 1, Max: 5, Naming: NamesAny},
	End:     {Name: "end", Naming: NamesUsed},
	Reset:   {Name: "reset", Naming: NamesUsed},
	Drop:    {Name: "drop", Min: 2, Max: MaxBody},
	Log:     {Name: "log", Min: 7, Max: MaxBody, Message: true, OnlyPlugin: true},
	Stdio:   {Name: "stdio", Min: 2, Max: MaxBody, Message: true, OnlyPlugin: true},
	Ping:    {Name: "ping", Min: 1, Max: 5, OnlyHost: true},
	Pong:    {Name: "pong", Min: 1, Max: 5, OnlyPlugin: true},
	Goodbye: {Name: "goodbye", Min: 2, Max: 8192},
}

// Check judges a header by what holds for every frame of its type sent by one side. Skipped: the type is unknown and optional.
// What depends on the session (roles, ids that were given, credit) is its own to judge.
func (h Header) Check(from Role) (rule *Rule, skipped bool, err *Violation) {
	if h.Length > MaxBody {
		return nil, false, &Violation{ReasonFrameLength, "a frame of more than 65536 bytes"}
	}
	rule = &Rules[h.Type&0x3f]
	if rule.Name == "" {
		if !h.Optional {
			return nil, false, &Violation{ReasonFrameType, "there is no such frame"}
		}
		return nil, true, nil
	}
	if h.More && !rule.MayGoOn {
		return nil, false, &Violation{ReasonFrameType, "a " + rule.Name + " frame cannot go on"}
	}
	if (rule.OnlyPlugin && from == Host) || (rule.OnlyHost && from == Plugin) {
		return nil, false, &Violation{ReasonRole, "a " + rule.Name + " frame from the wrong side"}
	}
	if h.Length < rule.Min || h.Length > rule.Max {
		return nil, false, &Violation{ReasonFrameLength, "a " + rule.Name + " frame of a wrong length"}
	}
	if h.More && h.Length != MaxBody {
		return nil, false, &Violation{ReasonFrameLength, "a " + rule.Name + " frame that goes on and is not full"}
	}
	switch {
	case rule.Naming == NamesNothing && h.ID != 0, rule.Naming == NamesUsed && h.ID == 0, h.ID > MaxID:
		return nil, false, &Violation{ReasonFrameID, "a " + rule.Name + " frame with a wrong id"}
	}
	return rule, false, nil
}

// HelloBody is what each side says first.
type HelloBody struct {
	Role   Role
	Limits Limits
	// Digest is the SHA-256 of the plugin's encoded world; empty from the host.
	Digest []byte
	Name   string
}

// WriteHello writes the body of a hello.
func WriteHello(w *Writer, h HelloBody) {
	w.Raw([]byte(Magic))
	w.U8(Version)
	w.U8(uint8(h.Role))
	w.U32(h.Limits.Window)
	w.U32(h.Limits.Message)
	w.U32(h.Limits.Calls)
	w.U32(h.Limits.Streams)
	w.Bytes(h.Digest)
	w.String(CutText(h.Name, MaxText))
}

// ReadHello reads the body of a hello of one side. What follows in it is for later versions.
func ReadHello(r *Reader, from Role) (h HelloBody, err *Violation) {
	wrong := func(what string) (HelloBody, *Violation) { return HelloBody{}, &Violation{ReasonHello, what} }
	if string(r.Take(len(Magic))) != Magic {
		return wrong("it does not begin with a hello")
	}
	if version := r.U8(); version != Version {
		return wrong("it speaks another version of the protocol")
	}
	h.Role = Role(r.U8())
	h.Limits = Limits{Window: r.U32(), Message: r.U32(), Calls: r.U32(), Streams: r.U32()}
	h.Digest = append([]byte(nil), r.Take(int(r.U32()))...)
	h.Name = r.text(MaxText)
	l := h.Limits
	switch {
	case r.Err() != nil:
		return wrong(r.Err().Error())
	case h.Role != from:
		return wrong("it has the wrong role")
	case l.Window < 2*MaxBody || l.Window > MaxID, l.Message < MaxBody || l.Message > MaxID,
		l.Calls < 1 || l.Calls > 1_000_000, l.Streams > 1_000_000:
		return wrong("a limit is outside its range")
	case from == Plugin && len(h.Digest) != 32, from == Host && len(h.Digest) != 0:
		return wrong("the digest has a wrong length")
	}
	return h, nil
}
