package change

import (
	"sync"

	"github.com/boamp/boamp/internal/fault"
)

// Signal tells those who wait that the data were committed. It is safe for concurrent use.
type Signal struct {
	most int

	mu      sync.Mutex
	next    chan struct{} // closed by the next Notify
	stopped chan struct{} // closed by Stop
	waiting int
}

// NewSignal makes a signal for so many clients at once.
func NewSignal(most int) *Signal {
	return &Signal{most: most, next: make(chan struct{}), stopped: make(chan struct{})}
}

// Notify wakes all who wait.
func (s *Signal) Notify() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.next)
	s.next = make(chan struct{})
}

// Stop wakes all who wait, and all who will. A second Stop does nothing.
func (s *Signal) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.stopped:
	default:
		close(s.stopped)
	}
}

// Stopped is closed by Stop.
func (s *Signal) Stopped() <-chan struct{} { return s.stopped }

// Changed is closed by the next Notify. Who waits takes it first and looks at the data then, so that no commit is missed.
func (s *Signal) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next
}

// Enter counts one who waits; the caller calls leave. A fault of kind Unavailable when there are too many.
func (s *Signal) Enter() (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting >= s.most {
		return nil, fault.New(fault.Unavailable, "%d clients wait for changes already", s.waiting).WithHint("ask without wait, or again in some seconds")
	}
	s.waiting++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waiting--
	}), nil
}
