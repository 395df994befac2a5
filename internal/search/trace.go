package search

import (
	"context"
	"slices"
	"sync"

	"github.com/boamp/boamp/internal/store"
)

// Trace remembers how the questions of one request were answered. Views are for one goroutine: Steps is to be called by the one that
// asks them.
type Trace struct {
	mu    sync.Mutex
	views []store.View
}

type traceKey struct{}

// WithTrace gives a context for a request whose views of the notices are traced.
func WithTrace(ctx context.Context) (context.Context, *Trace) {
	t := &Trace{}
	return context.WithValue(ctx, traceKey{}, t), t
}

// Steps lists what was done so far, view by view. Engines that tell nothing have none.
func (t *Trace) Steps() []store.Step {
	t.mu.Lock()
	views := slices.Clone(t.views)
	t.mu.Unlock()
	var steps []store.Step
	for _, v := range views {
		if p, ok := v.(store.Planner); ok {
			steps = append(steps, p.Plan()...)
		}
	}
	return steps
}

// snapshot opens a snapshot and traces it when ctx says so.
func (d *Door) snapshot(ctx context.Context) (store.Snapshot, error) {
	s, err := d.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if t, ok := ctx.Value(traceKey{}).(*Trace); ok {
		t.mu.Lock()
		t.views = append(t.views, s)
		t.mu.Unlock()
	}
	return s, nil
}
