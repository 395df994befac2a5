package explorev1

import (
	"strings"

	"github.com/boamp/boamp/internal/export"
)

// lists are parameters that are echoed as lists.
var lists = []string{"sort", "facet"}

// echo is the member "parameters" of a search: how the request was understood.
func (q *request) echo(format string, rows, start int) export.Object {
	var o export.Object
	add := func(name string, v any) { o = append(o, export.Member{Name: name, Value: v}) }
	if q.set != nil {
		add("dataset", q.set.ID)
	}
	if v := q.params.One("q"); v != "" {
		add("q", v)
	}
	for _, name := range q.params.Below("q.") {
		add("q."+name, oneOrList(q.params.All("q."+name)))
	}
	add("rows", rows)
	add("start", start)
	for _, name := range lists {
		if v := q.params.All(name); len(v) > 0 {
			add(name, v)
		}
	}
	if v := q.params.List("fields"); v != "" {
		add("fields", v)
	}
	for _, kind := range []string{"refine", "exclude", "disjunctive"} {
		var inner export.Object
		names := q.params.Below(kind + ".")
		if kind == "disjunctive" {
			names = q.alternatives()
		}
		for _, name := range names {
			values := q.params.All(kind + "." + name)
			inner = append(inner, export.Member{Name: name, Value: oneOrList(values)})
			if kind == "disjunctive" {
				on, _ := q.params.Flag(kind+"."+name, true) // read before
				inner[len(inner)-1].Value = on
			}
		}
		if inner != nil {
			add(kind, inner)
		}
	}
	add("format", format)
	if v := strings.TrimSpace(q.params.One("lang")); v != "" {
		add("lang", v)
	}
	add("timezone", q.zone.String())
	return o
}

func oneOrList(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	return values
}
