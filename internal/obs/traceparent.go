package obs

import (
	"encoding/hex"
	"net/http"
	"strings"
)

// TraceID names a trace in all programs that take part in it.
type TraceID [16]byte

// String gives 32 hex digits.
func (t TraceID) String() string { return hex.EncodeToString(t[:]) }

// SpanID names a span of a trace.
type SpanID [8]byte

// String gives 16 hex digits.
func (s SpanID) String() string { return hex.EncodeToString(s[:]) }

// remote is what a caller says of the trace that its request belongs to.
type remote struct {
	known   bool
	trace   TraceID
	span    SpanID
	sampled bool
	state   string
}

// maxState bounds what is handed on of a tracestate.
const maxState = 512

// readParent reads the header traceparent (W3C Trace Context, level 1), and tracestate with it. What is not as it should be counts as not
// there: a new trace begins.
func readParent(h http.Header) remote {
	values := h.Values("Traceparent")
	if len(values) != 1 {
		return remote{}
	}
	s := values[0]
	const size = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if len(s) < size || s[2] != '-' || s[35] != '-' || s[52] != '-' || strings.ToLower(s) != s {
		return remote{}
	}
	version, ok := hexByte(s[:2])
	if !ok || version == 0xff || version == 0 && len(s) != size || len(s) > size && s[size] != '-' {
		return remote{}
	}
	r := remote{known: true}
	flags, ok := hexByte(s[53:55])
	_, err1 := hex.Decode(r.trace[:], []byte(s[3:35]))
	_, err2 := hex.Decode(r.span[:], []byte(s[36:52]))
	if !ok || err1 != nil || err2 != nil || r.trace == (TraceID{}) || r.span == (SpanID{}) {
		return remote{}
	}
	r.sampled = flags&1 == 1
	if state := strings.Join(h.Values("Tracestate"), ","); len(state) <= maxState {
		r.state = state
	}
	return r
}

func hexByte(s string) (byte, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 1 {
		return 0, false
	}
	return b[0], true
}
