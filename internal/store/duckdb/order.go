package duckdb

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/query"
)

// orderBy writes the order of keys, which are columns of read: null last in either direction, ties by id. DuckDB compares
// text byte by byte.
func orderBy(read *rowReader) string {
	var list []string
	for i, k := range read.keys {
		direction := " ASC"
		if k.Desc {
			direction = " DESC"
		}
		list = append(list, strconv.Itoa(read.at[i]+1)+direction+" NULLS LAST")
	}
	return " ORDER BY " + strings.Join(append(list, colNotice+" ASC"), ", ")
}

// behind writes the condition of standing behind a position: for each key in turn, equal in those before it and behind in
// it; at last equal in all and behind by id.
func (s *statement) behind(read *rowReader, p *query.Position) string {
	var ways []string
	equal := ""
	for i, k := range read.keys {
		key := read.values[i]
		if len(p.Keys[i]) == 0 { // nothing is behind null
			equal += key.sql + " IS NULL AND "
			continue
		}
		op := query.Gt
		if k.Desc {
			op = query.Lt
		}
		v := p.Keys[i][0]
		ways = append(ways, "("+equal+"("+s.compare(key, op, v)+" OR "+key.sql+" IS NULL))")
		equal += s.compare(key, query.Eq, v) + " AND "
	}
	ways = append(ways, "("+equal+colNotice+" > "+s.arg(p.ID)+")")
	return "(" + strings.Join(ways, " OR ") + ")"
}
