package index

import (
	"context"
	"iter"
	"time"

	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// The account of the documents is the store's.

const ofStore = "the ledger is the store's"

// Digest sums up the notices.
func (v *View) Digest(ctx context.Context) (d store.Digest, err error) {
	return askStore(ctx, v, "digest", func(s store.Snapshot) (store.Digest, error) { return s.Digest(ctx) })
}

// Edition gives the newest line of each origin of an edition.
func (v *View) Edition(ctx context.Context, source, edition string) (map[string]ledger.Line, error) {
	return askStore(ctx, v, "ledger", func(s store.Snapshot) (map[string]ledger.Line, error) { return s.Edition(ctx, source, edition) })
}

// Known finds documents by their bytes.
func (v *View) Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error) {
	return askStore(ctx, v, "ledger", func(s store.Snapshot) (map[string]ledger.Line, error) { return s.Known(ctx, hashes) })
}

// About lists the lines that name a notice.
func (v *View) About(ctx context.Context, id string) ([]ledger.Line, error) {
	return askStore(ctx, v, "ledger", func(s store.Snapshot) ([]ledger.Line, error) { return s.About(ctx, id) })
}

// askStore has the store answer a question that has one answer.
func askStore[T any](ctx context.Context, v *View, what string, ask func(s store.Snapshot) (T, error)) (answer T, err error) {
	if err := v.usable(ctx); err != nil {
		return answer, err
	}
	begun := time.Now()
	s, back, err := v.fromStore(ctx)
	if err != nil {
		return answer, err
	}
	defer back()
	answer, err = ask(s)
	v.step(what, "store", ofStore, begun)
	return answer, err
}

// Ledger streams the ledger lines.
func (v *View) Ledger(ctx context.Context, from int64) iter.Seq2[ledger.Line, error] {
	return v.lines(ctx, func(s store.Snapshot) iter.Seq2[ledger.Line, error] { return s.Ledger(ctx, from) })
}

// Aside streams the lines of documents that are set aside.
func (v *View) Aside(ctx context.Context, reader int) iter.Seq2[ledger.Line, error] {
	return v.lines(ctx, func(s store.Snapshot) iter.Seq2[ledger.Line, error] { return s.Aside(ctx, reader) })
}

func (v *View) lines(ctx context.Context, ask func(s store.Snapshot) iter.Seq2[ledger.Line, error]) iter.Seq2[ledger.Line, error] {
	return func(yield func(ledger.Line, error) bool) {
		if err := v.usable(ctx); err != nil {
			yield(ledger.Line{}, err)
			return
		}
		s, back, err := v.fromStore(ctx)
		if err != nil {
			yield(ledger.Line{}, err)
			return
		}
		defer back()
		v.streaming = true
		defer func() { v.streaming = false }()
		v.step("ledger", "store", ofStore, time.Now())
		for line, err := range ask(s) {
			if !yield(line, err) {
				return
			}
		}
	}
}
