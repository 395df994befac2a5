package inspection

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/store"
)

// store holds the store to the journal: where it stands, how many notices, and the sum of their digests.
func (x *inspection) store(ctx context.Context) (Part, error) {
	p := Part{Name: "store"}
	info := x.Store.Info()
	sum, err := x.readStore(ctx)
	if fault.Is(err, fault.Conflict) {
		x.unreadable = true
		p.Facts = "cannot be read"
		p.wrong(mendStore, "%v", err)
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Facts = fmt.Sprintf("%d notices at revision %d", sum.Notices(), info.Revision)
	if info.Sequence < x.Last {
		p.wrong(mendBehind, "the store lacks %d lines of the ledger", x.Last-info.Sequence)
	} else if info.Sequence > x.Last {
		p.wrong(mendLedger, "the store knows %d lines of the ledger, which has only %d", info.Sequence, x.Last)
	}
	if info.Notices != sum.Notices() {
		p.wrong(mendStore, "the store says that it has %d notices, and has %d", info.Notices, sum.Notices())
	}
	switch want := x.sum(); {
	case !x.closed || info.Sequence != x.Last: // nothing to compare with
	case sum.Notices() != int64(len(x.fold)):
		p.wrong(mendStore, "the store has %d notices, the ledger says that %d are served", sum.Notices(), len(x.fold))
	case x.unknown > 0:
		p.Facts += fmt.Sprintf(", of %d of which the ledger has no digest: only --deep compares them", x.unknown)
	case sum != want:
		p.wrong(mendStore, "the notices of the store are not those of the ledger: digest %s, expected %s", sum, want)
	}
	return p, nil
}

// readStore reads all that the store keeps, where it can be damaged, and sums it up.
func (x *inspection) readStore(ctx context.Context) (store.Digest, error) {
	if s, ok := x.Store.(readable); ok {
		if err := s.ReadAll(ctx); err != nil {
			return store.Digest{}, err
		}
	}
	return x.Store.Digest(ctx)
}

// readable is a view of a store that keeps files, which may be damaged where no question looks.
type readable interface {
	// ReadAll reads everything. A fault of kind Conflict names what is damaged.
	ReadAll(ctx context.Context) error
}

// sum is the digest of what the journal says is served.
func (x *inspection) sum() (d store.Digest) {
	for id, s := range x.fold {
		d.Add(id, hex.EncodeToString(s.digest[:]))
	}
	return d
}

// index holds the index to the store.
func (x *inspection) index(ctx context.Context) (Part, error) {
	p := Part{Name: "index", Facts: "there is none"}
	if x.Index == nil {
		return p, nil
	}
	if x.unreadable {
		p.Facts = "not compared"
		return p, nil
	}
	want, err := x.Store.Digest(ctx)
	if err != nil {
		return p, err
	}
	sum, err := x.Index.Sum(ctx)
	switch {
	case fault.Is(err, fault.Unsupported): // the store answers while the index is being made
		p.Facts = "not ready"
		return p, nil
	case fault.Is(err, fault.Conflict):
		p.Facts = "cannot be read"
		p.wrong(mendIndex, "%v", err)
		return p, nil
	case err != nil:
		return p, err
	}
	p.Facts = fmt.Sprintf("%d notices", sum.Notices())
	if sum != want {
		p.wrong(mendIndex, "the notices of the index are not those of the store: digest %s, expected %s", sum, want)
	}
	return p, nil
}

// register holds that nothing is left of what was erased.
func (x *inspection) register(ctx context.Context) (Part, error) {
	list := x.Erased.All()
	p := Part{Name: "erasures", Facts: fmt.Sprintf("%d notices in the register", len(list))}
	for _, e := range list {
		_, err := x.Store.Get(ctx, e.ID)
		if err != nil && !fault.Is(err, fault.NotFound) && !x.unreadable {
			return p, err
		}
		if err == nil {
			p.wrong(mendErasure, "%s was erased and is in the store", e.ID)
		}
		if x.Index == nil {
			continue
		}
		if held, err := x.Index.Holds(ctx, e.ID); err != nil && !fault.Is(err, fault.Unsupported) && !fault.Is(err, fault.Conflict) {
			return p, err
		} else if held {
			p.wrong(mendErasure, "%s was erased and is in the index", e.ID)
		}
	}
	for _, l := range x.barred {
		if entry, ok := x.listed.find(l.Raw); !ok || entry.Erased != nil {
			continue // its tombstone, or nothing: what is missing is raw's
		}
		switch _, err := x.Raw.Get(l.Raw); {
		case err == nil:
			p.wrong(mendErasure, "%s holds a notice that was erased%s", l.Raw, notices(l.IDs))
		case !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Conflict): // damage is raw's
			return p, err
		}
	}
	return p, nil
}
