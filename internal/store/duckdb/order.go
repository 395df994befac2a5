package duckdb

import (
	"strings"

	"github.com/boamp/boamp/internal/query"
)

// orderBy writes the order of keys: null last in either direction, ties by id. DuckDB compares text byte by byte.
func (s *statement) orderBy(keys []query.Key) (string, error) {
	var list []string
	for _, k := range keys {
		if err := s.known(k.Field); err != nil {
			return "", err
		}
		direction := " ASC"
		if k.Desc {
			direction = " DESC"
		}
		list = append(list, column(k.Field)+direction+" NULLS LAST")
	}
	return " ORDER BY " + strings.Join(append(list, colNotice+" ASC"), ", "), nil
}

// behind writes the condition of standing behind a position: for each key in turn, equal in those before it and behind in
// it; at last equal in all and behind by id.
func (s *statement) behind(keys []query.Key, p *query.Position) (string, error) {
	var ways []string
	equal := ""
	for i, k := range keys {
		if err := s.known(k.Field); err != nil {
			return "", err
		}
		col := column(k.Field)
		if len(p.Keys[i]) == 0 { // nothing is behind null
			equal += col + " IS NULL AND "
			continue
		}
		op := query.Gt
		if k.Desc {
			op = query.Lt
		}
		v := p.Keys[i][0]
		ways = append(ways, "("+equal+"("+s.compare(k.Field, col, op, v)+" OR "+col+" IS NULL))")
		equal += s.compare(k.Field, col, query.Eq, v) + " AND "
	}
	ways = append(ways, "("+equal+colNotice+" > "+s.arg(p.ID)+")")
	return "(" + strings.Join(ways, " OR ") + ")", nil
}
