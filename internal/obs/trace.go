package obs

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"
)

// Attr is an attribute of a span: a string, an int64, a float64 or a bool.
type Attr struct {
	Key   string
	Value any
}

// Kind says which side of a call a span is. The numbers are those of OpenTelemetry.
type Kind int

// Kinds of spans.
const (
	Inside Kind = 1 // within the program
	Server Kind = 2 // a request that it answers
	Client Kind = 3 // a call that it makes, to the database too
)

// Tracer makes spans and hands those that are to be kept to an exporter. A nil Tracer makes none.
type Tracer struct {
	Ratio  float64 // of the traces that begin here, those that are kept: 0 to 1
	Export func(s *Span)
	Now    func() time.Time
}

// Span is one piece of work, with a beginning and an end. A nil Span takes everything and does nothing: so is the work of a trace that
// is not kept. A span is for one goroutine until its End.
type Span struct {
	trace    TraceID
	id       SpanID
	parent   SpanID // zero for the first of its trace
	state    string // tracestate of the caller, unchanged
	name     string
	kind     Kind
	start    time.Time
	end      time.Time
	attrs    []Attr
	failure  string // message; "" for none
	failed   bool
	remote   bool // parent is of another process
	tracer   *Tracer
	children int // begun so far, see maxChildren
	mu       sync.Mutex
}

// maxChildren bounds the spans below one span: an import of ten thousand statements is not traced statement by statement to its end.
const maxChildren = 200

type spanKey struct{}
type tracerKey struct{}

// WithTracer gives a context in which Start begins a trace of its own where there is none.
func WithTracer(ctx context.Context, t *Tracer) context.Context {
	if t == nil {
		return ctx
	}
	return context.WithValue(ctx, tracerKey{}, t)
}

func spanOf(ctx context.Context) *Span {
	s, _ := ctx.Value(spanKey{}).(*Span)
	return s
}

// SpanOf is the span that ctx belongs to; nil when it is not traced.
func SpanOf(ctx context.Context) *Span {
	if s := spanOf(ctx); s != unsampled {
		return s
	}
	return nil
}

// Start begins a piece of work below that of ctx, or of a new trace when ctx has a tracer and no span. It costs a look into ctx when nothing
// is traced.
func Start(ctx context.Context, name string, kind Kind, attrs ...Attr) (context.Context, *Span) {
	parent := spanOf(ctx)
	if parent == nil {
		t, _ := ctx.Value(tracerKey{}).(*Tracer)
		return t.begin(ctx, remote{}, name, kind, attrs)
	}
	if parent == unsampled || !parent.mayHaveChild() {
		return ctx, nil
	}
	s := parent.child(name, kind, parent.tracer.Now(), attrs)
	return context.WithValue(ctx, spanKey{}, s), s
}

// unsampled marks a context whose trace is not kept, so that no work below it begins one.
var unsampled = &Span{}

func (s *Span) mayHaveChild() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.children++
	return s.children <= maxChildren
}

func (s *Span) child(name string, kind Kind, start time.Time, attrs []Attr) *Span {
	return &Span{trace: s.trace, id: newSpanID(), parent: s.id, state: s.state, name: name, kind: kind, start: start, attrs: attrs, tracer: s.tracer}
}

// begin begins a span that has no parent in this process.
func (t *Tracer) begin(ctx context.Context, from remote, name string, kind Kind, attrs []Attr) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	s := &Span{trace: from.trace, id: newSpanID(), parent: from.span, state: from.state, name: name, kind: kind, start: t.Now(), attrs: attrs, remote: from.known, tracer: t}
	keep := from.sampled
	if !from.known {
		s.trace = newTraceID()
		keep = s.trace.below(t.Ratio)
	}
	if !keep {
		return context.WithValue(ctx, spanKey{}, unsampled), nil
	}
	return context.WithValue(ctx, spanKey{}, s), s
}

// Name says what the work is.
func (s *Span) Name() string { return s.name }

// Done adds work that was measured otherwise and has ended.
func (s *Span) Done(name string, kind Kind, start, end time.Time, attrs ...Attr) {
	if s == nil || !s.mayHaveChild() {
		return
	}
	c := s.child(name, kind, start, attrs)
	c.end = end
	s.tracer.Export(c)
}

// Set adds attributes.
func (s *Span) Set(attrs ...Attr) {
	if s != nil {
		s.attrs = append(s.attrs, attrs...)
	}
}

// Fail says that the work failed. The message must not hold what a client asked for.
func (s *Span) Fail(message string) {
	if s != nil {
		s.failed, s.failure = true, message
	}
}

// End ends the work. A second End does nothing.
func (s *Span) End() {
	if s == nil || !s.end.IsZero() {
		return
	}
	s.end = s.tracer.Now()
	s.tracer.Export(s)
}

// below reports whether a trace belongs to the given part of all, as OpenTelemetry samples by ratio: all processes decide alike.
func (t TraceID) below(ratio float64) bool {
	if ratio >= 1 {
		return true
	}
	return float64(binary.BigEndian.Uint64(t[8:])>>1) < ratio*(1<<63)
}

func newTraceID() (id TraceID) {
	for id == (TraceID{}) {
		rand.Read(id[:]) // never fails (crypto/rand)
	}
	return id
}

func newSpanID() (id SpanID) {
	for id == (SpanID{}) {
		rand.Read(id[:])
	}
	return id
}
