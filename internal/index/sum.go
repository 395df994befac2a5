package index

import (
	"context"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// Sum sums up the notices as the index keeps them, each unpacked. Errors: Unsupported (the index does not answer at present), Conflict (a
// segment is damaged), Timeout.
func (v *View) Sum(ctx context.Context) (d store.Digest, err error) {
	err = v.own(ctx, func() error {
		for _, p := range v.gen.parts {
			for doc := range uint32(p.seg.Len()) {
				if !p.stands(doc) {
					continue
				}
				if doc%100 == 0 && ctx.Err() != nil {
					return ended(ctx)
				}
				id := p.seg.ID(doc)
				n, err := p.notice(v.ix, id, doc)
				if err != nil {
					return err
				}
				digest := n.Source.Digest
				if digest == "" {
					if digest, err = notice.Digest(n); err != nil {
						return err
					}
				}
				d.Add(id, digest)
			}
		}
		return nil
	})
	return d, err
}

func (p *part) notice(x *Index, id string, doc uint32) (*notice.Notice, error) {
	data, err := p.seg.Packed(doc)
	if err != nil {
		return nil, err
	}
	return x.unpack(id, data, store.Whole)
}

// Holds reports whether the index itself has a notice. Errors: as Sum.
func (v *View) Holds(ctx context.Context, id string) (held bool, err error) {
	err = v.own(ctx, func() error {
		for _, p := range v.gen.parts {
			if _, ok := p.find(id); ok {
				held = true
			}
		}
		return nil
	})
	return held, err
}

// own asks the index alone.
func (v *View) own(ctx context.Context, ask func() error) error {
	if err := v.usable(ctx); err != nil {
		return err
	}
	why, err := v.index(ask)
	if err == nil && why != "" {
		err = fault.New(fault.Unsupported, "the search index does not answer at present: %s", why)
	}
	return err
}
