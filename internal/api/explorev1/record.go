package explorev1

import (
	"net/http"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/query"
)

// technicals are the fields that a record of version 1 has beside its fields, read behind the columns.
var technicals = [...]string{field.RecordID, field.RecordTimestamp}

// withTechnicals gives columns and, behind them, the technical fields that the data set has.
func withTechnicals(set *dataset.Set, columns []*field.Field) []*field.Field {
	all := columns[:len(columns):len(columns)]
	for _, name := range technicals {
		if f, ok := set.Fields.Lookup(name); ok {
			all = append(all, f)
		}
	}
	return all
}

// record is a record as version 1 shows it: fields without a value are left out. values are those of withTechnicals.
func record(set *dataset.Set, columns []*field.Field, values [][]field.Value, s export.Style) []byte {
	id, at := "", any(nil)
	if rest := values[len(columns):]; len(rest) == len(technicals) {
		if len(rest[0]) > 0 {
			id = rest[0][0].Str
		}
		if len(rest[1]) > 0 {
			at = rest[1][0].Time
		}
	}
	inner := s.Append(nil, export.Record{Fields: columns, Values: values[:len(columns)], SkipNull: true})
	return style.Append(nil, export.Object{
		{Name: "datasetid", Value: set.ID}, {Name: "recordid", Value: id}, {Name: "fields", Value: raw(inner)}, {Name: "record_timestamp", Value: at},
	})
}

// lookupRecord answers with one record.
func lookupRecord(q *request) error {
	if _, err := q.format("json", "jsonp"); err != nil {
		return err
	}
	notFound := &refusal{http.StatusNotFound, "The requested record " + q.record + " does not exist."}
	id, ok := q.set.Fields.Lookup(field.RecordID)
	if !ok {
		return notFound
	}
	ctx, cancel := q.bounded()
	defer cancel()
	view, err := q.set.Open(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	one := query.Query{Where: query.Compare{Field: id, Op: query.Eq, Value: field.Str(q.record)}, Sort: q.set.Order, Limit: 1}
	for row, err := range view.Rows(ctx, one, withTechnicals(q.set, q.set.Columns)) {
		if err != nil {
			return err
		}
		body := q.body(raw(record(q.set, q.set.Columns, row.Values, q.style())))
		if q.r.Method != http.MethodPost && q.notModified(odshttp.BodyTag(body), view.Info()) {
			return nil
		}
		return q.writeBody(body, view.Info())
	}
	return notFound
}
