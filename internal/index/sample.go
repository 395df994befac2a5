package index

import (
	"bytes"
	"context"
	"slices"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/store"
)

// sampled is the number of notices that are compared with the store when an index is opened.
const sampled = 16

// sample compares some notices with the store, byte by byte: a store that was made anew has the same revisions and need not have
// the same notices. Those that changed since are left out.
func (x *Index) sample(ctx context.Context, g *generation, s store.Snapshot, changed map[string]bool) error {
	type kept struct {
		part *part
		doc  uint32
	}
	packed := map[string]kept{}
	var ids []string
	for _, p := range g.parts {
		n := uint32(p.seg.Len())
		for i := range uint32(sampled) {
			doc := uint32(uint64(n) * uint64(i) / sampled)
			id := p.seg.ID(doc)
			_, known := packed[id]
			if _, other := changed[id]; known || other || !p.stands(doc) {
				continue
			}
			packed[id] = kept{p, doc}
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	other := fault.New(fault.Conflict, "the search index does not fit the data: notices differ")
	seen := 0
	for p, err := range s.(store.Packer).Packed(ctx, ids, nil, nil) {
		if err != nil {
			return err
		}
		k, ok := packed[p.ID]
		if !ok {
			return other
		}
		data, err := k.part.seg.Packed(k.doc)
		if err != nil {
			return err
		}
		if !bytes.Equal(data, p.Data) {
			return other
		}
		seen++
	}
	if seen != len(ids) {
		return other
	}
	return nil
}
