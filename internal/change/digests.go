package change

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Noted is a notice with the digest of what was read (notice.Digest).
type Noted struct {
	ID     string `json:"id"`
	Digest string `json:"digest"`
}

// Digests gives all notices of a view in the order of their ids (bytes), by which two copies are compared. It holds some 100 bytes for
// each notice.
func Digests(ctx context.Context, snap store.Snapshot) iter.Seq2[Noted, error] {
	return func(yield func(Noted, error) bool) {
		list, err := digests(ctx, snap)
		if err != nil {
			yield(Noted{}, err)
			return
		}
		for _, n := range list {
			if !yield(n, nil) {
				return
			}
		}
	}
}

func digests(ctx context.Context, snap store.Snapshot) (list []Noted, err error) {
	if packer, ok := snap.(store.Packer); ok {
		for p, err := range packer.Packed(ctx, nil, nil, nil) {
			if err != nil {
				return nil, err
			}
			n, err := packer.Unpack(p.ID, p.Data, store.Whole)
			if err != nil {
				return nil, err
			}
			list = append(list, Noted{strings.Clone(n.ID), strings.Clone(n.Source.Digest)})
		}
	} else {
		for row, err := range snap.Rows(ctx, query.Query{Limit: -1}, nil) {
			if err != nil {
				return nil, err
			}
			list = append(list, Noted{ID: strings.Clone(row.ID)})
		}
		for i := range list {
			n, err := snap.Get(ctx, list[i].ID)
			if err != nil {
				return nil, err
			}
			list[i].Digest = strings.Clone(n.Source.Digest)
		}
	}
	slices.SortFunc(list, func(a, b Noted) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}
