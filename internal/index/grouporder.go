package index

import (
	"cmp"
	"slices"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// sorted gives the groups wanted, in order.
func (g *grouping) sorted() []int {
	list := make([]int, len(g.groups))
	for i := range list {
		list[i] = i
	}
	compare := g.comparison()
	if want := g.Offset + g.Limit; g.Limit >= 0 && want >= 0 && want < len(list)/4 {
		list = best(list, want, compare)
	}
	slices.SortFunc(list, compare)
	list = list[min(g.Offset, len(list)):]
	if g.Limit >= 0 {
		list = list[:min(g.Limit, len(list))]
	}
	return list
}

// best gives the first of a list in an order, in no order.
func best(list []int, want int, compare func(a, b int) int) []int {
	if want == 0 {
		return nil
	}
	less := func(a, b int) bool { return compare(a, b) < 0 }
	top := list[:want]
	heapify(top, less)
	for _, x := range list[want:] {
		if less(x, top[0]) {
			top[0] = x
			sink(top, 0, less)
		}
	}
	return top
}

// comparison orders groups as Sort says, then by their keys, ascending, null first.
func (g *grouping) comparison() func(a, b int) int {
	var steps []func(a, b int) int
	for _, s := range g.Sort {
		if s.Column < len(g.keys) {
			steps = append(steps, g.byKey(s.Column, s.Desc, s.NullFirst))
		} else {
			steps = append(steps, g.byValue(s.Column-len(g.keys), s.Desc, s.NullFirst))
		}
	}
	for i := range g.keys {
		steps = append(steps, g.byKey(i, false, true))
	}
	return func(a, b int) int {
		for _, step := range steps {
			if c := step(a, b); c != 0 {
				return c
			}
		}
		return 0
	}
}

func (g *grouping) byKey(key int, desc, nullFirst bool) func(a, b int) int {
	d := g.keys[key]
	return func(a, b int) int {
		x, y := g.key(a, key), g.key(b, key)
		if x == y {
			return 0
		}
		if x == 0 || y == 0 {
			return nulls(x == 0, nullFirst)
		}
		return turned(d.compare(x, y), desc)
	}
}

func (g *grouping) byValue(value int, desc, nullFirst bool) func(a, b int) int {
	if g.values == nil { // counts are never null
		return func(a, b int) int { return turned(cmp.Compare(g.counts[a], g.counts[b]), desc) }
	}
	t := g.Values[value].Type()
	results := make([][]field.Value, len(g.groups))
	for i := range results {
		results[i] = g.result(i, value)
	}
	return func(a, b int) int {
		x, y := results[a], results[b]
		switch {
		case x == nil && y == nil:
			return 0
		case x == nil || y == nil:
			return nulls(x == nil, nullFirst)
		}
		return turned(t.Compare(x[0], y[0]), desc)
	}
}

// nulls orders two of which one is null.
func nulls(first, nullFirst bool) int {
	if first == nullFirst {
		return -1
	}
	return 1
}

func turned(c int, desc bool) int {
	if desc {
		return -c
	}
	return c
}

// result is an aggregate of a group.
func (g *grouping) result(group, value int) []field.Value {
	if g.values == nil {
		return number(float64(g.counts[group]))
	}
	return g.values[value].result(group)
}

// row is a group as the answer shows it.
func (g *grouping) row(group int) query.Group {
	row := make(query.Group, 0, len(g.keys)+len(g.Values))
	for i, d := range g.keys {
		row = append(row, d.value(g.key(group, i)))
	}
	for i := range g.Values {
		row = append(row, g.result(group, i))
	}
	return row
}
