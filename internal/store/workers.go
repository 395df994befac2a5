package store

import (
	"context"
	"runtime"
)

type workersKey struct{}

// WithWorkers bounds the goroutines that an engine may compute in at once for a change (Put, Commit and what they bring about). A change that
// comes in beside readers takes one and leaves them the other processors; by itself it takes all.
func WithWorkers(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, workersKey{}, n)
}

// Workers is the number of goroutines that may compute, at least one: that of WithWorkers, else one for each processor.
func Workers(ctx context.Context) int {
	if n, ok := ctx.Value(workersKey{}).(int); ok {
		return max(1, n)
	}
	return runtime.GOMAXPROCS(0)
}
