// Package search is the one door from a surface to the data: it binds a request to one revision, bounds it, pages through
// it with cursors, and streams rows to encoders. Surfaces bring a query.Query; engines stand behind store.Reader.
package search

import (
	"context"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Door answers requests.
type Door struct {
	Store   store.Reader
	Fields  *field.Catalogue
	Timeout time.Duration // of a page or a notice, a fault of kind Timeout when it is over; streams have none; 0 means none
}

// bounded gives a request its deadline.
func (d *Door) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if d.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d.Timeout)
}

// Page is a piece of a result, all of it from one revision.
type Page struct {
	Info  store.Info
	Total int64
	Rows  []Row
	Next  string // cursor of the next page, "" on the last
	First int64  // data revision of the first page; differs from that of Info when the data have changed since
}

// Row is one hit. It belongs to the caller.
type Row struct {
	ID     string
	Values [][]field.Value
}

// DefaultSort is the order of a query that names none: latest publication first.
func (d *Door) DefaultSort() []query.Key {
	return []query.Key{{Field: d.Fields.Must("published"), Desc: true}}
}

// Request asks for a page.
type Request struct {
	Query  query.Query // Limit is the page size, 0 or less for the total alone; After must be empty
	Cursor string      // "" for the first page
	At     time.Time   // what Now gave for this request
	Fields []*field.Field
}

// Page gives the rows behind the cursor, with the exact total. A cursor of another query is a fault of kind Invalid.
func (d *Door) Page(ctx context.Context, r Request) (Page, error) {
	ctx, cancel := d.bounded(ctx)
	defer cancel()
	q := d.withOrder(r.Query)
	if r.Cursor != "" {
		after, err := parseCursor(r.Cursor, q)
		if err != nil {
			return Page{}, err
		}
		q.After = &after
	}
	snap, err := d.snapshot(ctx)
	if err != nil {
		return Page{}, err
	}
	defer snap.Close()
	if err := place(ctx, snap, &q); err != nil {
		return Page{}, err
	}
	page := Page{Info: snap.Info(), First: snap.Info().Revision}
	if first := firstRevision(r.Cursor); r.Cursor != "" && first > 0 {
		page.First = first
	}
	if page.Total, err = snap.Count(ctx, q.Where); err != nil {
		return Page{}, err
	}
	size := q.Limit
	if size <= 0 {
		return page, nil
	}
	q.Limit = size + 1 // one more tells whether there is a next page
	var last query.Position
	for row, err := range snap.Rows(ctx, q, r.Fields) {
		if err != nil {
			return Page{}, err
		}
		if len(page.Rows) == size {
			page.Next = formatCursor(last, q, r.At, page.First)
			break
		}
		page.Rows = append(page.Rows, Row{row.ID, cloneValues(row.Values)})
		last = query.Position{Keys: cloneValues(row.Keys), ID: row.ID}
	}
	return page, nil
}

// place finds the sort values of a cursor that was too long to hold them.
func place(ctx context.Context, snap store.Snapshot, q *query.Query) error {
	if q.After == nil || q.After.Keys != nil {
		return nil
	}
	n, err := snap.Get(ctx, q.After.ID)
	if fault.Is(err, fault.NotFound) {
		return badCursor("names a notice that is not there")
	}
	if err != nil {
		return err
	}
	at := query.PositionOf(n, q.Sort)
	q.After = &at
	return nil
}

func (d *Door) withOrder(q query.Query) query.Query {
	if len(q.Sort) == 0 {
		q.Sort = d.DefaultSort()
	}
	q.Where = query.Simplify(q.Where)
	return q
}

// Stream is TableStream for the rows of q, which has no After.
func (d *Door) Stream(ctx context.Context, q query.Query, fields []*field.Field, begin func(info store.Info, total int64) export.Encoder) error {
	q = d.withOrder(q)
	return d.TableStream(ctx, query.Table{Where: q.Where, Columns: fields, Sort: q.Sort, Limit: q.Limit, Offset: q.Offset}, begin)
}

// Get gives one notice. A version that is not the notice's is a fault that names the right one; "" takes any. One that was erased is
// NotFound with an Erased in its chain.
func (d *Door) Get(ctx context.Context, id string, version notice.Version) (*notice.Notice, store.Info, error) {
	ctx, cancel := d.bounded(ctx)
	defer cancel()
	snap, err := d.snapshot(ctx)
	if err != nil {
		return nil, store.Info{}, err
	}
	defer snap.Close()
	n, err := snap.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		err = orErased(ctx, snap, id, err)
	}
	if err != nil {
		return nil, snap.Info(), err
	}
	if version != "" && version != n.Version {
		return nil, snap.Info(), fault.New(fault.NotFound, "notice %s has API version %s, not %s", id, n.Version, version).
			At("parameter version").WithHint("ask for version=%s, or leave the version out", n.Version)
	}
	return n, snap.Info(), nil
}

// Ask opens a snapshot for questions that belong together and have Timeout together.
func (d *Door) Ask(ctx context.Context, ask func(ctx context.Context, snap store.Snapshot) error) error {
	ctx, cancel := d.bounded(ctx)
	defer cancel()
	snap, err := d.snapshot(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	return ask(ctx, snap)
}

// Info describes the revision that is served now.
func (d *Door) Info(ctx context.Context) (store.Info, error) {
	snap, err := d.Store.Snapshot(ctx)
	if err != nil {
		return store.Info{}, err
	}
	defer snap.Close()
	return snap.Info(), nil
}

// Meta says where the answers of a revision come from: what the Licence Ouverte asks every reuser to name.
func Meta(info store.Info, total int64) export.Meta {
	return export.Meta{
		Source:     "BOAMP, Direction de l'information légale et administrative (DILA)",
		SourceURL:  "https://www.boamp.fr",
		Licence:    "Licence Ouverte 2.0 (Etalab)",
		LicenceURL: "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
		LastUpdate: info.LastUpdate.UTC().Truncate(time.Second),
		Revision:   info.Revision,
		Total:      total,
	}
}
