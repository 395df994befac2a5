// Package obs is how operators see what boamp does: logs without secrets, metrics for Prometheus, traces for OpenTelemetry, and the
// private listener on which metrics and profiles stand. Each is a value that is handed on; nothing is registered anywhere by itself.
package obs

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// LogFormats are the forms of a log.
func LogFormats() []string { return []string{"json", "text"} }

// LogLevels are the levels from which on something is logged, from the talkative to the silent.
func LogLevels() []string { return []string{"debug", "info", "warn", "error"} }

// Logger makes a log on w. Secrets never reach it, see Redact: neither in messages nor in attributes, whatever writes them. An unknown
// format or level is Invalid.
func Logger(w io.Writer, format, level string) (*slog.Logger, error) {
	var least slog.Level
	switch level {
	case "debug", "info", "warn", "error":
		_ = least.UnmarshalText([]byte(level)) // these are its names
	default:
		return nil, fault.New(fault.Invalid, "%q is none of %s", level, strings.Join(LogLevels(), ", ")).At("--log-level")
	}
	opts := &slog.HandlerOptions{Level: least, ReplaceAttr: clean}
	switch format {
	case "json":
		return slog.New(traced{slog.NewJSONHandler(w, opts)}), nil
	case "text":
		return slog.New(traced{slog.NewTextHandler(w, opts)}), nil
	}
	return nil, fault.New(fault.Invalid, "%q is none of %s", format, strings.Join(LogFormats(), ", ")).At("--log-format")
}

// clean masks secrets in an attribute. The message is one, too.
func clean(_ []string, a slog.Attr) slog.Attr {
	if secretKey(a.Key) {
		return slog.String(a.Key, Mask)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Redact(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case nil, *slog.Source:
		case slog.Level: // of each line
			a.Value = slog.StringValue(v.String())
		case error:
			a.Value = slog.StringValue(Redact(v.Error()))
		case http.Header:
			h := http.Header{}
			for name, values := range v {
				if h[name] = values; secretKey(name) {
					h[name] = []string{Mask}
				}
			}
			a.Value = slog.StringValue(Redact(fmt.Sprint(h)))
		default: // a list, say: written as text, because inside of it nothing could be masked
			a.Value = slog.StringValue(Redact(fmt.Sprint(v)))
		}
	}
	return a
}

// traced adds to each line the trace that it belongs to.
type traced struct{ slog.Handler }

// Handle implements slog.Handler.
func (h traced) Handle(ctx context.Context, r slog.Record) error {
	if s := SpanOf(ctx); s != nil {
		r.AddAttrs(slog.String("trace_id", s.trace.String()))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{h.Handler.WithAttrs(attrs)} }

// WithGroup implements slog.Handler.
func (h traced) WithGroup(name string) slog.Handler { return traced{h.Handler.WithGroup(name)} }
