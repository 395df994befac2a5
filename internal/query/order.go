package query

import (
	"iter"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
)

// PositionOf gives the place of a notice under the keys.
func PositionOf(n *notice.Notice, keys []Key) Position { return PositionIn(n.ID, n, keys) }

// PositionIn gives the place of any record under the keys, by the id that decides between equal ones.
func PositionIn(id string, r field.Record, keys []Key) Position {
	p := Position{Keys: make([][]field.Value, len(keys)), ID: id}
	for i, k := range keys {
		if v := k.Field.Get(r); len(v) > 0 {
			p.Keys[i] = v
		}
	}
	return p
}

// Found is a record of an answer with its place.
type Found struct {
	Position
	Record field.Record
}

// Select is the reference answer to a query over records with their ids, ordered by keys (q.Sort is not read): Match, order, After,
// Offset and Limit.
func Select(records iter.Seq2[string, field.Record], q Query, keys []Key) []Found {
	var list []Found
	for id, r := range records {
		if !Match(q.Where, r) {
			continue
		}
		if p := PositionIn(id, r, keys); q.After == nil || ComparePositions(keys, p, *q.After) > 0 {
			list = append(list, Found{p, r})
		}
	}
	slices.SortFunc(list, func(a, b Found) int { return ComparePositions(keys, a.Position, b.Position) })
	return page(list, q.Limit, q.Offset)
}

// page is the piece of a list that limit and offset leave.
func page[T any](list []T, limit, offset int) []T {
	list = list[min(offset, len(list)):]
	if limit >= 0 {
		list = list[:min(limit, len(list))]
	}
	return list
}

// ComparePositions orders two places under the keys: null last in either direction, ties by id.
func ComparePositions(keys []Key, a, b Position) int {
	for i, k := range keys {
		if c := k.compare(a.Keys[i], b.Keys[i]); c != 0 {
			return c
		}
	}
	return strings.Compare(a.ID, b.ID)
}

func (k Key) compare(a, b []field.Value) int {
	switch {
	case len(a) == 0 && len(b) == 0:
		return 0
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	c := k.Field.Type.Compare(a[0], b[0])
	if k.Desc {
		return -c
	}
	return c
}
