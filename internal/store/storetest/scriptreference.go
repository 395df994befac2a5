package storetest

import (
	"iter"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// inOrder sorts notices by id.
func inOrder(notices []*notice.Notice) []*notice.Notice {
	list := slices.Clone(notices)
	slices.SortFunc(list, func(a, b *notice.Notice) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// referenceTable answers a table by the book.
func referenceTable(notices []*notice.Notice, t query.Table) iter.Seq2[[][]field.Value, error] {
	var rows []field.Record
	switch {
	case t.Groups == nil:
		rows = referenceRecords(notices, t)
	case t.Repeat:
		all := query.Table{Where: t.Where, Limit: t.Limit, Offset: t.Offset}
		g := *t.Groups
		g.Where, g.Limit, g.Offset = t.Where, 1, 0
		row := query.RunGroups(records(notices), g)[0]
		for range referenceRecords(notices, all) {
			rows = append(rows, row)
		}
	default:
		rows = referenceGroups(notices, t)
	}
	return func(yield func([][]field.Value, error) bool) {
		for _, r := range rows {
			row := make([][]field.Value, len(t.Columns))
			for i, c := range t.Columns {
				if v := c.Get(r); len(v) > 0 {
					row[i] = v
				}
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func records(notices []*notice.Notice) iter.Seq[field.Record] {
	return func(yield func(field.Record) bool) {
		for _, n := range notices {
			if !yield(n) {
				return
			}
		}
	}
}

func referenceRecords(notices []*notice.Notice, t query.Table) []field.Record {
	q := query.Query{Where: t.Where, Sort: t.Sort, Limit: t.Limit, Offset: t.Offset}
	found := query.Select(func(yield func(string, field.Record) bool) {
		for _, n := range notices {
			if !yield(n.ID, n) {
				return
			}
		}
	}, q, store.Keys(q, catalogue))
	rows := make([]field.Record, len(found))
	for i, f := range found {
		rows[i] = f.Record
	}
	return rows
}

// referenceGroups puts all groups into order and takes the piece that is asked for.
func referenceGroups(notices []*notice.Notice, t query.Table) []field.Record {
	g := *t.Groups
	g.Where, g.Limit, g.Offset = t.Where, -1, 0
	groups := query.RunGroups(records(notices), g)
	place := func(r query.Group) query.Position {
		p := query.Position{}
		for _, k := range t.Sort {
			p.Keys = append(p.Keys, k.Field.Get(r))
		}
		return p
	}
	slices.SortStableFunc(groups, func(a, b query.Group) int { return query.ComparePositions(t.Sort, place(a), place(b)) })
	groups = groups[min(t.Offset, len(groups)):]
	if t.Limit >= 0 {
		groups = groups[:min(t.Limit, len(groups))]
	}
	rows := make([]field.Record, len(groups))
	for i, r := range groups {
		rows[i] = r
	}
	return rows
}
