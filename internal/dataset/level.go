package dataset

import (
	"math"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// isDate reports whether the values of the facet are days or instants.
func (s Spec) isDate() bool { return s.Field.Type == field.Date || s.Field.Type == field.DateTime }

// depth is the number of levels that the facet can have.
func (c counting) depth() int {
	switch {
	case c.spec.Separator != "":
		return math.MaxInt
	case c.spec.isDate() && !c.spec.Flat:
		return len(dateLevels)
	}
	return 1
}

// joint stands between the levels of a path.
func (c counting) joint() string {
	if c.spec.Separator != "" {
		return c.spec.Separator
	}
	return "/"
}

// dateLayouts write the paths of the levels of a date, see dateLevels.
var dateLayouts = []scalar.Layout{
	{Pattern: "yyyy", Lang: "fr", Pieces: []scalar.Piece{{Verb: "yyyy"}}},
	{Pattern: "yyyy/MM", Lang: "fr", Pieces: []scalar.Piece{{Verb: "yyyy"}, {Text: "/"}, {Verb: "MM"}}},
	{Pattern: "yyyy/MM/dd", Lang: "fr", Pieces: []scalar.Piece{{Verb: "yyyy"}, {Text: "/"}, {Verb: "MM"}, {Text: "/"}, {Verb: "dd"}}},
}

// key is the field that level n is grouped by.
func (c counting) key(n int) *field.Field {
	f := c.spec.Field
	switch {
	case c.spec.Separator != "":
		return scalar.Field(f.Name, scalar.Segments{X: scalar.Of(f), Separator: c.spec.Separator, N: n})
	case c.spec.isDate():
		if c.spec.Flat {
			n = len(dateLayouts)
		}
		return scalar.Field(f.Name, scalar.Format{X: scalar.Of(f), Layout: dateLayouts[n-1], Zone: c.zone})
	}
	return f
}

// path is what a refine takes for a value of a key; "" for what is no value.
func (c counting) path(values []field.Value) string {
	if len(values) == 0 {
		return ""
	}
	switch t := c.spec.Field.Type; {
	case t.Numeric():
		return number(values[0].Num)
	case t == field.Bool:
		if values[0].Num != 0 {
			return "true"
		}
		return "false"
	}
	return values[0].Str
}

// name is the last level of a path below a parent.
func (c counting) name(path, parent string) string {
	if parent == "" {
		return path
	}
	return strings.TrimPrefix(path, parent+c.joint())
}

// sort is the order of the values: by count, largest first, unless the facet says otherwise. Equal counts stand in the order of the
// values.
func (c counting) sort() []query.GroupSort {
	const key, count = 0, 1
	switch c.spec.Sort {
	case "count":
		return []query.GroupSort{{Column: count}}
	case "alphanum", "num":
		return []query.GroupSort{{Column: key}}
	case "-alphanum", "-num":
		return []query.GroupSort{{Column: key, Desc: true}}
	}
	return []query.GroupSort{{Column: count, Desc: true}}
}
