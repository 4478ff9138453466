package wire

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"
)

// Malformed is why bytes are no value of their type. The message that holds them fails; the session goes on.
type Malformed struct {
	// BadArguments, BadHandle or Exhausted.
	Failure Failure
	What    string
}

func (m *Malformed) Error() string { return m.What }

// Reader decodes values one after another. The first that is malformed ends it: what is read after that is zero.
// It bounds what is built of the bytes: about 64 MiB a message, unless Budget says otherwise.
type Reader struct {
	bytes []byte
	at    int
	// Budget is how many bytes of memory values may still take, roughly.
	Budget int
	err    *Malformed
}

// DefaultBudget is how much memory the values of one message may take, roughly, in bytes.
const DefaultBudget = 64 << 20

// NewReader reads values from b, which must not change until they are read.
func NewReader(b []byte) *Reader { return &Reader{bytes: b, Budget: DefaultBudget} }

// Start makes the reader begin anew with other bytes.
func (r *Reader) Start(b []byte) { r.bytes, r.at, r.Budget, r.err = b, 0, DefaultBudget, nil }

// Err is why the bytes are malformed, or nil.
func (r *Reader) Err() error {
	if r.err == nil {
		return nil
	}
	return r.err
}

// Fault is the same, with what kind of failure it is.
func (r *Reader) Fault() *Malformed { return r.err }

// Fail ends the reader.
func (r *Reader) Fail(failure Failure, what string) {
	if r.err == nil {
		r.err = &Malformed{failure, what}
	}
	r.at = len(r.bytes)
}

func (r *Reader) malformed(what string) { r.Fail(BadArguments, what) }

// Remaining is how many bytes are left.
func (r *Reader) Remaining() int { return len(r.bytes) - r.at }

// Finish says that nothing may be left.
func (r *Reader) Finish() error {
	if r.err == nil && r.at != len(r.bytes) {
		r.malformed(fmt.Sprintf("%d bytes are left over", len(r.bytes)-r.at))
	}
	return r.Err()
}

// Charge takes memory from the budget, before it is allocated. False: there is not enough.
func (r *Reader) Charge(bytes int) bool {
	if r.Budget -= bytes; r.Budget < 0 {
		r.Fail(Exhausted, "the values of one message take too much memory")
		return false
	}
	return true
}

// Take gives the next n bytes as they lie there; nil if there are not so many.
func (r *Reader) Take(n int) []byte {
	if n < 0 || n > len(r.bytes)-r.at {
		r.malformed("a value is cut off")
		return nil
	}
	r.at += n
	return r.bytes[r.at-n : r.at : r.at]
}

func (r *Reader) U8() uint8 {
	if r.at >= len(r.bytes) {
		r.malformed("a value is cut off")
		return 0
	}
	r.at++
	return r.bytes[r.at-1]
}

func (r *Reader) S8() int8 { return int8(r.U8()) }

// Bool is 0 or 1; so is what says whether there is a value.
func (r *Reader) Bool() bool {
	b := r.U8()
	if b > 1 {
		r.malformed("a bool is neither 0 nor 1")
	}
	return b == 1
}

func (r *Reader) unsigned(bits uint) uint64 {
	if r.at < len(r.bytes) && r.bytes[r.at] < 0x80 {
		r.at++
		return uint64(r.bytes[r.at-1])
	}
	var value uint64
	for shift := uint(0); ; shift += 7 {
		b := r.U8()
		left := bits - shift
		if left < 7 && b&0x7f>>left != 0 {
			r.malformed("an integer is out of range")
			return 0
		}
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return value
		}
		if left <= 7 {
			r.malformed("an integer has too many bytes")
			return 0
		}
	}
}

func (r *Reader) signed(bits uint) int64 {
	var value int64
	for shift := uint(0); ; shift += 7 {
		b := r.U8()
		left := bits - shift
		if left < 7 {
			// The bits that are not the value's repeat its sign.
			if sign := b & 0x7f >> (left - 1); sign != 0 && sign != 1<<(8-left)-1 {
				r.malformed("an integer is out of range")
				return 0
			}
		}
		value |= int64(b&0x7f) << shift
		if b < 0x80 {
			if shift+7 < 64 && b&0x40 != 0 {
				value |= -1 << (shift + 7)
			}
			return value
		}
		if left <= 7 {
			r.malformed("an integer has too many bytes")
			return 0
		}
	}
}

func (r *Reader) U16() uint16 { return uint16(r.unsigned(16)) }
func (r *Reader) U32() uint32 { return uint32(r.unsigned(32)) }
func (r *Reader) U64() uint64 { return r.unsigned(64) }
func (r *Reader) S16() int16  { return int16(r.signed(16)) }
func (r *Reader) S32() int32  { return int32(r.signed(32)) }
func (r *Reader) S64() int64  { return r.signed(64) }

func (r *Reader) F32() float32 {
	b := r.Take(4)
	if b == nil {
		return 0
	}
	bits := binary.LittleEndian.Uint32(b)
	v := math.Float32frombits(bits)
	if v != v && bits != canonicalNaN32 {
		r.malformed("a NaN is not the canonical one")
	}
	return v
}

func (r *Reader) F64() float64 {
	b := r.Take(8)
	if b == nil {
		return 0
	}
	bits := binary.LittleEndian.Uint64(b)
	v := math.Float64frombits(bits)
	if v != v && bits != canonicalNaN64 {
		r.malformed("a NaN is not the canonical one")
	}
	return v
}

// Char is one scalar value as UTF-8, without a length.
func (r *Reader) Char() rune {
	v, size := utf8.DecodeRune(r.bytes[r.at:])
	if size == 0 {
		r.malformed("a value is cut off")
		return 0
	}
	if v == utf8.RuneError && size == 1 {
		r.malformed("a char is not UTF-8")
		return 0
	}
	r.at += size
	return v
}

func (r *Reader) String() string { return r.text(math.MaxInt32) }

func (r *Reader) text(limit uint32) string {
	length := r.U32()
	if length > limit {
		r.malformed("a string is too long")
		return ""
	}
	b := r.Take(int(length))
	if len(b) == 0 {
		return ""
	}
	if !utf8.Valid(b) {
		r.malformed("a string is not UTF-8")
		return ""
	}
	if !r.Charge(len(b)) {
		return ""
	}
	return string(b)
}

// Text is a string of at most limit bytes.
func (r *Reader) Text(limit int) string { return r.text(uint32(limit)) }

// Bytes is a list<u8>, copied.
func (r *Reader) Bytes() []byte {
	n := r.Count(1)
	b := r.Take(n)
	if b == nil {
		return nil
	}
	return append(make([]byte, 0, n), b...)
}

// Count is how many elements follow, each of which has a byte at least and takes size bytes of memory.
func (r *Reader) Count(size int) int {
	n := r.U32()
	if int64(n) > int64(r.Remaining()) {
		r.malformed("a list has more elements than there are bytes")
		return 0
	}
	if !r.Charge(int(n) * max(size, 1)) {
		return 0
	}
	return int(n)
}

// Case is the index of one of n cases.
func (r *Reader) Case(n int) uint32 {
	index := r.U32()
	if int64(index) >= int64(n) {
		r.malformed("there is no such case")
		return 0
	}
	return index
}

// Flags is n flags, the first in the lowest bit.
func (r *Reader) Flags(n int) uint64 {
	b := r.Take((n + 7) / 8)
	var v uint64
	for i, one := range b {
		v |= uint64(one) << (8 * i)
	}
	if n < 64 && v>>n != 0 {
		r.malformed("flags have bits that are no flag's")
		return 0
	}
	return v
}
