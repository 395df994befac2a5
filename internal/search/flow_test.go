package search_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

var number = &field.Field{Name: "n", Type: field.Int}

// chunked is a view of numbers in chunks.
type chunked struct {
	store.View
	count  int
	cut    atomic.Int64 // rows in chunks so far
	read   atomic.Int64 // rows read so far
	at     int          // of the row at which
	err    error        // this happens
	panics bool
}

func (v *chunked) Chunks(ctx context.Context, _ query.Query, _ []*field.Field, size func() int) iter.Seq2[store.Chunk, error] {
	return func(yield func(store.Chunk, error) bool) {
		for from := 0; from < v.count; {
			to := min(v.count, from+size())
			v.cut.Add(int64(to - from))
			if !yield(span{ctx, v, from, to}, nil) {
				return
			}
			from = to
		}
	}
}

type span struct {
	ctx      context.Context
	v        *chunked
	from, to int
}

func (s span) Rows() iter.Seq2[[][]field.Value, error] {
	return func(yield func([][]field.Value, error) bool) {
		if s.from/32%3 == 0 {
			time.Sleep(time.Microsecond) // chunks end in another order than they began
		}
		for i := s.from; i < s.to; i++ {
			err := s.ctx.Err()
			if i == s.v.at && err == nil {
				err = s.v.err
				if s.v.panics {
					panic("a field")
				}
			}
			s.v.read.Add(1)
			if !yield([][]field.Value{{field.Num(float64(i))}}, err) || err != nil {
				return
			}
		}
	}
}

func flow(v store.View, w io.Writer, name string) error {
	return flowing(context.Background(), v, w, name)
}

func flowing(ctx context.Context, v store.View, w io.Writer, name string) error {
	format, err := export.Find(export.Formats(), name)
	if err != nil {
		return err
	}
	f := search.NewFlow(ctx, v, query.Table{Columns: []*field.Field{number}, Limit: -1})
	var enc export.Encoder
	err = f.Encode(f.Pieces(), func() (export.Encoder, error) {
		enc = format.New(w, export.Options{})
		return enc, enc.Begin([]*field.Field{number})
	})
	if err != nil {
		return err
	}
	return enc.End()
}

func TestFlowOrder(t *testing.T) {
	for _, count := range []int{0, 1, 31, 32, 33, 5000, 100_000} {
		var want, got strings.Builder
		want.WriteString("n\n")
		for i := range count {
			fmt.Fprintln(&want, i)
		}
		if err := flow(&chunked{count: count, at: -1}, &got, "csv"); err != nil || got.String() != want.String() {
			t.Errorf("%d rows: %v, %d bytes, want %d", count, err, got.Len(), want.Len())
		}
	}
}

// TestFlowFails: an error and a panic of a worker, and an error of the writer come out where the file is made, what stands before them is written,
// and the work has ended.
func TestFlowFails(t *testing.T) {
	broken := errors.New("broken")
	v := &chunked{count: 1_000_000, at: 50_000, err: broken}
	var out strings.Builder
	if err := flow(v, &out, "csv"); !errors.Is(err, broken) {
		t.Error(err)
	}
	ended(t, v)
	if out.Len() < 100 || strings.Contains(out.String(), "\n50000\n") {
		t.Errorf("%d bytes are written", out.Len())
	}
	v = &chunked{count: 1_000_000, at: 50_000, panics: true}
	func() {
		defer func() {
			if p := recover(); p == nil || !strings.Contains(fmt.Sprint(p), "a field") {
				t.Errorf("recovered %v", p)
			}
		}()
		_ = flow(v, io.Discard, "jsonl")
		t.Error("no panic")
	}()
	ended(t, v)
	v = &chunked{count: 1_000_000, at: -1}
	if err := flow(v, full{}, "csv"); !errors.Is(err, errFull) {
		t.Error(err)
	}
	ended(t, v)
	ctx, cancel := context.WithCancel(context.Background())
	v = &chunked{count: 100_000_000, at: -1}
	if err := flowing(ctx, v, writer(func(b []byte) (int, error) { cancel(); return len(b), nil }), "csv"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ended(t, v)
}

// ended holds that nobody reads any more, and that not all was read.
func ended(t *testing.T, v *chunked) {
	t.Helper()
	n := v.read.Load()
	time.Sleep(5 * time.Millisecond)
	if m := v.read.Load(); m != n || n == int64(v.count) {
		t.Errorf("%d rows were read, then %d", n, m)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

type writer func(b []byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

// TestFlowWaits: nothing is made ahead of a reader who does not read, but some chunks.
func TestFlowWaits(t *testing.T) {
	v := &chunked{count: 10_000_000, at: -1}
	stuck, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	done := make(chan error)
	go func() {
		done <- flow(v, writer(func(b []byte) (int, error) {
			once.Do(func() { close(stuck) })
			<-goOn
			return 0, errFull
		}), "csv")
	}()
	<-stuck
	if n := v.cut.Load(); n > 500_000 {
		t.Errorf("%d rows are cut while nobody reads", n)
	}
	close(goOn)
	if err := <-done; !errors.Is(err, errFull) {
		t.Error(err)
	}
}
