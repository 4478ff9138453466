package wire

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"testing"
	"unicode/utf8"
)

// rows of a file of native/vectors.
func rows(t testing.TB, name string) (list []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "vectors", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatal("no rows")
	}
	return list
}

// witType is a type as WIT writes it: values of it are read into, and written from, what JSON has.
type witType struct {
	kind  string
	parts []*witType
	names []string
}

var tokens = regexp.MustCompile(`[\w-]+|[<>{}(),:]`)

func parseType(text string) *witType {
	list := tokens.FindAllString(text, -1)
	next := func() string {
		it := list[0]
		list = list[1:]
		return it
	}
	var one func() *witType
	one = func() *witType {
		it := &witType{kind: next()}
		if len(list) == 0 || list[0] != "<" && list[0] != "{" {
			return it
		}
		for open := next(); list[0] != ">" && list[0] != "}"; {
			if open == "<" {
				it.parts = append(it.parts, one())
			} else {
				it.names = append(it.names, next())
				var part *witType
				if list[0] == ":" || list[0] == "(" {
					paren := next() == "("
					part = one()
					if paren {
						next()
					}
				}
				it.parts = append(it.parts, part)
			}
			if list[0] == "," {
				next()
			}
		}
		next()
		return it
	}
	it := one()
	it.finish()
	return it
}

// finish gives results both their sides.
func (t *witType) finish() {
	if t == nil {
		return
	}
	for _, part := range t.parts {
		part.finish()
	}
	if t.kind == "result" {
		for len(t.parts) < 2 {
			t.parts = append(t.parts, nil)
		}
		for i, part := range t.parts {
			if part != nil && part.kind == "_" {
				t.parts[i] = nil
			}
		}
		t.names = []string{"ok", "err"}
	}
}

func float(v float64) any {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	case v == 0 && math.Signbit(v):
		return "-0"
	}
	return v
}

func (t *witType) read(r *Reader) any {
	switch t.kind {
	case "bool":
		return r.Bool()
	case "u8":
		return float64(r.U8())
	case "s8":
		return float64(r.S8())
	case "u16":
		return float64(r.U16())
	case "s16":
		return float64(r.S16())
	case "u32":
		return float64(r.U32())
	case "s32":
		return float64(r.S32())
	case "u64":
		return strconv.FormatUint(r.U64(), 10)
	case "s64":
		return strconv.FormatInt(r.S64(), 10)
	case "f32":
		return float(float64(r.F32()))
	case "f64":
		return float(r.F64())
	case "char":
		return string(r.Char())
	case "string":
		return r.String()
	case "list":
		if len(t.parts) == 2 {
			n, _ := strconv.Atoi(t.parts[1].kind)
			return t.elements(r, n)
		}
		return t.elements(r, r.Count(1))
	case "map":
		list := []any{}
		known := map[string]bool{}
		for n := r.Count(1); n > 0 && r.Err() == nil; n-- {
			pair := []any{t.parts[0].read(r), t.parts[1].read(r)}
			key := fmt.Sprint(pair[0])
			if known[key] {
				r.Fail(BadArguments, "twice")
			}
			known[key] = true
			list = append(list, pair)
		}
		return list
	case "tuple":
		list := []any{}
		for _, part := range t.parts {
			list = append(list, part.read(r))
		}
		return list
	case "record":
		value := map[string]any{}
		for i, part := range t.parts {
			value[t.names[i]] = part.read(r)
		}
		return value
	case "flags":
		value := map[string]any{}
		bits := r.Flags(len(t.names))
		for i, name := range t.names {
			value[name] = bits>>i&1 == 1
		}
		return value
	case "enum":
		return t.names[r.Case(len(t.names))]
	case "option":
		if r.Bool() {
			return t.parts[0].read(r)
		}
		return nil
	case "variant", "result":
		index := r.Case(len(t.names))
		value := map[string]any{"tag": t.names[index]}
		if t.parts[index] != nil {
			value["val"] = t.parts[index].read(r)
		} else if t.kind == "result" {
			value["val"] = nil
		}
		return value
	}
	panic("no type " + t.kind)
}

func (t *witType) elements(r *Reader, n int) any {
	list := []any{}
	for ; n > 0 && r.Err() == nil; n-- {
		list = append(list, t.parts[0].read(r))
	}
	return list
}

func number(v any) float64 {
	switch v {
	case "NaN":
		return math.NaN()
	case "Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	case "-0":
		return math.Copysign(0, -1)
	}
	return v.(float64)
}

func (t *witType) write(w *Writer, v any) {
	switch t.kind {
	case "bool":
		w.Bool(v.(bool))
	case "u8":
		w.U8(uint8(v.(float64)))
	case "s8":
		w.S8(int8(v.(float64)))
	case "u16":
		w.U16(uint16(v.(float64)))
	case "s16":
		w.S16(int16(v.(float64)))
	case "u32":
		w.U32(uint32(v.(float64)))
	case "s32":
		w.S32(int32(v.(float64)))
	case "u64":
		n, _ := strconv.ParseUint(v.(string), 10, 64)
		w.U64(n)
	case "s64":
		n, _ := strconv.ParseInt(v.(string), 10, 64)
		w.S64(n)
	case "f32":
		w.F32(float32(number(v)))
	case "f64":
		w.F64(number(v))
	case "char":
		letter, _ := utf8.DecodeRuneInString(v.(string))
		w.Char(letter)
	case "string":
		w.String(v.(string))
	case "list":
		if len(t.parts) == 1 {
			w.Count(len(v.([]any)))
		}
		for _, it := range v.([]any) {
			t.parts[0].write(w, it)
		}
	case "map":
		w.Count(len(v.([]any)))
		for _, it := range v.([]any) {
			t.parts[0].write(w, it.([]any)[0])
			t.parts[1].write(w, it.([]any)[1])
		}
	case "tuple":
		for i, part := range t.parts {
			part.write(w, v.([]any)[i])
		}
	case "record":
		for i, part := range t.parts {
			part.write(w, v.(map[string]any)[t.names[i]])
		}
	case "flags":
		bits := uint64(0)
		for i, name := range t.names {
			if v.(map[string]any)[name] == true {
				bits |= 1 << i
			}
		}
		w.Flags(bits, len(t.names))
	case "enum":
		w.U32(uint32(t.index(v.(string))))
	case "option":
		w.Bool(v != nil)
		if v != nil {
			t.parts[0].write(w, v)
		}
	case "variant", "result":
		index := t.index(v.(map[string]any)["tag"].(string))
		w.U32(uint32(index))
		if part := t.parts[index]; part != nil {
			part.write(w, v.(map[string]any)["val"])
		}
	default:
		panic("no type " + t.kind)
	}
}

func (t *witType) index(name string) int {
	for i, it := range t.names {
		if it == name {
			return i
		}
	}
	panic("no case " + name)
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }
