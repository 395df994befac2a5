package native

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// accountColumn is a column of the file of counts.
type accountColumn struct {
	name string
	kind field.Type
	of   func(row completeness.Row) []field.Value
}

func accountColumns() []accountColumn {
	text := func(of func(completeness.Row) string) func(completeness.Row) []field.Value {
		return func(r completeness.Row) []field.Value {
			if s := of(r); s != "" {
				return []field.Value{field.Str(s)}
			}
			return nil
		}
	}
	number := func(of func(completeness.Row) int64) func(completeness.Row) []field.Value {
		return func(r completeness.Row) []field.Value { return []field.Value{field.Num(float64(of(r)))} }
	}
	lag := func(of func(completeness.Lag) time.Duration) func(completeness.Row) []field.Value {
		return func(r completeness.Row) []field.Value {
			if r.Lag.Documents == 0 {
				return nil
			}
			return []field.Value{field.Num(float64(of(r.Lag) / time.Second))}
		}
	}
	moment := func(of func(completeness.Row) time.Time) func(completeness.Row) []field.Value {
		return func(r completeness.Row) []field.Value {
			if t := of(r); !t.IsZero() {
				return []field.Value{field.Instant(t)}
			}
			return nil
		}
	}
	return []accountColumn{
		{"source", field.Text, text(func(r completeness.Row) string { return r.Source })},
		{"period", field.Text, text(func(r completeness.Row) string { return r.Period })},
		{"edition", field.Text, text(func(r completeness.Row) string { return r.Edition })},
		{"editions", field.Int, number(func(r completeness.Row) int64 { return int64(r.Editions) })},
		{"listed", field.Int, number(func(r completeness.Row) int64 { return r.Listed })},
		{"fetched", field.Int, number(func(r completeness.Row) int64 { return r.Fetched })},
		{"read", field.Int, number(func(r completeness.Row) int64 { return r.Read })},
		{"served", field.Int, number(func(r completeness.Row) int64 { return r.Served })},
		{"partial", field.Int, number(func(r completeness.Row) int64 { return r.Partial })},
		{"quarantined", field.Int, number(func(r completeness.Row) int64 { return r.Quarantined })},
		{"erased", field.Int, number(func(r completeness.Row) int64 { return r.Erased })},
		{"missing", field.Int, number(func(r completeness.Row) int64 { return r.Missing })},
		{"unaccounted", field.Int, number(func(r completeness.Row) int64 { return r.Unaccounted() })},
		{"gone", field.Int, number(func(r completeness.Row) int64 { return r.Gone })},
		{"notices", field.Int, number(func(r completeness.Row) int64 { return r.Notices })},
		{"lag_documents", field.Int, number(func(r completeness.Row) int64 { return int64(r.Lag.Documents) })},
		{"lag_p50", field.Int, lag(func(l completeness.Lag) time.Duration { return l.P50 })},
		{"lag_p95", field.Int, lag(func(l completeness.Lag) time.Duration { return l.P95 })},
		{"lag_worst", field.Int, lag(func(l completeness.Lag) time.Duration { return l.Worst })},
		{"listed_at", field.DateTime, moment(func(r completeness.Row) time.Time { return r.Listing })},
		{"first_seen", field.DateTime, moment(func(r completeness.Row) time.Time { return r.First })},
		{"last_change", field.DateTime, moment(func(r completeness.Row) time.Time { return r.Last })},
	}
}

// completenessFile answers with all rows as CSV.
func (a *API) completenessFile(w http.ResponseWriter, r *http.Request) error {
	values, err := readQuery(r)
	if err != nil {
		return err
	}
	options, err := readExportOptions(values)
	if err != nil {
		return err
	}
	return a.looked(r, func(_ context.Context, _ store.Snapshot, report completeness.Report) error {
		c, err := chosen(values, report)
		if err != nil {
			return err
		}
		rows, _ := report.Account.Rows(c)
		all := export.Formats()
		f := all[slices.IndexFunc(all, func(f export.Format) bool { return f.Name == "csv" })]
		stamp(w, report.Info)
		w.Header().Set("Content-Type", f.MediaType)
		w.Header().Set("Content-Disposition", `attachment; filename="completeness.csv"`)
		options.Meta = search.Meta(report.Info, int64(len(rows)))
		return writeRows(f.New(w, options), rows)
	})
}

func writeRows(enc export.Encoder, rows []completeness.Row) error {
	columns := accountColumns()
	fields := make([]*field.Field, len(columns))
	for i, c := range columns {
		fields[i] = &field.Field{Name: c.name, Label: c.name, LabelEN: c.name, Type: c.kind}
	}
	if err := enc.Begin(fields); err != nil {
		return err
	}
	for _, row := range rows {
		cells := make([][]field.Value, len(columns))
		for i, c := range columns {
			cells[i] = c.of(row)
		}
		if err := enc.Row(cells); err != nil {
			return err
		}
	}
	return enc.End()
}
