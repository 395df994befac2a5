package query

import (
	"fmt"
	"strings"

	"github.com/boamp/boamp/internal/field"
)

// Table is a whole request for a table: which records or groups, in what order, shown as which columns. Package search
// answers it from a store.View.
type Table struct {
	Where   Expr
	Groups  *Groups        // nil: a row for each record. Its Where, Limit and Offset are not read: those of the table count
	Columns []*field.Field // what a row shows, in order; named and labelled as in the answer. Of groups, Get reads a Group
	// Sort orders records (nil: the default order) or, of groups, rows by what is computed from their columns (Get reads a Group);
	// groups that Groups.Sort can order leave it nil.
	Sort   []Key
	Limit  int // rows wanted; negative means all
	Offset int
	// Repeat says that aggregates without keys stand for each matching record: the one row is given as often as records match,
	// within Limit and Offset.
	Repeat bool
}

// Canonical prints a table in one way only: equal requests have equal texts. It is what caches and ETags of answers are bound to,
// together with the data set and its revision. It grows with the request.
func (t Table) Canonical() string {
	var b strings.Builder
	b.WriteString("table")
	for i, f := range t.Columns {
		fmt.Fprintf(&b, " %d:%q=%s", i, f.Name, f.Formula())
	}
	switch {
	case t.Groups != nil:
		g := *t.Groups
		g.Where, g.Limit, g.Offset = t.Where, t.Limit, t.Offset
		b.WriteString(" of " + g.Canonical())
	default:
		fmt.Fprintf(&b, " where %s limit %d offset %d", Canonical(t.Where), max(t.Limit, -1), t.Offset)
	}
	for _, k := range t.Sort {
		b.WriteString(" by " + k.String())
	}
	if t.Repeat {
		b.WriteString(" for each record")
	}
	return b.String()
}

// String prints a sort key in one way only.
func (k Key) String() string {
	if k.Desc {
		return k.Field.Formula() + " desc"
	}
	return k.Field.Formula()
}

// Canonical prints groups in one way only, see Table.Canonical.
func (g Groups) Canonical() string {
	var b strings.Builder
	b.WriteString("groups")
	for _, k := range g.Keys {
		b.WriteString(" key " + k.Formula())
	}
	for _, a := range g.Values {
		b.WriteString(" " + a.String())
	}
	for _, s := range g.Sort {
		fmt.Fprintf(&b, " by %s", Place(s.Column))
		if s.Desc {
			b.WriteString(" desc")
		}
		if s.NullFirst {
			b.WriteString(" null first")
		}
	}
	fmt.Fprintf(&b, " where %s limit %d offset %d", Canonical(g.Where), max(g.Limit, -1), g.Offset)
	return b.String()
}

// String prints an aggregate in one way only.
func (a Aggregate) String() string {
	what := "*"
	if a.Field != nil {
		what = a.Field.Formula()
	}
	if a.Func == Percentile {
		what += fmt.Sprintf(", %v", a.Q)
	}
	return a.Func.String() + "(" + what + ")"
}
