package plugin

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/hatchway/hatchway/native/go/wire"
)

// Writer writes the values of one message. It is for generated code.
type Writer struct {
	wire.Writer
	session *session
	moves   moves
	streams []introduced
	// Whose message it is.
	instance *Instance
	err      error
}

func (w *Writer) reset(s *session, instance *Instance) {
	if cap(w.Buf) > maxPooled {
		w.Buf = nil
	}
	w.Buf, w.session, w.instance, w.moves, w.streams, w.err = w.Buf[:0], s, instance, moves{}, nil, nil
}

// maxPooled is the longest buffer that is kept for the next message.
const maxPooled = 1 << 20

// Fail says that a value cannot be written: the message is not sent.
func (w *Writer) Fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// Case writes the case of an enum, which must be one of n.
func (w *Writer) Case(name string, index uint32, n uint32) {
	if index >= n {
		w.Fail(fmt.Errorf("%d is no case of %s", index, name))
	}
	w.U32(index)
}

// NoCase says that a value is no case of a variant.
func (w *Writer) NoCase(name string, value any) {
	if value == nil {
		w.Fail(fmt.Errorf("nil is no case of %s", name))
		return
	}
	w.Fail(fmt.Errorf("a %T is no case of %s: its cases are values, not pointers", value, name))
}

// CaseName is the name of a case of an enum.
func CaseName(index uint32, names ...string) string {
	if int64(index) < int64(len(names)) {
		return names[index]
	}
	return fmt.Sprintf("case %d", index)
}

// FlagNames are the names of the flags that are set.
func FlagNames(bits uint64, names ...string) string {
	set := []string{}
	for i, name := range names {
		if bits>>i&1 == 1 {
			set = append(set, name)
		}
	}
	return "{" + strings.Join(set, ", ") + "}"
}

// Reader reads the values of one message. It is for generated code.
type Reader struct {
	wire.Reader
	session *session
	moves   moves
	streams []introduced
	// A rule of the protocol that the message breaks, besides being malformed.
	broken *wire.Violation
}

func (r *Reader) start(s *session, b []byte) {
	r.Reader.Start(b)
	r.session, r.moves, r.streams, r.broken = s, moves{}, nil, nil
}

// Result is a WIT result that is not that of a function: Ok, or Err where Failed is true. A side without a type is struct{}.
type Result[T, E any] struct {
	Failed bool
	Ok     T
	Err    E
}

// Some gives a pointer to a value, for an option<T> that has one.
func Some[T any](value T) *T { return &value }

func WriteList[T any](w *Writer, list []T, one func(*Writer, T)) {
	w.Count(len(list))
	for _, it := range list {
		one(w, it)
	}
}

func ReadList[T any](r *Reader, one func(*Reader) T) []T {
	var zero T
	n := r.Count(int(unsafe.Sizeof(zero)))
	list := make([]T, 0, n)
	for i := 0; i < n && r.Err() == nil; i++ {
		list = append(list, one(r))
	}
	return list
}

// WriteArray writes a list of a fixed length.
func WriteArray[T any](w *Writer, list []T, one func(*Writer, T)) {
	for _, it := range list {
		one(w, it)
	}
}

// ReadArray reads a list of a fixed length.
func ReadArray[T any](r *Reader, list []T, one func(*Reader) T) {
	if len(list) > r.Remaining() {
		r.Fail(wire.BadArguments, "a list has more elements than there are bytes")
		return
	}
	for i := range list {
		list[i] = one(r)
	}
}

func WriteMap[K comparable, V any](w *Writer, pairs map[K]V, key func(*Writer, K), value func(*Writer, V)) {
	w.Count(len(pairs))
	for k, v := range pairs {
		key(w, k)
		value(w, v)
	}
}

func ReadMap[K comparable, V any](r *Reader, key func(*Reader) K, value func(*Reader) V) map[K]V {
	var k K
	var v V
	n := r.Count(int(unsafe.Sizeof(k)+unsafe.Sizeof(v)) + 16)
	pairs := make(map[K]V, n)
	for i := 0; i < n && r.Err() == nil; i++ {
		k := key(r)
		if _, twice := pairs[k]; twice {
			r.Fail(wire.BadArguments, "a key is in a map twice")
			return nil
		}
		pairs[k] = value(r)
	}
	return pairs
}

func WriteOption[T any](w *Writer, value *T, one func(*Writer, T)) {
	if value == nil {
		w.U8(0)
		return
	}
	w.U8(1)
	one(w, *value)
}

func ReadOption[T any](r *Reader, one func(*Reader) T) *T {
	if !r.Bool() {
		return nil
	}
	value := one(r)
	return &value
}

// WriteNilable and ReadNilable are options of what is nil where there is none.
func WriteNilable[T any](w *Writer, value T, none bool, one func(*Writer, T)) {
	if none {
		w.U8(0)
		return
	}
	w.U8(1)
	one(w, value)
}

func ReadNilable[T any](r *Reader, one func(*Reader) T) (value T) {
	if r.Bool() {
		value = one(r)
	}
	return value
}

func WriteResult[T, E any](w *Writer, value Result[T, E], ok func(*Writer, T), err func(*Writer, E)) {
	if value.Failed {
		w.U8(1)
		err(w, value.Err)
		return
	}
	w.U8(0)
	ok(w, value.Ok)
}

func ReadResult[T, E any](r *Reader, ok func(*Reader) T, err func(*Reader) E) (value Result[T, E]) {
	if r.Bool() {
		value.Failed = true
		value.Err = err(r)
		return value
	}
	value.Ok = ok(r)
	return value
}

// WriteNothing and ReadNothing are the side of a result that has no type.
func WriteNothing(*Writer, struct{})   {}
func ReadNothing(*Reader) (_ struct{}) { return }

// The primitives, for lists of them and the like.
func WriteBool(w *Writer, v bool)     { w.Bool(v) }
func WriteU8(w *Writer, v uint8)      { w.U8(v) }
func WriteU16(w *Writer, v uint16)    { w.U16(v) }
func WriteU32(w *Writer, v uint32)    { w.U32(v) }
func WriteU64(w *Writer, v uint64)    { w.U64(v) }
func WriteS8(w *Writer, v int8)       { w.S8(v) }
func WriteS16(w *Writer, v int16)     { w.S16(v) }
func WriteS32(w *Writer, v int32)     { w.S32(v) }
func WriteS64(w *Writer, v int64)     { w.S64(v) }
func WriteF32(w *Writer, v float32)   { w.F32(v) }
func WriteF64(w *Writer, v float64)   { w.F64(v) }
func WriteChar(w *Writer, v rune)     { w.Char(v) }
func WriteString(w *Writer, v string) { w.String(v) }
func WriteBytes(w *Writer, v []byte)  { w.Bytes(v) }

func ReadBool(r *Reader) bool     { return r.Bool() }
func ReadU8(r *Reader) uint8      { return r.U8() }
func ReadU16(r *Reader) uint16    { return r.U16() }
func ReadU32(r *Reader) uint32    { return r.U32() }
func ReadU64(r *Reader) uint64    { return r.U64() }
func ReadS8(r *Reader) int8       { return r.S8() }
func ReadS16(r *Reader) int16     { return r.S16() }
func ReadS32(r *Reader) int32     { return r.S32() }
func ReadS64(r *Reader) int64     { return r.S64() }
func ReadF32(r *Reader) float32   { return r.F32() }
func ReadF64(r *Reader) float64   { return r.F64() }
func ReadChar(r *Reader) rune     { return r.Char() }
func ReadString(r *Reader) string { return r.String() }
func ReadBytes(r *Reader) []byte  { return r.Bytes() }
