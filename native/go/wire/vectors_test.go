package wire

import (
	"bytes"
	"encoding/hex"
	"testing"
)

func fromHex(t testing.TB, row map[string]any, keys ...string) []byte {
	t.Helper()
	for _, key := range keys {
		if text, ok := row[key].(string); ok {
			b, err := hex.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
	}
	t.Fatalf("%v has no %v", row, keys)
	return nil
}

func TestValues(t *testing.T) {
	for _, row := range rows(t, "values.json") {
		typ := parseType(row["type"].(string))
		_, good := row["hex"]
		b := fromHex(t, row, "hex", "malformed")
		r := NewReader(b)
		value := typ.read(r)
		err := r.Finish()
		if good != (err == nil) {
			t.Errorf("%v: %v", row, err)
		}
		if !good || err != nil {
			continue
		}
		if !same(value, row["value"]) {
			t.Errorf("%v is read as %v", row, value)
		}
		var w Writer
		typ.write(&w, row["value"])
		if !bytes.Equal(w.Buf, b) {
			t.Errorf("%v is written as %x", row, w.Buf)
		}
	}
}

// readFrame gives the name and the fields of a frame as the vectors have them.
func readFrame(b []byte) (name string, h Header, fields map[string]any, broken *Violation) {
	h = ParseHeader(b)
	from := Host
	if only := Rules[h.Type&0x3f]; only.OnlyPlugin || h.Type == Hello && len(b) > 17 && b[HeaderSize+9] == 1 {
		from = Plugin
	}
	rule, skipped, broken := h.Check(from)
	if broken != nil || skipped {
		return "skipped", h, map[string]any{}, broken
	}
	if len(b) < HeaderSize+h.Length {
		return "", h, nil, &Violation{ReasonFrameBody, "cut off"}
	}
	r := NewReader(b[HeaderSize : HeaderSize+h.Length])
	fields = map[string]any{}
	rest := func() any { return hex.EncodeToString(r.Take(r.Remaining())) }
	u := func() any { return float64(r.U32()) }
	switch h.Type {
	case Hello:
		hello, broken := ReadHello(r, from)
		if broken != nil {
			return "", h, nil, broken
		}
		l := hello.Limits
		fields["role"] = [...]string{"host", "plugin"}[hello.Role]
		fields["window"], fields["message"] = float64(l.Window), float64(l.Message)
		fields["calls"], fields["streams"], fields["name"] = float64(l.Calls), float64(l.Streams), hello.Name
	case Call:
		for _, key := range []string{"instance", "function", "deadline", "parent"} {
			fields[key] = u()
		}
		fields["arguments"] = rest()
	case Return:
		fields["value"] = rest()
	case Error:
		fields["code"], fields["started"], fields["message"] = float64(r.U8()), float64(r.U8()), r.Text(MaxText)
		if code := fields["code"].(float64); code < 1 || code > 10 || fields["started"].(float64) > 1 {
			r.Fail(BadArguments, "no such code")
		}
	case Cancel:
		fields["reason"] = float64(r.U8())
	case Rest, Data:
		fields["bytes"] = rest()
	case Window:
		fields["credit"] = u()
	case Drop:
		list := []any{}
		for r.Remaining() > 0 {
			list = append(list, []any{u(), u()})
		}
		fields["handles"] = list
	case Log:
		fields["instance"], fields["level"], fields["time"] = u(), float64(r.U8()), float64(r.U64())
		fields["dropped"], fields["target"], fields["message"] = u(), r.String(), r.String()
		list := []any{}
		for n := r.Count(2); n > 0; n-- {
			list = append(list, []any{r.String(), r.String()})
		}
		fields["fields"] = list
	case Stdio:
		fields["instance"], fields["stream"], fields["bytes"] = u(), float64(r.U8()), rest()
	case Ping, Pong:
		fields["token"] = u()
	case Goodbye:
		fields["reason"], fields["message"] = float64(r.U8()), r.Text(MaxText)
	}
	if err := r.Finish(); err != nil {
		return "", h, nil, &Violation{ReasonFrameBody, err.Error()}
	}
	return rule.Name, h, fields, nil
}

func TestFrames(t *testing.T) {
	for _, row := range rows(t, "frames.json") {
		name, h, fields, broken := readFrame(fromHex(t, row, "hex"))
		if reason, bad := row["malformed"]; bad {
			if broken == nil || broken.Reason.String() != reason {
				t.Errorf("%v: %v", row, broken)
			}
			continue
		}
		if broken != nil || name != row["name"] || float64(h.ID) != row["id"] || !same(fields, row["fields"]) {
			t.Errorf("%v is read as %s %d %v %v", row, name, h.ID, fields, broken)
		}
	}
}

func TestHelloIsWrittenAsTheVectorsHaveIt(t *testing.T) {
	for _, row := range rows(t, "frames.json")[:2] {
		b := fromHex(t, row, "hex")
		_, h, _, _ := readFrame(b)
		from := Role(b[HeaderSize+9])
		hello, broken := ReadHello(NewReader(b[HeaderSize:]), from)
		if broken != nil {
			t.Fatal(broken)
		}
		var w Writer
		WriteHello(&w, hello)
		out := make([]byte, HeaderSize)
		PutHeader(out, uint8(Hello), len(w.Buf), h.ID)
		if out = append(out, w.Buf...); !bytes.Equal(out, b) {
			t.Errorf("%x\n%x", out, b)
		}
	}
}
