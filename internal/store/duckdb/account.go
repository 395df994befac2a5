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
	if err := v.usable(ctx); err != nil {
		return d, err
	}
	err = v.c.each(ctx, func(r *result) { d.Add(r.text(0), r.text(1)) }, "SELECT "+colNotice+", "+colDigest+" FROM notices")
	return d, err
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
	if err := v.usable(ctx); err != nil {
		return nil, err
	}
	newest := map[string]ledger.Line{}
	s := statement{view: v}
	sql := "SELECT * FROM ledger WHERE " + s.isText("edition", edition) + " AND " + s.isText("source", source)
	err := v.c.each(ctx, func(r *result) {
		if l := readLine(r); l.Outcome != ledger.Derived && l.Seq > newest[l.Origin].Seq {
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
	if err := v.usable(ctx); err != nil {
		return nil, err
	}
	err = v.c.each(ctx, func(r *result) { list = append(list, readLine(r)) }, "SELECT * FROM ledger WHERE list_contains(ids, $1)", valid(id))
	bySeq(list)
	return list, err
}

func bySeq(list []ledger.Line) {
	slices.SortFunc(list, func(a, b ledger.Line) int { return cmp.Compare(a.Seq, b.Seq) })
}

// Aside streams the lines of documents that are set aside. There are few of them, so they are collected.
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

func (v *snapshot) aside(ctx context.Context, reader int) (list []ledger.Line, err error) {
	if err := v.usable(ctx); err != nil {
		return nil, err
	}
	var hashes []string // of documents that were aside once
	err = v.c.each(ctx, func(r *result) { hashes = append(hashes, r.text(0)) }, "SELECT DISTINCT sha256 FROM ledger WHERE reader <> $1 AND "+
		"(outcome IN ('quarantined', 'partial') OR outcome = 'unchanged' AND kind IS NOT NULL) AND sha256 IS NOT NULL", int64(reader))
	if err != nil {
		return nil, err
	}
	known, err := knownLines(ctx, v.c, hashes)
	for _, l := range known {
		if l.Aside() && l.Reader != reader {
			list = append(list, l)
		}
	}
	bySeq(list)
	return list, err
}
