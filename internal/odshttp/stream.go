package odshttp

import (
	"context"
	"fmt"
	"iter"
	"runtime/debug"
	"time"
)

// firstByte is how long a file waits for its first row before it sends what stands before the rows. Until then a failure is
// answered as an error; from then on it can only break the answer off.
const firstByte = 150 * time.Millisecond

// Bounded gives a request that is no file its deadline; 0 is none.
func Bounded(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}

// First is a stream of rows whose first row is on its way.
type First[T any] struct {
	ready    chan struct{}
	next     func() (T, error, bool)
	stop     func()
	value    T
	err      error
	ok       bool
	panicked error
}

// PullFirst asks for the first row in the background. cancel gives up the work that makes the rows.
func PullFirst[T any](stream iter.Seq2[T, error], cancel func()) *First[T] {
	next, stop := iter.Pull2(stream)
	f := &First[T]{ready: make(chan struct{}), next: next}
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
		f.value, f.err, f.ok = next()
	}()
	return f
}

// Stop gives the work up and waits for its end. It must be called, also after the last row.
func (f *First[T]) Stop() { f.stop() }

// Soon waits for the first row, or for a failure instead of it, but not so long that a client would wonder: nil then too.
func (f *First[T]) Soon() error {
	late := time.NewTimer(firstByte)
	defer late.Stop()
	select {
	case <-f.ready:
		return f.wait()
	case <-late.C:
		return nil
	}
}

func (f *First[T]) wait() error {
	<-f.ready
	if f.panicked != nil {
		panic(f.panicked)
	}
	return f.err
}

// All gives the whole stream. Its rows are valid until the next one.
func (f *First[T]) All() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		_ = f.wait() // the error is the first of the stream
		for value, err, ok := f.value, f.err, f.ok; ok; value, err, ok = f.next() {
			if !yield(value, err) {
				return
			}
		}
	}
}
