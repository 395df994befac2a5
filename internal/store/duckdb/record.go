package duckdb

import (
	"context"
	"fmt"
	"slices"

	"github.com/boamp/boamp/internal/ledger"
)

// Known looks through the ledger beside the transaction, which need not have written its lines yet.
func (t *tx) Known(ctx context.Context, hashes []string) (map[string]ledger.Line, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	if t.info.Sequence == 0 {
		return map[string]ledger.Line{}, nil
	}
	known, err := knownLines(ctx, t.store.lookup, hashes)
	if err != nil {
		return nil, t.fail(err)
	}
	return known, nil
}

// knownLines gives the newest line of each hash that tells of its bytes. Most hashes, in most imports, have no line: to find that out
// one narrow column is read.
func knownLines(ctx context.Context, c *conn, hashes []string) (map[string]ledger.Line, error) {
	wanted := make(map[string]bool, len(hashes))
	var keys, places []int64
	for _, h := range hashes {
		if h != "" && !wanted[h] {
			wanted[h], keys = true, append(keys, hashKey(h))
		}
	}
	err := inPieces(keys, nil, func(list string, args []any) error {
		return c.each(ctx, func(r *result) { places = append(places, r.int(0)) }, "SELECT seq FROM ledger WHERE hash IN ("+list+")", args...)
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(places)
	places = slices.Compact(places) // keys of different pieces may be the same
	known := map[string]ledger.Line{}
	err = linesAt(ctx, c, places, func(l ledger.Line) {
		if wanted[l.SHA256] && l.Tells() && l.Seq > known[l.SHA256].Seq {
			known[l.SHA256] = l
		}
	})
	return known, err
}

// linesAt reads the lines of some Seqs, which are sorted, in any order.
func linesAt(ctx context.Context, c *conn, places []int64, do func(l ledger.Line)) error {
	return inPieces(places, nil, func(list string, args []any) error {
		// The least and the greatest let DuckDB pass over most of the table.
		between := fmt.Sprintf("seq BETWEEN $1 AND $%d", len(args))
		return c.each(ctx, func(r *result) { do(readLine(r)) }, "SELECT * FROM ledger WHERE "+between+" AND seq IN ("+list+")", args...)
	})
}

// manyLines is the number of ledger lines that wait for the next Put to be written with it.
const manyLines = 10_000

// Record adds ledger lines.
func (t *tx) Record(ctx context.Context, lines []ledger.Line) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	for i := range lines {
		t.last, t.revision = max(t.last, lines[i].Seq), max(t.revision, lines[i].Revision)
	}
	if t.waiting = append(t.waiting, lines...); len(t.waiting) < manyLines {
		return nil
	}
	if err := t.settle(); err != nil {
		return err
	}
	if err := t.writeLines(ctx, t.waiting); err != nil {
		return t.fail(err)
	}
	t.waiting = nil
	return nil
}

// writeLines puts lines into the ledger, in place of those with their Seq.
func (t *tx) writeLines(ctx context.Context, lines []ledger.Line) (err error) {
	if len(lines) == 0 {
		return nil
	}
	if t.lines == nil {
		if t.lines, err = newAppender(ctx, t.c, "ledger"); err != nil {
			return err
		}
	}
	latest := make(map[int64]int, len(lines))
	from, to := lines[0].Seq, lines[0].Seq
	for i := range lines {
		latest[lines[i].Seq] = i
		from, to = min(from, lines[i].Seq), max(to, lines[i].Seq)
	}
	if err := t.dropLines(ctx, from, to, latest); err != nil {
		return err
	}
	for i := range lines {
		if latest[lines[i].Seq] != i {
			continue
		}
		t.lines.writeLine(&lines[i])
		if err := t.lines.endRow(ctx); err != nil {
			return err
		}
	}
	return t.lines.flush(ctx)
}

// dropLines takes out the lines that are replaced; as a rule there are none.
func (t *tx) dropLines(ctx context.Context, from, to int64, replaced map[int64]int) error {
	r, err := t.c.query(ctx, "SELECT seq FROM ledger WHERE seq BETWEEN $1 AND $2", from, to)
	if err != nil {
		return err
	}
	var drop []int64
	for {
		more, err := r.next(ctx)
		if err != nil {
			r.close()
			return err
		}
		if !more {
			break
		}
		if _, ok := replaced[r.int(0)]; ok {
			drop = append(drop, r.int(0))
		}
	}
	r.close()
	for _, seq := range drop {
		if err := t.c.exec(ctx, "DELETE FROM ledger WHERE seq = $1", seq); err != nil {
			return err
		}
	}
	return nil
}
