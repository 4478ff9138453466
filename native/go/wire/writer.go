package wire

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"
)

// Writer encodes values one after another.
type Writer struct {
	Buf []byte
}

func (w *Writer) Raw(b []byte) { w.Buf = append(w.Buf, b...) }

func (w *Writer) Bool(v bool) {
	if v {
		w.Buf = append(w.Buf, 1)
	} else {
		w.Buf = append(w.Buf, 0)
	}
}

func (w *Writer) U8(v uint8)   { w.Buf = append(w.Buf, v) }
func (w *Writer) S8(v int8)    { w.Buf = append(w.Buf, byte(v)) }
func (w *Writer) U16(v uint16) { w.U64(uint64(v)) }
func (w *Writer) S16(v int16)  { w.S64(int64(v)) }
func (w *Writer) U32(v uint32) { w.U64(uint64(v)) }
func (w *Writer) S32(v int32)  { w.S64(int64(v)) }

func (w *Writer) U64(v uint64) {
	for v >= 0x80 {
		w.Buf = append(w.Buf, byte(v)|0x80)
		v >>= 7
	}
	w.Buf = append(w.Buf, byte(v))
}

func (w *Writer) S64(v int64) {
	for v < -64 || v > 63 {
		w.Buf = append(w.Buf, byte(v)|0x80)
		v >>= 7
	}
	w.Buf = append(w.Buf, byte(v)&0x7f)
}

// F32 writes every NaN as the one canonical NaN.
func (w *Writer) F32(v float32) {
	bits := math.Float32bits(v)
	if v != v {
		bits = canonicalNaN32
	}
	w.Buf = binary.LittleEndian.AppendUint32(w.Buf, bits)
}

// F64 writes every NaN as the one canonical NaN.
func (w *Writer) F64(v float64) {
	bits := math.Float64bits(v)
	if v != v {
		bits = canonicalNaN64
	}
	w.Buf = binary.LittleEndian.AppendUint64(w.Buf, bits)
}

const (
	canonicalNaN32 = 0x7fc0_0000
	canonicalNaN64 = 0x7ff8_0000_0000_0000
)

// Char writes a scalar value; what is none becomes U+FFFD.
func (w *Writer) Char(v rune) { w.Buf = utf8.AppendRune(w.Buf, v) }

// String writes text; bytes that are no UTF-8 become U+FFFD.
func (w *Writer) String(v string) {
	if !utf8.ValidString(v) {
		v = strings.ToValidUTF8(v, "\ufffd")
	}
	w.U64(uint64(len(v)))
	w.Buf = append(w.Buf, v...)
}

// Bytes writes a list<u8>.
func (w *Writer) Bytes(v []byte) {
	w.U64(uint64(len(v)))
	w.Buf = append(w.Buf, v...)
}

// Count writes how many elements follow.
func (w *Writer) Count(n int) { w.U64(uint64(n)) }

// Flags writes n flags, the first in the lowest bit. Bits that are no flag's are left out.
func (w *Writer) Flags(v uint64, n int) {
	if n < 64 {
		v &= 1<<n - 1
	}
	for size := (n + 7) / 8; size > 0; size-- {
		w.Buf = append(w.Buf, byte(v))
		v >>= 8
	}
}

// CutText cuts a text to at most limit bytes, between two characters.
func CutText(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
