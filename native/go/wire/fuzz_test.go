package wire

import (
	"testing"
)

// The types of the vectors, one for each first byte.
func fuzzTypes(t testing.TB) (types []*witType, index map[string]int) {
	index = map[string]int{}
	for _, row := range rows(t, "values.json") {
		text := row["type"].(string)
		if _, known := index[text]; !known {
			index[text] = len(types)
			types = append(types, parseType(text))
		}
	}
	return types, index
}

// What is read is what is written of it, whatever the bytes are.
func FuzzValues(f *testing.F) {
	types, index := fuzzTypes(f)
	for _, row := range rows(f, "values.json") {
		f.Add(append([]byte{byte(index[row["type"].(string)])}, fromHex(f, row, "hex", "malformed")...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		typ := types[int(b[0])%len(types)]
		r := NewReader(b[1:])
		value := typ.read(r)
		if r.Finish() != nil {
			return
		}
		var w Writer
		typ.write(&w, value)
		again := NewReader(w.Buf)
		if back := typ.read(again); again.Finish() != nil || !same(back, value) {
			t.Errorf("%s: %x is %v, and written %x, which is %v", typ.kind, b[1:], value, w.Buf, back)
		}
		if len(w.Buf) > len(b)-1 {
			t.Errorf("%x was written longer: %x", b[1:], w.Buf)
		}
	})
}

// A frame is judged or read, whatever the bytes are.
func FuzzFrames(f *testing.F) {
	for _, row := range rows(f, "frames.json") {
		f.Add(fromHex(f, row, "hex"))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) >= HeaderSize {
			_, h, _, broken := readFrame(b)
			if broken != nil || HeaderSize+h.Length > len(b) {
				return
			}
			b = b[HeaderSize+h.Length:]
		}
	})
}

func TestMemoryIsBoundedBeforeItIsTaken(t *testing.T) {
	// 16 MiB of empty strings would be 16 times as much in Go.
	b := make([]byte, 16<<20)
	var w Writer
	w.Count(len(b) - 8)
	r := NewReader(append(w.Buf, b...))
	if r.Count(16) != 0 || r.Fault() == nil || r.Fault().Failure != Exhausted {
		t.Error("it was not refused")
	}
	short := NewReader([]byte{0xff, 0xff, 0xff, 0xff, 0x0f})
	if short.Count(1) != 0 || short.Fault() == nil || short.Fault().Failure != BadArguments {
		t.Error("a count was believed")
	}
}
