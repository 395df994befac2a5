package dataset

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// State says whether a value of a facet is asked for.
type State string

const (
	Displayed State = "displayed"
	Refined   State = "refined"
	Excluded  State = "excluded" // such a value has no count
)

// Facet is one value of a facet.
type Facet struct {
	Name   string // last level of Path
	Path   string // what a refine takes
	Count  int64  // records; 0 when Excluded
	State  State
	Facets []Facet // next level, of values with a refinement on or below them
}

// FacetGroup is one facet with its values.
type FacetGroup struct {
	Field  *field.Field
	Facets []Facet // never nil
}

// FacetQuery asks for the facets of the records that match Where and Refinements.
type FacetQuery struct {
	Where       query.Expr // nil means all
	Refinements Refinements
	Specs       []Spec
	Zone        *time.Location // of instants; nil is UTC
}

// Facets counts the values of the facets, one group for each spec, in order. The rules are those of the portal where they are
// known (Explore API, facets): counts obey Where and all refinements, except that a disjunctive facet is counted without its own
// refines, so that the other values stay to be chosen; of a hierarchy and of a date only the top level is listed, and the next
// one below each value that is refined; an excluded value stands at the end, without a count. Ours: values above a refined one
// are Displayed; a refined value that no record has is listed with the count 0, so that it can be taken back, and stays when the
// limit would cut it; null, empty texts and levels without a name ("/" of a notice without procedure) are no values.
func Facets(ctx context.Context, view store.View, q FacetQuery) ([]FacetGroup, error) {
	groups := make([]FacetGroup, len(q.Specs))
	for i, spec := range q.Specs {
		if spec.Limit <= 0 {
			spec.Limit = DefaultValues
		}
		refs := q.Refinements
		if spec.Disjunctive {
			refs = refs.Without(spec.Field)
		}
		c := counting{view: view, spec: spec, zone: q.Zone, where: both(q.Where, refs.Predicate(q.Zone))}
		for _, r := range q.Refinements {
			if r.Field == spec.Field {
				c.refs = append(c.refs, r)
			}
		}
		list, err := c.level(ctx, "", 1)
		if err != nil {
			return nil, err
		}
		groups[i] = FacetGroup{spec.Field, list}
	}
	return groups, nil
}

func both(a, b query.Expr) query.Expr {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return query.And{a, b}
}

// counting is the work on one facet.
type counting struct {
	view  store.View
	spec  Spec
	zone  *time.Location
	where query.Expr
	refs  Refinements // of the field
}

// level lists the values of level n (from 1) below a parent, and what is below them.
func (c counting) level(ctx context.Context, parent string, n int) ([]Facet, error) {
	asked := c.asked(parent, n)
	list, err := c.count(ctx, parent, n, asked)
	if err != nil {
		return nil, err
	}
	for _, a := range asked {
		i := slices.IndexFunc(list, func(f Facet) bool { return f.Path == a.path })
		if i < 0 {
			list = append(list, Facet{Name: c.name(a.path, parent), Path: a.path})
			i = len(list) - 1
		}
		list[i].State = a.state
		if a.state == Excluded || n >= c.depth() {
			continue
		}
		if list[i].Facets, err = c.level(ctx, a.path, n+1); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// asking is a value of a level that a refinement asks for, or one above it (Displayed).
type asking struct {
	path  string
	state State
}

// asked lists the values of a level that refinements ask for: refined first, then those above, then excluded.
func (c counting) asked(parent string, n int) []asking {
	var list []asking
	for _, r := range c.refs {
		levels := r.levels()
		if c.spec.Flat && len(levels) < len(dateLevels) {
			continue
		}
		if c.spec.Flat {
			levels = levels[len(levels)-1:]
		}
		if len(levels) < n || n > 1 && levels[n-2] != parent {
			continue
		}
		a := asking{levels[n-1], Displayed}
		switch {
		case len(levels) > n:
		case r.Exclude:
			a.state = Excluded
		default:
			a.state = Refined
		}
		i := slices.IndexFunc(list, func(x asking) bool { return x.path == a.path })
		switch {
		case i < 0:
			list = append(list, a)
		case list[i].state == Displayed || a.state == Excluded: // what is excluded has no records, also when it is refined as well
			list[i].state = a.state
		}
	}
	rank := map[State]int{Refined: 0, Displayed: 1, Excluded: 2}
	slices.SortStableFunc(list, func(a, b asking) int { return rank[a.state] - rank[b.state] })
	return list
}

// count asks the view for the values of a level: as many as the facet has room for, and those asked for wherever they stand.
func (c counting) count(ctx context.Context, parent string, n int, asked []asking) ([]Facet, error) {
	missing := map[string]bool{}
	for _, a := range asked {
		if a.state != Excluded {
			missing[a.path] = true
		}
	}
	under := ""
	if parent != "" {
		under = parent + c.joint()
	}
	g := query.Groups{Where: c.where, Keys: []*field.Field{c.key(n)}, Values: []query.Aggregate{{Func: query.Count}}, Sort: c.sort(), Limit: -1}
	if len(missing) == 0 && (parent == "" || !c.spec.Field.Multi) {
		g.Limit = c.spec.Limit + 2 // null and the empty text are no values
	}
	if parent != "" {
		g.Where = both(g.Where, Refinement{Field: c.spec.Field, Path: parent, Separator: c.spec.Separator}.has(c.zone))
	}
	list := []Facet{}
	for row, err := range c.view.Groups(ctx, g) {
		if err != nil {
			return nil, err
		}
		path := c.path(row[0])
		if path == "" || !strings.HasPrefix(path, under) || path == under && !missing[path] {
			continue
		}
		if missing[path] {
			delete(missing, path)
		} else if len(list) >= c.spec.Limit-len(missing) {
			if len(missing) == 0 {
				break
			}
			continue
		}
		list = append(list, Facet{Name: c.name(path, parent), Path: path, Count: int64(row[1][0].Num), State: Displayed})
	}
	return list, nil
}
