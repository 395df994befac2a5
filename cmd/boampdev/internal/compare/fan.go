package compare

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"
)

// fanBatch records are handed on at once, and fanAhead batches wait for an engine.
const (
	fanBatch = 64
	fanAhead = 8
)

// Load loads engines from one stream, all at once, and gives the time from the beginning to the end of each. The stream goes as fast as
// the slowest takes it.
func Load(ctx context.Context, engines []Engine, records iter.Seq2[*Record, error]) ([]time.Duration, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	took, errs := make([]time.Duration, len(engines)), make([]error, len(engines)+1)
	ways := make([]chan []*Record, len(engines))
	var wait sync.WaitGroup
	start := time.Now()
	for i, e := range engines {
		ways[i] = make(chan []*Record, fanAhead)
		wait.Go(func() {
			if err := e.Load(ctx, received(ctx, ways[i])); err != nil {
				errs[i] = fmt.Errorf("loading %s: %w", e.Name(), err)
				stop()
			}
			took[i] = time.Since(start)
		})
	}
	if errs[len(engines)] = hand(ctx, ways, records); errs[len(engines)] != nil {
		stop() // nobody is to take what came for all
	}
	for _, way := range ways {
		close(way)
	}
	wait.Wait()
	return took, errors.Join(errs...)
}

// hand hands a stream to all.
func hand(ctx context.Context, ways []chan []*Record, records iter.Seq2[*Record, error]) error {
	var batch []*Record
	send := func() error {
		for _, way := range ways {
			select {
			case way <- batch:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		batch = nil
		return nil
	}
	for r, err := range records {
		if err != nil {
			return err
		}
		if batch = append(batch, r); len(batch) == fanBatch {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// received is the stream as an engine sees it; it fails when it ends before its time.
func received(ctx context.Context, way <-chan []*Record) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		for batch := range way {
			for _, r := range batch {
				if !yield(r, nil) {
					return
				}
			}
		}
		if ctx.Err() != nil {
			yield(nil, ctx.Err())
		}
	}
}
