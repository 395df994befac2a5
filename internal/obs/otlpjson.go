package obs

import (
	"strconv"
	"time"
)

// The JSON form of OTLP (opentelemetry-proto, trace.proto and its JSON mapping): names in camel case, identifiers in hexadecimal, whole
// numbers of 64 bits as text, enumerations as numbers.

type tracesData struct {
	ResourceSpans []resourceSpans `json:"resourceSpans"`
}

type resourceSpans struct {
	Resource   resource     `json:"resource"`
	ScopeSpans []scopeSpans `json:"scopeSpans"`
}

type resource struct {
	Attributes []keyValue `json:"attributes"`
}

type scopeSpans struct {
	Scope scope      `json:"scope"`
	Spans []spanJSON `json:"spans"`
}

type scope struct {
	Name string `json:"name"`
}

type spanJSON struct {
	TraceID      string     `json:"traceId"`
	SpanID       string     `json:"spanId"`
	TraceState   string     `json:"traceState,omitempty"`
	ParentSpanID string     `json:"parentSpanId,omitempty"`
	Flags        uint32     `json:"flags"`
	Name         string     `json:"name"`
	Kind         int        `json:"kind"`
	Start        string     `json:"startTimeUnixNano"`
	End          string     `json:"endTimeUnixNano"`
	Attributes   []keyValue `json:"attributes,omitempty"`
	Status       *status    `json:"status,omitempty"`
}

type keyValue struct {
	Key   string   `json:"key"`
	Value anyValue `json:"value"`
}

type anyValue struct {
	String *string  `json:"stringValue,omitempty"`
	Int    *string  `json:"intValue,omitempty"`
	Double *float64 `json:"doubleValue,omitempty"`
	Bool   *bool    `json:"boolValue,omitempty"`
}

// status of a span that failed: 2 is STATUS_CODE_ERROR.
type status struct {
	Message string `json:"message,omitempty"`
	Code    int    `json:"code"`
}

// Flags of a span, bits 0 to 7 those of the W3C, then whether its parent is of another process.
const (
	flagSampled   = 1
	flagHasRemote = 0x100
	flagIsRemote  = 0x200
)

func encodeSpans(res []Attr, spans []*Span) tracesData {
	list := make([]spanJSON, len(spans))
	for i, s := range spans {
		list[i] = s.json()
	}
	return tracesData{[]resourceSpans{{resource{encodeAttrs(res)}, []scopeSpans{{scope{"boamp"}, list}}}}}
}

func (s *Span) json() spanJSON {
	j := spanJSON{
		TraceID: s.trace.String(), SpanID: s.id.String(), TraceState: s.state, Flags: flagSampled | flagHasRemote, Name: s.name, Kind: int(s.kind),
		Start: nanoseconds(s.start), End: nanoseconds(s.end), Attributes: encodeAttrs(s.attrs),
	}
	if s.parent != (SpanID{}) {
		j.ParentSpanID = s.parent.String()
	}
	if s.remote {
		j.Flags |= flagIsRemote
	}
	if s.failed {
		j.Status = &status{Redact(s.failure), 2}
	}
	return j
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func encodeAttrs(attrs []Attr) []keyValue {
	list := make([]keyValue, 0, len(attrs))
	for _, a := range attrs {
		v := anyValue{}
		switch x := a.Value.(type) {
		case string:
			x = Redact(x)
			v.String = &x
		case int64:
			text := strconv.FormatInt(x, 10)
			v.Int = &text
		case float64:
			v.Double = &x
		case bool:
			v.Bool = &x
		default:
			continue // Attr says what it takes
		}
		list = append(list, keyValue{a.Key, v})
	}
	return list
}
