package search

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/store"
)

// line is a line of chunks that workers encode at the same time. What comes out is written in order by the goroutine that owns the line; no more than
// a few chunks are under way, so that a slow reader holds up the work instead of filling the memory.
type line struct {
	enc   export.Splitter
	most  int // chunks under way
	queue []*job
	free  []export.Piece
	todo  chan *job // nil until there is something to do
	wait  sync.WaitGroup
	over  atomic.Bool // nobody wants the rest
}

// job is a chunk under way.
type job struct {
	chunk    store.Chunk
	piece    export.Piece
	done     chan struct{}
	err      error
	panicked any
}

func newLine() *line { return &line{most: 2*runtime.GOMAXPROCS(0) + 1} }

// ready writes what is finished, and waits until there is room for another chunk.
func (l *line) ready() error {
	for len(l.queue) > 0 {
		select {
		case <-l.queue[0].done:
		default:
			return l.drain(l.most - 1)
		}
		if err := l.write(); err != nil {
			return err
		}
	}
	return nil
}

// drain writes the oldest chunks until only some are under way.
func (l *line) drain(left int) error {
	for len(l.queue) > left {
		<-l.queue[0].done
		if err := l.write(); err != nil {
			return err
		}
	}
	return nil
}

// write writes the oldest chunk, which is finished.
func (l *line) write() error {
	j := l.queue[0]
	l.queue = l.queue[1:]
	if j.panicked != nil {
		panic(j.panicked)
	}
	if j.err != nil {
		return j.err
	}
	if err := l.enc.Add(j.piece); err != nil {
		return err
	}
	l.free = append(l.free, j.piece)
	return nil
}

// begin hands a chunk to the workers. It reports false when the encoder wants its rows one by one; then nothing is under way.
func (l *line) begin(c store.Chunk) bool {
	j := &job{chunk: c, done: make(chan struct{})}
	if n := len(l.free); n > 0 {
		j.piece, l.free = l.free[n-1], l.free[:n-1]
	} else if j.piece = l.enc.Piece(); j.piece == nil {
		return false
	}
	if l.todo == nil {
		l.todo = make(chan *job, l.most)
		for range runtime.GOMAXPROCS(0) {
			l.wait.Go(l.work)
		}
	}
	l.queue = append(l.queue, j)
	l.todo <- j
	return true
}

func (l *line) work() {
	for j := range l.todo {
		l.do(j)
		close(j.done)
	}
}

// do encodes a chunk. A panic is kept for the goroutine that owns the line: it belongs to a request, not to the process.
func (l *line) do(j *job) {
	defer func() {
		if p := recover(); p != nil {
			j.panicked = fmt.Errorf("%v\n%s", p, debug.Stack())
		}
	}()
	for row, err := range j.chunk.Rows() {
		if err == nil && !l.over.Load() {
			err = j.piece.Row(row)
		}
		if j.err = err; err != nil || l.over.Load() {
			return
		}
	}
}

// stop gives up what is under way and waits for its end.
func (l *line) stop() {
	l.over.Store(true)
	if l.todo != nil {
		close(l.todo)
		l.wait.Wait()
	}
}
