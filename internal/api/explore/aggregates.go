package explore

import (
	"net/http"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/search"
)

// aggregates answers with groups, or with one row over all records.
func aggregates(q *request) error {
	ctx, cancel := q.bounded()
	defer cancel()
	set, err := q.target(ctx)
	if err != nil {
		return err
	}
	limit, offset, err := q.params.page(true)
	if err != nil {
		return err
	}
	t, err := q.terms(set)
	if err != nil {
		return err
	}
	table, err := q.compile(set, t, odsql.Request{GroupBy: q.params.List("group_by"), Limit: limit, Offset: offset, Export: true})
	if err != nil {
		return err
	}
	if table.Groups == nil {
		return &problem{http.StatusBadRequest, codeODSQL, "ODSQL query is malformed: aggregates need an aggregation function or group_by. Clause(s) containing the error(s): select."}
	}
	view, err := set.Open(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	if q.unchanged(view.Info()) {
		return nil
	}
	list := export.List{}
	for values, err := range search.Table(ctx, view, table) {
		if err != nil {
			return err
		}
		list = append(list, rawJSON(t.style().AppendObject(nil, table.Columns, values)))
	}
	return q.writeJSON(view.Info(), export.Object{{Name: "aggregations", Value: list}})
}
