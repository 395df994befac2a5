package duckdb

import (
	"context"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// prepared is a notice made ready to be written.
type prepared struct {
	n      *notice.Notice
	values [][]field.Value // of schema.fields
	words  []string        // of schema.words
	noText []bool          // of schema.words: the field is null
	digest string
	body   []byte
	err    error
}

// prepare makes notices ready in several goroutines. The error is that of the first notice that cannot be stored.
func (s *Store) prepare(notices []*notice.Notice, workers int) ([]prepared, error) {
	list := make([]prepared, len(notices))
	var wait sync.WaitGroup
	workers = min(workers, len(notices))
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(notices); i += workers {
				s.prepareOne(&list[i], notices[i])
			}
		})
	}
	wait.Wait()
	for i := range list {
		if list[i].err != nil {
			return nil, list[i].err
		}
	}
	return list, nil
}

func (s *Store) prepareOne(p *prepared, n *notice.Notice) {
	sc := s.schema
	p.n, p.values = n, store.Values(n, sc.fields)
	if p.err = store.CheckNotice(n, sc.fields, p.values); p.err != nil {
		return
	}
	p.words, p.noText = make([]string, len(sc.words)), make([]bool, len(sc.words))
	for i, f := range sc.words {
		values := f.Get(n)
		p.words[i], p.noText[i] = s.lines[i].of(f, values), len(values) == 0
	}
	if p.body, p.err = s.codec.encode(n); p.err != nil {
		return
	}
	if p.digest = n.Source.Digest; p.digest == "" {
		if p.digest, p.err = notice.Digest(n); p.err != nil {
			p.err = fault.Wrap(fault.Invalid, p.err, "notice %s cannot be stored: %v", n.ID, p.err)
		}
	}
}

// lines remembers the lines of words of a field that has few different values.
type lines struct {
	known atomic.Pointer[map[string]string]
}

const (
	fewLines  = 500 // remembered of a field
	shortLine = 100 // bytes of a value that is remembered
)

func (l *lines) of(f *field.Field, values []field.Value) string {
	if len(values) != 1 || len(values[0].Str) > shortLine {
		return f.Line(values)
	}
	value := values[0].Str
	known := l.known.Load()
	if known != nil {
		if line, ok := (*known)[value]; ok {
			return line
		}
	}
	line := f.Line(values)
	if known == nil || len(*known) < fewLines {
		more := map[string]string{strings.Clone(value): line}
		if known != nil {
			maps.Copy(more, *known)
		}
		l.known.CompareAndSwap(known, &more) // if another was first, this line waits for the next time
	}
	return line
}

// writer appends notices to all tables.
type writer struct {
	schema  *schema
	notices *appender
	side    []*sideTable
	sideOf  []*appender
}

func newWriter(ctx context.Context, c *conn, sc *schema) (*writer, error) {
	w := &writer{schema: sc, side: sideTables()}
	var err error
	if w.notices, err = newAppender(ctx, c, "notices"); err != nil {
		return nil, err
	}
	for _, t := range w.side {
		a, err := newAppender(ctx, c, t.name)
		if err != nil {
			w.close()
			return nil, err
		}
		w.sideOf = append(w.sideOf, a)
	}
	return w, nil
}

// write adds one notice.
func (w *writer) write(ctx context.Context, p *prepared) error {
	a := w.notices
	a.text(p.n.ID)
	a.int32(int32(p.n.Source.Reader))
	a.text(p.digest)
	for i, f := range w.schema.fields {
		a.values(f, p.values[i])
	}
	for i := range w.schema.words {
		if p.noText[i] {
			a.null()
		} else {
			a.text(p.words[i])
		}
	}
	a.blob(p.body)
	if err := a.endRow(ctx); err != nil {
		return err
	}
	for k, t := range w.side {
		for i := range t.count(p.n) {
			w.sideOf[k].text(p.n.ID)
			w.sideOf[k].int32(int32(i + 1))
			t.write(w.sideOf[k], p.n, i)
			if err := w.sideOf[k].endRow(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// values writes the values of a field.
func (a *appender) values(f *field.Field, values []field.Value) {
	switch {
	case len(values) == 0:
		a.null()
	case f.Multi:
		a.list(f.Type, values)
	default:
		s := a.slot()
		a.value(f.Type, s.vector, s.data, a.row, values[0])
	}
}

// list writes the values of a multi-valued field.
func (a *appender) list(t field.Type, values []field.Value) {
	s := a.slot()
	first := s.grow(len(values))
	data := bindings.VectorGetData(s.child)
	for i, v := range values {
		a.value(t, s.child, data, first+i, v)
	}
	s.entry(a.row, first)
}

// value writes one value into a place of a vector.
func (a *appender) value(t field.Type, to bindings.Vector, data unsafe.Pointer, place int, v field.Value) {
	switch t {
	case field.Text:
		bindings.VectorAssignStringElement(to, bindings.IdxT(place), v.Str)
		a.bytes += len(v.Str)
	case field.Date:
		d, _ := notice.ParseDate(v.Str) // store.CheckNotice has seen it
		set(data, place, int32(daysOf(d)))
	case field.DateTime:
		set(data, place, v.Time.UnixMicro())
	case field.Int:
		set(data, place, int64(v.Num))
	case field.Number:
		set(data, place, v.Num+0) // +0 turns -0 into 0
	case field.Bool:
		set(data, place, v.Num != 0)
	}
}

// flush puts what was written into the tables, where the transaction sees it.
func (w *writer) flush(ctx context.Context) error {
	if err := w.notices.flush(ctx); err != nil {
		return err
	}
	for _, a := range w.sideOf {
		if err := a.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// close drops what was not flushed.
func (w *writer) close() {
	w.notices.close()
	for _, a := range w.sideOf {
		a.close()
	}
}
