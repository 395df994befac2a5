package memory

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// Digest sums up the notices.
func (s *snapshot) Digest(ctx context.Context) (d store.Digest, err error) {
	if err := s.usable(ctx); err != nil {
		return d, err
	}
	for _, n := range s.state.notices {
		digest := n.Source.Digest
		if digest == "" {
			if digest, err = notice.Digest(n); err != nil {
				return store.Digest{}, err
			}
		}
		d.Add(n.ID, digest)
	}
	return d, ended(ctx)
}

// Ledger streams the ledger lines.
func (s *snapshot) Ledger(ctx context.Context, from int64) iter.Seq2[ledger.Line, error] {
	i, _ := slices.BinarySearchFunc(s.state.ledger, from, func(l ledger.Line, seq int64) int { return cmp.Compare(l.Seq, seq) })
	return s.stream(ctx, s.state.ledger[i:])
}

func (s *snapshot) stream(ctx context.Context, lines []ledger.Line) iter.Seq2[ledger.Line, error] {
	return func(yield func(ledger.Line, error) bool) {
		if err := s.usable(ctx); err != nil {
			yield(ledger.Line{}, err)
			return
		}
		s.streaming = true
		defer func() { s.streaming = false }()
		for _, l := range lines {
			if err := ended(ctx); err != nil {
				yield(ledger.Line{}, err)
				return
			}
			if !yield(l, nil) {
				return
			}
		}
	}
}

// Edition gives the newest line of each origin of an edition.
func (s *snapshot) Edition(ctx context.Context, source, edition string) (map[string]ledger.Line, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	newest := map[string]ledger.Line{}
	for _, l := range s.state.ledger {
		if l.Source == source && l.Edition == edition && l.Outcome != ledger.Derived {
			newest[l.Origin] = l
		}
	}
	return newest, nil
}

// Known finds documents by their bytes.
func (s *snapshot) Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	return s.state.known(hashes), nil
}

// known finds the newest line of each hash that tells of its bytes.
func (st *state) known(hashes []string) map[string]ledger.Line {
	known := map[string]ledger.Line{}
	for _, l := range st.ledger {
		if l.Tells() && slices.Contains(hashes, l.SHA256) {
			known[l.SHA256] = l
		}
	}
	return known
}

// About lists the lines that name a notice.
func (s *snapshot) About(ctx context.Context, id string) (list []ledger.Line, err error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	for _, l := range s.state.ledger {
		if slices.Contains(l.IDs, id) {
			list = append(list, l)
		}
	}
	return list, nil
}

// Aside streams the lines of documents that are set aside.
func (s *snapshot) Aside(ctx context.Context, reader int) iter.Seq2[ledger.Line, error] {
	newest := map[string]ledger.Line{} // by SHA-256
	for _, l := range s.state.ledger {
		if l.Tells() {
			newest[l.SHA256] = l
		}
	}
	maps.DeleteFunc(newest, func(_ string, l ledger.Line) bool { return !l.Aside() || l.Reader == reader })
	return s.stream(ctx, slices.SortedFunc(maps.Values(newest), func(a, b ledger.Line) int { return cmp.Compare(a.Seq, b.Seq) }))
}
