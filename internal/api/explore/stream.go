package explore

import (
	"fmt"
	"iter"
	"runtime/debug"

	"github.com/boamp/boamp/internal/field"
)

// first is a stream of rows whose first row is on its way.
type first struct {
	ready    chan struct{}
	next     func() ([][]field.Value, error, bool)
	stop     func()
	values   [][]field.Value
	err      error
	ok       bool
	panicked error
}

// pullFirst asks for the first row in the background. stop gives the work up, by cancel, and waits for its end.
func pullFirst(stream iter.Seq2[[][]field.Value, error], cancel func()) *first {
	next, stop := iter.Pull2(stream)
	f := &first{ready: make(chan struct{}), next: next}
	f.stop = func() {
		cancel()
		<-f.ready
		stop()
	}
	go func() {
		defer close(f.ready)
		defer func() {
			if p := recover(); p != nil { // it belongs to the request, not to the process
				f.panicked = fmt.Errorf("%v\n%s", p, debug.Stack())
			}
		}()
		f.values, f.err, f.ok = next()
	}()
	return f
}

// wait waits for the first row, or for a failure instead of it.
func (f *first) wait() error {
	<-f.ready
	if f.panicked != nil {
		panic(f.panicked)
	}
	return f.err
}

// all gives the whole stream. Its rows are valid until the next one.
func (f *first) all() iter.Seq2[[][]field.Value, error] {
	return func(yield func([][]field.Value, error) bool) {
		_ = f.wait() // the error is the first of the stream
		for values, err, ok := f.values, f.err, f.ok; ok; values, err, ok = f.next() {
			if !yield(values, err) {
				return
			}
		}
	}
}
