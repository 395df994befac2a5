package explore

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// list is a page of a table on its way.
type list struct {
	terms
	set           *dataset.Set
	table         query.Table
	limit, offset int
	links, metas  bool
	columns       int // of the answer; the technical fields of a record follow
}

// recordMetas are the fields behind the technical values of a record.
var recordMetas = [...]string{field.RecordID, field.RecordTimestamp, field.RecordSize}

// list reads the parameters of a page.
func (q *request) list(set *dataset.Set) (list, error) {
	l := list{set: set}
	var err error
	grouped := q.params.grouped()
	if l.limit, l.offset, err = q.params.page(grouped); err != nil {
		return l, err
	}
	if l.links, l.metas, err = q.params.includes(); err != nil {
		return l, err
	}
	if l.terms, err = q.terms(set); err != nil {
		return l, err
	}
	l.table, err = q.compile(set, l.terms, odsql.Request{GroupBy: q.params.List("group_by"), Limit: l.limit, Offset: l.offset})
	l.columns = len(l.table.Columns)
	if err == nil && l.table.Groups == nil && (l.links || l.metas || q.v == v20) {
		l.table.Columns = append(l.table.Columns[:l.columns:l.columns], technicals(set)...)
	}
	return l, err
}

// technicals are the fields of recordMetas, none when the set does not have them all. A record of the catalogue is known by the id of
// the data set.
func technicals(set *dataset.Set) []*field.Field {
	var out []*field.Field
	for _, name := range recordMetas {
		if name == field.RecordID && set.ID == dataset.CatalogueID {
			name = "datasetid"
		}
		f, ok := set.Fields.Lookup(name)
		if !ok {
			return nil
		}
		out = append(out, f)
	}
	return out
}

// records answers with a page.
func records(q *request) error {
	ctx, cancel := q.bounded()
	defer cancel()
	return q.page(ctx, q.set, q.v == v20)
}

// bareQuery answers with a page in the shape of version 2.1.
func bareQuery(q *request) error {
	ctx, cancel := q.bounded()
	defer cancel()
	set, err := q.target(ctx)
	if err != nil {
		return err
	}
	return q.page(ctx, set, false)
}

// target is the data set of the path, or the catalogue.
func (q *request) target(ctx context.Context) (*dataset.Set, error) {
	if q.set != nil {
		return q.set, nil
	}
	c, err := q.api.catalogue(ctx)
	return c.Set, err
}

