package plugin

import (
	"context"
	"log"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"github.com/hatchway/hatchway/native/go/wire"
)

// level of a record on the wire.
type level uint8

const (
	levelTrace level = iota
	levelDebug
	levelInfo
	levelWarn
	levelError
)

// Bytes of the texts of a record; what is longer is cut. More fields are left out.
const (
	maxTarget  = 256
	maxMessage = 4096
	maxField   = 1024
	maxFields  = 32
)

// log sends a record to the host, or drops and counts it where the host does not keep up.
func (s *session) log(instance uint32, l level, at time.Time, target, message string, fields [][2]string) {
	if len(fields) > maxFields {
		fields = fields[:maxFields]
	}
	s.mu.Lock()
	// Half of the window is for calls.
	if s.over || s.peer == nil || len(s.out.waiting) > 0 || s.out.credit*2 <= int64(s.peer.Limits.Window) {
		s.logsDropped++
		s.mu.Unlock()
		return
	}
	var w wire.Writer
	w.U32(instance)
	w.U8(uint8(l))
	w.U64(uint64(max(0, at.UnixMilli())))
	w.U32(s.logsDropped)
	w.String(wire.CutText(target, maxTarget))
	w.String(wire.CutText(message, maxMessage))
	w.Count(len(fields))
	for _, field := range fields {
		w.String(wire.CutText(field[0], maxTarget))
		w.String(wire.CutText(field[1], maxField))
	}
	s.logsDropped = 0
	s.out.message(wire.Log, 0, w.Buf, nil, nil)
	s.mu.Unlock()
	// At once: it may be the last that is heard of the program.
	s.flush()
}

// handler sends what the program logs to the host.
type handler struct {
	s      *session
	prefix string
	fields [][2]string
}

func (h *handler) Enabled(context.Context, slog.Level) bool { return true }

func (h *handler) Handle(ctx context.Context, record slog.Record) error {
	fields := append([][2]string(nil), h.fields...)
	record.Attrs(func(attr slog.Attr) bool {
		fields = appendField(fields, h.prefix, attr)
		return len(fields) <= maxFields
	})
	instance := uint32(0)
	if i := InstanceOf(ctx); i != nil {
		instance = i.ID
	}
	h.s.log(instance, levelOf(record.Level), record.Time, targetOf(record.PC), record.Message, fields)
	return nil
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	fields := append([][2]string(nil), h.fields...)
	for _, attr := range attrs {
		fields = appendField(fields, h.prefix, attr)
	}
	return &handler{h.s, h.prefix, fields}
}

func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &handler{h.s, h.prefix + name + ".", h.fields}
}

func appendField(fields [][2]string, prefix string, attr slog.Attr) [][2]string {
	value := attr.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if attr.Key != "" {
			prefix += attr.Key + "."
		}
		for _, one := range value.Group() {
			fields = appendField(fields, prefix, one)
		}
		return fields
	}
	if attr.Key == "" {
		return fields
	}
	return append(fields, [2]string{prefix + attr.Key, value.String()})
}

func levelOf(l slog.Level) level {
	switch {
	case l < slog.LevelDebug:
		return levelTrace
	case l < slog.LevelInfo:
		return levelDebug
	case l < slog.LevelWarn:
		return levelInfo
	case l < slog.LevelError:
		return levelWarn
	}
	return levelError
}

// targetOf is the package that logs.
func targetOf(pc uintptr) string {
	if pc == 0 {
		return ""
	}
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	slash := strings.LastIndexByte(frame.Function, '/') + 1
	if dot := strings.IndexByte(frame.Function[slash:], '.'); dot >= 0 {
		return frame.Function[:slash+dot]
	}
	return frame.Function
}

// routeLogs makes log and log/slog write to the host's log.
func (s *session) routeLogs() {
	slog.SetDefault(slog.New(&handler{s: s}))
	// The host knows when it was, and where that is shown is its own decision.
	log.SetFlags(log.Flags() &^ (log.Ldate | log.Ltime | log.Lmicroseconds))
}
