package duckdb

import (
	"context"
	"slices"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
	"github.com/boamp/boamp/internal/store"
)

// Rows in order of a day, as all of them are by default, come in windows: those of some days, sorted by themselves, then those of
// the next. So the first row is there at once however many there are, and memory does not grow with them. It takes rows that
// stand in the table about as they are ordered, as imports of one edition after the other make them: then DuckDB reads little else
// for a window.

// sizes are those of windows, in rows.
type sizes struct {
	first int64 // in the first
	most  int64 // in one
	reads int64 // times the table that all windows together may read
	many  int64 // notices from which the first rows of a sort are got by themselves
	head  int   // how many these are
}

const (
	windowPart   = 8     // of what may be sorted at once, for the columns of a window: found by trial
	windowBodies = 2_000 // rows of a window that are read as whole notices
)

func defaultSizes() sizes {
	return sizes{first: 1_000, most: 100_000, reads: 8, many: 20_000, head: 200}
}

// windows is a query under way.
type windows struct {
	view  *snapshot
	query query.Query
	read  *rowReader
	days  *field.Field
	most  int64 // rows in one
	left  int64 // rows that are still wanted
	yield func(store.Row, error) bool
}

// windowed gives rows in windows; suits is false when the query is none for it.
func (v *snapshot) windowed(ctx context.Context, q query.Query, read *rowReader, yield func(store.Row, error) bool) (suits bool, err error) {
	ref, stored := scalar.Of(read.keys[0].Field).(scalar.Ref)
	if !stored || ref.Field.Type != field.Date || q.Offset > 0 || q.Limit >= 0 && q.Limit <= pageRows || v.info.Notices <= v.store.windows.first {
		return false, nil
	}
	w := &windows{view: v, query: q, read: read, days: ref.Field, most: v.store.windows.most, left: int64(q.Limit), yield: yield}
	width, err := v.width(ctx, read)
	if err != nil {
		return false, err
	}
	if v.store.reading*width > float64(v.store.sortable) {
		return false, nil
	}
	w.most = max(1, min(w.most, int64(float64(v.store.sortable/windowPart)/width)))
	if read.opaque {
		w.most = min(w.most, windowBodies)
	}
	days, err := v.days(ctx, w.days)
	if err != nil || v.reads(days, w.most) > v.store.windows.reads*v.info.Notices {
		return false, err
	}
	if read.keys[0].Desc {
		days = slices.Clone(days)
		slices.Reverse(days)
		if days[0].day == "" { // null stays last
			days = append(days[1:], days[0])
		}
	}
	return true, w.all(ctx, behindDay(days, q.After, read.keys[0].Desc))
}

// behindDay leaves out the days that are before a position.
func behindDay(days []span, after *query.Position, desc bool) []span {
	if after == nil {
		return days
	}
	return slices.DeleteFunc(slices.Clone(days), func(d span) bool {
		switch {
		case d.day == "":
			return false
		case len(after.Keys[0]) == 0:
			return true
		case desc:
			return d.day > after.Keys[0][0].Str
		}
		return d.day < after.Keys[0][0].Str
	})
}

// cut gives the number of days that make a window of so many rows; one at least. Null makes one of its own.
func cut(days []span, size int64) (n int, rows int64) {
	for n < len(days) && days[n].day != "" && (n == 0 || rows+days[n].rows <= size) {
		rows += days[n].rows
		n++
	}
	if n == 0 {
		return 1, days[0].rows
	}
	return n, rows
}

// reads is the number of rows that stand between the first and the last one of windows of a size, all together.
func (v *snapshot) reads(days []span, size int64) (all int64) {
	for len(days) > 0 {
		n, _ := cut(days, size)
		first, last := days[0].first, days[0].last
		for _, d := range days[1:n] {
			first, last = min(first, d.first), max(last, d.last)
		}
		all += max(last-first, rowGroup)
		days = days[n:]
	}
	return all
}

