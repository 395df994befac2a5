package query

import (
	"strconv"

	"github.com/boamp/boamp/internal/field"
)

// Groups asks for one row for each group of the records that match, with values aggregated over it.
type Groups struct {
	Where Expr
	// Keys are what is grouped by. A record is in one group for each different value of a multi-valued key, in one for each
	// combination when there are several such keys, and never twice in one; no value is a group of its own (null). No keys: one
	// group of all, also when nothing matches.
	Keys   []*field.Field
	Values []Aggregate
	// Sort orders the rows by columns, keys first and then values; rows equal in these stand in the order of the keys,
	// ascending, null first.
	Sort   []GroupSort
	Limit  int // rows wanted; negative means all
	Offset int
}

// GroupSort is one sort key of groups.
type GroupSort struct {
	Column    int // place among keys and values together
	Desc      bool
	NullFirst bool // else null comes last, in either direction
}

// Aggregate is a value over the records of a group.
type Aggregate struct {
	Func  AggregateFunc
	Field *field.Field // nil for Count of records
	Q     float64      // Percentile: 0 to 1
}

// AggregateFunc says how values are aggregated. Except for Count and CountDistinct, the result over no values is null, and so is one
// that is not finite or, of a sum of whole numbers, 2^53 or more in size. Only Count and CountDistinct take multi-valued fields.
// Engines may differ in the last digits of what is not whole.
type AggregateFunc int

const (
	Count         AggregateFunc = iota // records; with a field, records that have a value of it
	CountDistinct                      // different values, exact; each value of a multi-valued field counts
	Sum                                // numbers; whole ones exactly
	Avg                                // numbers
	Min                                // numbers, days, instants
	Max                                // numbers, days, instants
	Percentile                         // numbers: of n values in order the one in place Q*(n-1), between two places linear
	StdDev                             // numbers, of the population
	SumSquares                         // numbers
)

func (f AggregateFunc) String() string {
	return [...]string{"count", "count distinct", "sum", "avg", "min", "max", "percentile", "stddev", "sumsquares"}[f]
}

// Type is the type of the result.
func (a Aggregate) Type() field.Type {
	switch a.Func {
	case Count, CountDistinct:
		return field.Int
	case Min, Max:
		return a.Field.Type
	case Sum:
		return a.Field.Type
	}
	return field.Number
}

// Group is one row of the answer: keys, then values; nil is null. As a field.Record it is what Column reads.
type Group [][]field.Value

// Place is the place of a column among keys and values: what the fields that Column makes are computed from (field.Field.From).
type Place int

func (p Place) String() string { return "#" + strconv.Itoa(int(p)) }

// Column makes the field that reads column i of a Group.
func Column(name string, t field.Type, i int) *field.Field {
	return &field.Field{Name: name, Label: name, LabelEN: name, Type: t, From: Place(i), Get: func(r field.Record) []field.Value { return r.(Group)[i] }}
}