func (q *request) page(ctx context.Context, set *dataset.Set, wrapped bool) error {
	l, err := q.list(set)
	if err != nil {
		return err
	}
	view, err := set.Open(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	if q.unchanged(view.Info()) {
		return nil
	}
	total := int64(-1)
	if l.table.Groups == nil || l.table.Repeat {
		if total, err = view.Count(ctx, l.table.Where); err != nil {
			return err
		}
	}
	page, _ := q.api.pages.Get().(*[]byte)
	if page == nil {
		page = new([]byte)
	}
	body := append((*page)[:0], q.head(l, total, wrapped)...)
	defer func() { // nobody keeps what was written
		if *page = body; cap(body) <= maxKept {
			q.api.pages.Put(page)
		}
	}()
	n := 0
	for values, err := range search.Table(ctx, view, l.table) {
		if err != nil {
			return err
		}
		if n++; n > 1 {
			body = append(body, ", "...)
		}
		before := len(body)
		body = q.appendRow(body, l, values, wrapped)
		if n == 1 { // rows are of like length: one growth for all saves copying the page again and again
			body = slices.Grow(body, (len(body)-before)*min(max(l.limit, 1), maxGrown))
		}
	}
	body = append(body, "]}"...)
	return q.write(body, view.Info())
}

// maxKept is the most bytes of a page whose room is used again.
const maxKept = 1 << 20

// maxGrown is the most rows for which a page makes room when it has seen one.
const maxGrown = 20

// head is the beginning of a page, up to the first row.
func (q *request) head(l list, total int64, wrapped bool) []byte {
	var doc export.Object
	grouped := l.table.Groups != nil && !l.table.Repeat
	if !grouped || choiceTotalOfGroups {
		doc = append(doc, export.Member{Name: "total_count", Value: total})
	}
	name := "results"
	switch {
	case wrapped:
		name = "records"
		if q.set == nil {
			name = "datasets"
		}
		links := []export.Object{}
		if !grouped {
			links = q.paging(total, l.limit, l.offset)
		}
		doc = append(doc, export.Member{Name: "links", Value: links})
	case l.links:
		doc = append(doc, export.Member{Name: "_links", Value: q.paging(total, l.limit, l.offset)})
	}
	doc = append(doc, export.Member{Name: name, Value: []export.Object{}})
	b := style.Append(nil, doc)
	return b[:len(b)-len("]}")]
}

// appendRow appends a row as the version shows it.
func (q *request) appendRow(dst []byte, l list, values [][]field.Value, wrapped bool) []byte {
	s := l.style()
	if l.table.Groups != nil || !wrapped && !l.links && !l.metas {
		return s.AppendObject(dst, l.table.Columns[:l.columns], values[:l.columns])
	}
	record := s.AppendObject(nil, l.table.Columns[:l.columns], values[:l.columns])
	meta := metaOf(values[l.columns:])
	if wrapped {
		return style.Append(dst, q.wrap(meta, record))
	}
	var extra export.Object
	if l.links {
		extra = append(extra, export.Member{Name: "_links", Value: q.rowLinks(l, meta)})
	}
	if l.metas {
		extra = append(extra, meta.members("_")...)
	}
	return merge(dst, style.Append(nil, extra), record)
}

// rowLinks are the links of a row of records or of data sets.
func (q *request) rowLinks(l list, meta recordMeta) []export.Object {
	if q.set == nil {
		return q.datasetLinks(meta.id)
	}
	return q.recordLinks(meta.id)
}

// merge appends two JSON objects as one.
func merge(dst, a, b []byte) []byte {
	switch {
	case len(a) == len("{}"):
		return append(dst, b...)
	case len(b) == len("{}"):
		return append(dst, a...)
	}
	dst = append(dst, a[:len(a)-1]...)
	dst = append(dst, ", "...)
	return append(dst, b[1:]...)
}

// recordMeta are the technical values of a record.
type recordMeta struct {
	id        string
	timestamp string // RFC 3339 in UTC with milliseconds, "" for none
	size      int64
}

// metaOf reads the values of recordMetas.
func metaOf(values [][]field.Value) recordMeta {
	var m recordMeta
	if len(values) != len(recordMetas) {
		return m
	}
	if v := values[0]; len(v) > 0 {
		m.id = v[0].Str
	}
	if v := values[1]; len(v) > 0 {
		m.timestamp = instant(v[0].Time)
	}
	if v := values[2]; len(v) > 0 {
		m.size = int64(v[0].Num)
	}
	return m
}

// instant is an instant as technical values are written.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (m recordMeta) members(prefix string) export.Object {
	at := &m.timestamp
	if m.timestamp == "" {
		at = nil
	}
	return export.Object{{Name: prefix + "id", Value: m.id}, {Name: prefix + "timestamp", Value: at}, {Name: prefix + "size", Value: m.size}}
}

// wrap is a record as version 2.0 shows it.
func (q *request) wrap(m recordMeta, record []byte) export.Object {
	if q.set == nil {
		return export.Object{{Name: "links", Value: q.datasetLinks(m.id)}, {Name: "dataset", Value: rawJSON(record)}}
	}
	inner := append(m.members(""), export.Member{Name: "fields", Value: rawJSON(record)})
	return export.Object{{Name: "links", Value: q.recordLinks(m.id)}, {Name: "record", Value: inner}}
}

// write answers with a body of JSON.
func (q *request) write(body []byte, info store.Info) error {
	q.success(typeJSON, info)
	q.timing()
	q.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := q.w.Write(body)
	return err
}

// oneRecord answers with one record.
func oneRecord(q *request) error {
	links, metas, err := q.params.includes()
	if err != nil {
		return err
	}
	t, err := q.shows()
	if err != nil {
		return err
	}
	id, ok := q.set.Fields.Lookup(field.RecordID)
	if !ok {
		return choiceNoRecord(q.record)
	}
	table, err := odsql.Compile(q.env(q.set, t), odsql.Request{
		Select: q.params.List("select"), Limit: 1, Also: query.Compare{Field: id, Op: query.Eq, Value: field.Str(q.record)},
	})
	if err != nil {
		return err
	}
	l := list{terms: t, set: q.set, table: table, columns: len(table.Columns), links: links, metas: metas}
	if table.Groups == nil {
		l.table.Columns = append(table.Columns[:l.columns:l.columns], technicals(q.set)...)
	}
	ctx, cancel := q.bounded()
	defer cancel()
	view, err := q.set.Open(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	for values, err := range search.Table(ctx, view, l.table) {
		if err != nil {
			return err
		}
		body := q.appendRow(nil, l, values, q.v == v20)
		if q.unchangedBody(body, view.Info()) {
			return nil
		}
		return q.write(body, view.Info())
	}
	return choiceNoRecord(q.record)
}