func (w *windows) all(ctx context.Context, days []span) error {
	size := w.view.store.windows.first
	for len(days) > 0 && w.left != 0 {
		n, rows := cut(days, size)
		found, more, err := w.window(ctx, days[:n])
		if !more || err != nil {
			return err
		}
		// Where few rows match, more days make a window.
		size = max(1, min(4*size, w.most*(rows/max(1, found)), w.view.info.Notices))
		days = days[n:]
	}
	return nil
}

// window gives the rows of some days, in pieces where they are more than one window takes; more is false when no more are wanted.
func (w *windows) window(ctx context.Context, days []span) (found int64, more bool, err error) {
	q := w.query
	q.Where = query.And{w.within(days[0].day, days[len(days)-1].day), q.Where}
	if len(days) == 1 && days[0].rows > 2*w.most { // each piece would read all of them
		q.Limit = int(w.left)
		found, _, more, err = upTo(-1, w.yield, func(yield func(store.Row, error) bool) error { return w.view.stepwise(ctx, q, w.read, yield) })
		if w.left >= 0 {
			w.left -= found
		}
		return found, more, err
	}
	for {
		limit := w.most
		if w.left >= 0 {
			limit = min(limit, w.left)
		}
		q.Limit = int(limit)
		n, last, more, err := w.piece(ctx, q)
		found += n
		if w.left >= 0 {
			w.left -= n
		}
		if n < limit || w.left == 0 || !more || err != nil {
			return found, more, err
		}
		q.After = &last
	}
}

// within holds for the days from one to another, in either order.
func (w *windows) within(a, b string) query.Expr {
	if a == "" {
		return query.Null{Field: w.days}
	}
	return query.And{query.Compare{Field: w.days, Op: query.Ge, Value: field.Str(min(a, b))}, query.Compare{Field: w.days, Op: query.Le, Value: field.Str(max(a, b))}}
}

// piece gives the rows of a query.
func (w *windows) piece(ctx context.Context, q query.Query) (n int64, last query.Position, more bool, err error) {
	way := w.view.straight
	if w.read.opaque {
		way = w.view.whole
	}
	return upTo(int64(q.Limit), w.yield, func(yield func(store.Row, error) bool) error { return way(ctx, q, w.read, yield) })
}

// upTo has run give up to limit rows: how many there were, the position of the last of so many, and whether more are wanted.
func upTo(limit int64, yield func(store.Row, error) bool, run func(yield func(store.Row, error) bool) error) (n int64, last query.Position, more bool, err error) {
	more = true
	err = run(func(r store.Row, err error) bool {
		if n++; n == limit {
			last = query.Position{ID: r.ID, Keys: make([][]field.Value, len(r.Keys))}
			for i, k := range r.Keys {
				last.Keys[i] = slices.Clone(k)
			}
		}
		more = yield(r, err)
		return more
	})
	return n, last, more, err
}

// wholeRows is the number of notices that are unpacked at once.
const wholeRows = 256

// whole gives the rows of one statement, made of whole notices.
func (v *snapshot) whole(ctx context.Context, q query.Query, read *rowReader, yield func(store.Row, error) bool) error {
	places, err := v.reader(read.keys, nil)
	if err != nil {
		return err
	}
	places.columns = append(places.columns, colBody)
	sql, args, err := v.selection(q, places)
	if err != nil {
		return err
	}
	r, err := v.stream(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer v.endStream(r)
	for more := true; more; {
		var ids []string
		var bodies [][]byte
		for len(ids) < wholeRows && more {
			if more, err = r.next(ctx); err != nil {
				return err
			}
			if more {
				ids, bodies = append(ids, r.text(0)), append(bodies, r.bytes(len(places.columns)-1))
			}
		}
		rows := make([]store.Row, len(ids))
		if err := v.unpack(ids, bodies, read, rows); err != nil {
			return err
		}
		for _, row := range rows {
			if err := ended(ctx); err != nil {
				return err
			}
			if !yield(row, nil) {
				return nil
			}
		}
	}
	return nil
}
