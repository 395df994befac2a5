package duckdb

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// Put upserts notices.
func (t *tx) Put(ctx context.Context, notices []*notice.Notice) ([]store.Outcome, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	for _, n := range notices {
		if n.ID == "" || !utf8.ValidString(n.ID) {
			return nil, store.CheckNotice(n, nil, nil)
		}
	}
	known, err := t.known(ctx, notices)
	if err != nil {
		return nil, t.fail(err)
	}
	outcomes, last, old := judge(notices, known)
	ready, err := t.store.prepare(last, store.Workers(ctx))
	if err != nil {
		return nil, err // nothing was written
	}
	if err := t.settle(); err != nil {
		return nil, err
	}
	lines := t.waiting
	t.waiting = nil
	t.start(ctx, func(ctx context.Context) error {
		if err := t.replace(ctx, ready, old); err != nil {
			return err
		}
		return t.writeLines(ctx, lines)
	})
	for _, n := range last {
		t.own.add(n.ID)
	}
	t.changed += int64(len(last))
	t.added += int64(len(last) - len(old))
	return outcomes, nil
}

// stamp is what tells whether a notice is the one that is stored.
type stamp struct {
	sha256 string
	reader int
	rank   int
}

// known reads the stamps of those notices that are stored already. What stood before the transaction is looked up beside
// it, so that this need not wait for the rows being written.
func (t *tx) known(ctx context.Context, notices []*notice.Notice) (map[string]stamp, error) {
	known := map[string]stamp{}
	var ids, own []string
	for _, n := range notices {
		if t.own.mayHold(n.ID) {
			own = append(own, n.ID)
		} else {
			ids = append(ids, n.ID)
		}
	}
	if t.info.Notices > 0 {
		if err := readStamps(ctx, t.store.lookup, ids, known); err != nil {
			return nil, err
		}
	}
	if len(own) > 0 {
		if err := t.settle(); err != nil {
			return nil, err
		}
		return known, readStamps(ctx, t.c, own, known)
	}
	return known, nil
}

func readStamps(ctx context.Context, c *conn, ids []string, known map[string]stamp) error {
	return inPieces(ids, nil, func(list string, args []any) error {
		return c.each(ctx, func(r *result) {
			known[r.text(0)] = stamp{r.textOr(1), int(r.int32(2)), notice.Source{Partial: r.bool(3), Form: r.textOr(4)}.Rank()}
		}, "SELECT "+colNotice+", sha256, "+colReader+", partial, source_form FROM notices WHERE "+colNotice+" IN ("+list+")", args...)
	})
}

// lookupIDs is the number of ids that one statement asks for; from about 2,000 on DuckDB no longer uses the key.
const lookupIDs = 500

// inPieces calls f with names of arguments and the arguments for some of the ids at a time, which stand behind others.
func inPieces[T any](ids []T, others []any, f func(list string, args []any) error) error {
	for len(ids) > 0 {
		n := min(lookupIDs, len(ids))
		s := statement{args: slices.Clone(others)}
		names := make([]string, n)
		for i, id := range ids[:n] {
			names[i] = s.arg(id)
		}
		if err := f(strings.Join(names, ", "), s.args); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// judge says what becomes of each notice: last are those to write, of each id the last one, and old the ids among them that
// are stored already.
func judge(notices []*notice.Notice, known map[string]stamp) (outcomes []store.Outcome, last []*notice.Notice, old []string) {
	outcomes = make([]store.Outcome, len(notices))
	current := make(map[string]stamp, len(notices))
	place := make(map[string]int, len(notices)) // in last
	for i, n := range notices {
		s, ok := current[n.ID]
		if !ok {
			s, ok = known[n.ID]
		}
		own := stamp{n.Source.SHA256, n.Source.Reader, n.Source.Rank()}
		same := own.sha256 != "" && own.sha256 == s.sha256 && own.reader == s.reader
		if ok && (same || own.rank < s.rank) {
			outcomes[i] = store.Unchanged
			continue
		}
		outcomes[i] = store.Inserted
		if ok {
			outcomes[i] = store.Updated
		}
		current[n.ID] = own
		if k, again := place[n.ID]; again {
			last[k] = n
			continue
		}
		place[n.ID] = len(last)
		last = append(last, n)
		if _, stored := known[n.ID]; stored {
			old = append(old, n.ID)
		}
	}
	return outcomes, last, old
}

// replace takes the old rows of notices out of all tables and writes the new ones.
func (t *tx) replace(ctx context.Context, ready []prepared, old []string) error {
	if err := t.takeOut(ctx, old); err != nil {
		return err
	}
	for i := range ready {
		if err := t.w.write(ctx, &ready[i]); err != nil {
			return err
		}
	}
	return t.w.flush(ctx)
}

// takeOut deletes the rows of notices from all tables.
func (t *tx) takeOut(ctx context.Context, ids []string) error {
	tables := []string{"notices"}
	for _, s := range t.w.side {
		tables = append(tables, s.name)
	}
	for _, table := range tables {
		err := inPieces(ids, nil, func(list string, args []any) error {
			return t.c.exec(ctx, "DELETE FROM "+table+" WHERE "+colNotice+" IN ("+list+")", args...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Remove takes notices out.
func (t *tx) Remove(ctx context.Context, ids []string) ([]string, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	if err := t.settle(); err != nil {
		return nil, err
	}
	stored := map[string]stamp{}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !utf8.ValidString(id) })
	if err := readStamps(ctx, t.c, ids, stored); err != nil {
		return nil, t.fail(err)
	}
	var removed []string
	for _, id := range ids {
		if _, ok := stored[id]; ok {
			delete(stored, id) // named twice, it is removed once
			removed = append(removed, id)
		}
	}
	if err := t.takeOut(context.WithoutCancel(ctx), removed); err != nil {
		return nil, t.fail(err)
	}
	for _, id := range removed {
		t.own.add(id)
	}
	n := int64(len(removed))
	t.changed, t.removed, t.added = t.changed+n, t.removed+n, t.added-n
	return removed, nil
}
