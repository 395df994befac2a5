package query

import (
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
)

// PositionOf gives the place of a notice under the keys.
func PositionOf(n *notice.Notice, keys []Key) Position {
	p := Position{Keys: make([][]field.Value, len(keys)), ID: n.ID}
	for i, k := range keys {
		p.Keys[i] = k.Field.Get(n)
	}
	return p
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
