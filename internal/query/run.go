package query

import (
	"encoding/binary"
	"iter"
	"math"
	"slices"

	"github.com/boamp/boamp/internal/field"
)

// RunGroups is the reference answer to a request for groups of records. The rows are the caller's.
func RunGroups(records iter.Seq[field.Record], g Groups) []Group {
	run := grouping{Groups: g, byKey: map[string]*group{}}
	if len(g.Keys) == 0 {
		run.of(nil, "")
	}
	for r := range records {
		if Match(g.Where, r) {
			run.add(r)
		}
	}
	rows := make([]Group, len(run.list))
	for i, x := range run.list {
		rows[i] = x.keys
		for _, v := range x.values {
			rows[i] = append(rows[i], v.result())
		}
	}
	slices.SortFunc(rows, g.compare)
	return page(rows, g.Limit, g.Offset)
}

// grouping is a request for groups under way.
type grouping struct {
	Groups
	byKey map[string]*group
	list  []*group
}

type group struct {
	keys   Group
	values []accumulator
}

// add puts a record into its groups: one for each combination of different values of the keys.
func (g *grouping) add(r field.Record) {
	inputs := make([][]field.Value, len(g.Values))
	for i, a := range g.Values {
		if a.Field != nil {
			inputs[i] = a.Field.Get(r)
		}
	}
	choices := make([][]choice, len(g.Keys))
	for i, k := range g.Keys {
		choices[i] = choose(k.Type, k.Get(r))
	}
	g.combine(choices, nil, "", inputs)
}

// choice is one value of a key, or none.
type choice struct {
	value    []field.Value
	identity string
}

func choose(t field.Type, values []field.Value) []choice {
	if len(values) == 0 {
		return []choice{{nil, "-"}}
	}
	var list []choice
	for _, v := range values {
		c := choice{[]field.Value{v}, "+" + identity(t, v)}
		if !slices.ContainsFunc(list, func(o choice) bool { return o.identity == c.identity }) {
			list = append(list, c)
		}
	}
	return list
}

// combine tries the choices of the next key and adds to the group when all are made.
func (g *grouping) combine(choices [][]choice, keys Group, path string, inputs [][]field.Value) {
	if len(choices) == 0 {
		x := g.of(keys, path)
		for i, a := range x.values {
			a.add(inputs[i])
		}
		return
	}
	for _, c := range choices[0] {
		length := string(binary.AppendUvarint(nil, uint64(len(c.identity))))
		g.combine(choices[1:], append(keys[:len(keys):len(keys)], c.value), path+length+c.identity, inputs)
	}
}

// of finds or makes the group of keys.
func (g *grouping) of(keys Group, path string) *group {
	x := g.byKey[path]
	if x == nil {
		x = &group{keys: slices.Clone(keys)}
		for _, a := range g.Values {
			x.values = append(x.values, a.accumulate())
		}
		g.byKey[path] = x
		g.list = append(g.list, x)
	}
	return x
}

// identity is a text that only equal values of a type share.
func identity(t field.Type, v field.Value) string {
	switch t {
	case field.DateTime:
		b := binary.BigEndian.AppendUint64(nil, uint64(v.Time.Unix()))
		return string(binary.BigEndian.AppendUint32(b, uint32(v.Time.Nanosecond())))
	case field.Number, field.Bool, field.Int:
		return string(binary.BigEndian.AppendUint64(nil, math.Float64bits(v.Num+0))) // +0 and -0 are equal
	}
	return v.Str
}

// compare orders two rows as Sort says, then by their keys, ascending, null first.
func (g Groups) compare(a, b Group) int {
	for _, s := range g.Sort {
		if c := compareColumn(g.typeOf(s.Column), a[s.Column], b[s.Column], s.Desc, s.NullFirst); c != 0 {
			return c
		}
	}
	for i := range g.Keys {
		if c := compareColumn(g.typeOf(i), a[i], b[i], false, true); c != 0 {
			return c
		}
	}
	return 0
}

// typeOf is the type of a column.
func (g Groups) typeOf(column int) field.Type {
	if column < len(g.Keys) {
		return g.Keys[column].Type
	}
	return g.Values[column-len(g.Keys)].Type()
}

func compareColumn(t field.Type, a, b []field.Value, desc, nullFirst bool) int {
	none := 1
	if nullFirst {
		none = -1
	}
	switch {
	case len(a) == 0 && len(b) == 0:
		return 0
	case len(a) == 0:
		return none
	case len(b) == 0:
		return -none
	}
	c := t.Compare(a[0], b[0])
	if desc {
		return -c
	}
	return c
}
