package ingest

import (
	"context"
	"iter"
	"slices"

	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/source"
)

// orphans are the documents of an archive that are kept and not accounted for.
type orphans struct {
	raw.Edition
	missing map[string]bool // by SHA-256
}

// adopt accounts for what is kept and not in the journal. The store has to know the whole journal.
func (im *Importer) adopt(ctx context.Context, sum *Summary) error {
	list, err := im.orphans(ctx)
	if err != nil {
		return err
	}
	for _, o := range slices.Backward(list) {
		if err := im.adoptEdition(ctx, o, sum); err != nil {
			return err
		}
	}
	return nil
}

// orphans looks through the archives, the newest first. Lines are written in the order in which documents are kept, and a
// crash leaves the first ones: so when the last document of an archive has its line, those before it and the older archives
// have theirs.
func (im *Importer) orphans(ctx context.Context) (list []orphans, err error) {
	tx, err := im.Store.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // nothing is written
	for e, err := range im.Raw.Newest() {
		if err != nil {
			return nil, err
		}
		var hashes []string
		var last raw.Entry
		for entry, err := range e.Entries() {
			if err != nil {
				return nil, err
			}
			if last = entry; entry.Erased == nil {
				hashes = append(hashes, entry.SHA256)
			}
		}
		known, err := tx.Known(ctx, []string{last.SHA256})
		if err != nil {
			return nil, err
		}
		if known[last.SHA256].Raw == last.Ref {
			break
		}
		// Bytes that are kept twice have their line with one of the places: every document is looked for.
		if known, err = tx.Known(ctx, hashes); err != nil {
			return nil, err
		}
		o := orphans{e, map[string]bool{}}
		for _, h := range hashes {
			if _, ok := known[h]; !ok {
				o.missing[h] = true
			}
		}
		if len(o.missing) > 0 {
			list = append(list, o)
		}
	}
	return list, nil
}

// adoptEdition applies documents that the raw archive holds already, as an edition.
func (im *Importer) adoptEdition(ctx context.Context, o orphans, sum *Summary) error {
	r, err := im.begin(ctx, source.Edition{Name: o.Name}, sum)
	if err != nil {
		return err
	}
	defer r.drop()
	for k, err := range o.documents() {
		if err != nil && k.Ref == "" {
			return err
		}
		d := &document{err: err, ref: k.Ref, sha: k.SHA256, item: source.Item{Bytes: k.Bytes, Origin: k.Origin, Name: k.Name, Fetched: k.Fetched}}
		if err := r.add(d); err != nil {
			return err
		}
	}
	return r.finish()
}

func (o orphans) documents() iter.Seq2[raw.Kept, error] {
	return func(yield func(raw.Kept, error) bool) {
		for k, err := range o.Documents() {
			if (o.missing[k.SHA256] || k.Ref == "") && !yield(k, err) {
				return
			}
		}
	}
}
