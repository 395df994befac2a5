package odsql_test

import (
	"fmt"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// describe prints a table, a line for each part.
func describe(t query.Table) string {
	var b strings.Builder
	if t.Where != nil {
		fmt.Fprintf(&b, "where %s\n", query.Canonical(t.Where))
	}
	if g := t.Groups; g != nil {
		for _, k := range g.Keys {
			fmt.Fprintf(&b, "key %s\n", formula(k))
		}
		for _, v := range g.Values {
			fmt.Fprintf(&b, "value %s(%s)", v.Func, formula(v.Field))
			if v.Q != 0 {
				fmt.Fprintf(&b, " %g", v.Q)
			}
			b.WriteByte('\n')
		}
		for _, s := range g.Sort {
			fmt.Fprintf(&b, "sort %d%s\n", s.Column, direction(s.Desc))
		}
	}
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "column %s %s", c.Name, c.Type)
		if f := formula(c); f != c.Name && (t.Groups == nil || c.From != nil) {
			fmt.Fprintf(&b, " = %s", f)
		}
		b.WriteByte('\n')
	}
	for _, k := range t.Sort {
		fmt.Fprintf(&b, "order %s%s\n", formula(k.Field), direction(k.Desc))
	}
	if t.Repeat {
		b.WriteString("repeat\n")
	}
	return b.String()
}

func direction(desc bool) string {
	if desc {
		return " desc"
	}
	return ""
}

func formula(f *field.Field) string {
	if f == nil {
		return "*"
	}
	return f.Formula()
}
