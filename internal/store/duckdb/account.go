package duckdb

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

// Digest sums up the notices.
func (v *snapshot) Digest(ctx context.Context) (d store.Digest, err error) {
	r, err := v.stream(ctx, "SELECT "+colNotice+", "+colDigest+" FROM notices")
	if err != nil {
		return d, err
	}
	defer v.endStream(r)
	for {
		more, err := r.next(ctx)
		if err != nil {
			return store.Digest{}, err
		}
		if !more {
			return d, nil
		}
		d.Add(r.text(0), r.text(1))
	}
}

// Ledger streams the ledger lines.
func (v *snapshot) Ledger(ctx context.Context, from int64) iter.Seq2[ledger.Line, error] {
	return func(yield func(ledger.Line, error) bool) {
		r, err := v.stream(ctx, "SELECT * FROM ledger WHERE seq >= $1 ORDER BY seq", from)
		if err != nil {
			yield(ledger.Line{}, err)
			return
		}
		defer v.endStream(r)
		for {
			more, err := r.next(ctx)
			if err == nil {
				err = ended(ctx)
			}
			if err != nil {
				yield(ledger.Line{}, err)
				return
			}
			if !more || !yield(readLine(r), nil) {
				return
			}
		}
	}
}

// Edition gives the newest line of each origin of an edition.
func (v *snapshot) Edition(ctx context.Context, source, edition string) (map[string]ledger.Line, error) {
	newest := map[string]ledger.Line{}
	s := statement{view: v}
	sql := "SELECT * FROM ledger WHERE " + s.isText("edition", edition) + " AND " + s.isText("source", source)
	err := v.eachLine(ctx, func(l ledger.Line) {
		if l.Outcome != ledger.Derived && l.Seq > newest[l.Origin].Seq {
			newest[l.Origin] = l
		}
	}, sql, s.args...)
	return newest, err
}

// Known finds documents by their bytes.
func (v *snapshot) Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error) {
	if err := v.usable(ctx); err != nil {
		return nil, err
	}
	return knownLines(ctx, v.c, hashes)
}

// isText compares a column of the ledger with a text, the empty one of which is null there.
func (s *statement) isText(column, text string) string {
	if text == "" {
		return column + " IS NULL"
	}
	return column + " = " + s.arg(valid(text))
}

// About lists the lines that name a notice.
func (v *snapshot) About(ctx context.Context, id string) (list []ledger.Line, err error) {
	err = v.eachLine(ctx, func(l ledger.Line) { list = append(list, l) }, "SELECT * FROM ledger WHERE list_contains(ids, $1)", valid(id))
	bySeq(list)
	return list, err
}

func bySeq(list []ledger.Line) {
	slices.SortFunc(list, func(a, b ledger.Line) int { return cmp.Compare(a.Seq, b.Seq) })
}

// eachLine reads the lines that a statement gives.
func (v *snapshot) eachLine(ctx context.Context, do func(l ledger.Line), sql string, args ...any) error {
	r, err := v.stream(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer v.endStream(r)
	for {
		more, err := r.next(ctx)
		if !more || err != nil {
			return err
		}
		do(readLine(r))
	}
}

// Aside streams the lines of documents that are set aside. There are few of them.
func (v *snapshot) Aside(ctx context.Context, reader int) iter.Seq2[ledger.Line, error] {
	return func(yield func(ledger.Line, error) bool) {
		list, err := v.aside(ctx, reader)
		if err != nil {
			yield(ledger.Line{}, err)
			return
		}
		v.streaming = true
		defer func() { v.streaming = false }()
		for _, l := range list {
			if !yield(l, nil) {
				return
			}
		}
	}
}

func (v *snapshot) aside(ctx context.Context, reader int) ([]ledger.Line, error) {
	newest := map[string]ledger.Line{} // by SHA-256, of those that were aside once
	err := v.eachLine(ctx, func(l ledger.Line) {
		if l.Aside() && l.Reader != reader {
			newest[l.SHA256] = l
		}
	}, "SELECT * FROM ledger WHERE outcome IN ('quarantined', 'partial', 'unchanged') AND (kind IS NOT NULL OR outcome <> 'unchanged') AND reader <> $1 AND sha256 IS NOT NULL", int64(reader))
	if err != nil || len(newest) == 0 {
		return nil, err
	}
	hashes := make([]string, 0, len(newest))
	for h := range newest {
		hashes = append(hashes, h)
	}
	known, err := knownLines(ctx, v.c, hashes)
	var list []ledger.Line
	for _, l := range known {
		if l.Aside() && l.Reader != reader {
			list = append(list, l)
		}
	}
	bySeq(list)
	return list, err
}
