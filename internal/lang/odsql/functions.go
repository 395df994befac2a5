package odsql

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/boamp/boamp/internal/query"
)

// Family groups functions by what they are for.
type Family string

const (
	Values     Family = "Values"
	Dates      Family = "Dates"
	Words      Family = "Words"
	Ranges     Family = "Ranges"
	Aggregates Family = "Aggregates"
	Geometry   Family = "Geometry"
)

// Function is one word of the language that is followed by arguments. The table of them drives the parser, the compiler and the
// page docs/odsql.md.
type Function struct {
	Name   string
	Family Family
	In     Clause // where it may stand
	Usage  string // how it is written; several ways are divided by line feeds
	Doc    string // what it gives

	min, max       int                      // arguments, unless read is there
	star, quantity bool                     // an argument may be *, or a number with a unit
	read           func(p *parser, c *Call) // reads what stands between the parentheses; nil reads values
	value          func(*compiler, *Call) operand
	filter         func(*compiler, *Call) query.Expr
	total          func(*compiler, *Call) query.Aggregate
	key            func(*compiler, *Call) groupKey
}

// predicate reports whether calls are true or false by themselves.
func (f *Function) predicate() bool { return f.filter != nil }

// Functions lists the functions, family by family.
func Functions() []Function {
	return slices.Concat(valueFunctions(), dateFunctions(), wordFunctions(), rangeFunctions(), aggregateFunctions(), geoFunctions())
}

// table finds functions by name, in lower case.
type table map[string][]*Function

// index is the table of all functions, made once.
var index = sync.OnceValue(func() table {
	list := Functions()
	t := make(table, len(list))
	for i := range list {
		f := &list[i]
		t[f.Name] = append(t[f.Name], f)
	}
	return t
})

// in finds the function of a name in a clause; nil for none.
func (t table) in(c Clause, name string) *Function {
	for _, f := range t[name] {
		if f.In&c != 0 {
			return f
		}
	}
	return nil
}

// count says how many arguments.
func count(least, most int) string {
	switch {
	case least == most && least == 1:
		return "1 argument"
	case least == most:
		return fmt.Sprintf("%d arguments", least)
	}
	return fmt.Sprintf("%d to %d arguments", least, most)
}

// isUnit reports whether a word behind a number is a unit of length or of time.
func isUnit(word string) bool {
	return strings.Contains(" mi yd ft m cm km mm ", " "+word+" ") || timeUnit(word) != ""
}
