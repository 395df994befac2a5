package explorev1

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/v1q"
	"github.com/boamp/boamp/internal/odshttp"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

// maxWindow is how many rows paging reaches, and the most of one page.
const maxWindow = 10000

// filter is which records a request asks for.
type filter struct {
	set         *dataset.Set
	words       query.Expr // of q and q.NAME
	refinements dataset.Refinements
	disjunctive []string // fields that disjunctive.X=true names
}

// where is the whole condition.
func (f filter) where(q *request) query.Expr {
	return query.Simplify(query.And{f.words, f.refinements.Predicate(q.zone)})
}

// dataset finds the data set of a request on records: that of the path, or the one that the parameter names.
func (q *request) dataset() (*dataset.Set, error) {
	if q.set != nil {
		return q.set, nil
	}
	ids := q.params.All("dataset")
	slices.Sort(ids)
	switch ids = slices.Compact(ids); len(ids) {
	case 0:
		return nil, invalid("The parameter dataset is missing.")
	case 1:
		set, err := q.api.find(ids[0])
		q.set = set
		return set, err
	}
	return nil, invalid("One data set is expected, " + strconv.Itoa(len(ids)) + " are asked for: " + strings.Join(ids, ", ") + ".")
}

// filter reads what a request filters by.
func (q *request) filter(set *dataset.Set) (filter, error) {
	f := filter{set: set}
	for _, name := range q.params.Below("geofilter.") {
		return f, invalid("geofilter." + name + ": the data set " + set.ID + " has no geographic field.")
	}
	for _, name := range q.alternatives() {
		on, err := q.params.Flag("disjunctive."+name, true)
		if err != nil {
			return f, err
		}
		if on {
			f.disjunctive = append(f.disjunctive, name)
		}
	}
	var err error
	if f.words, err = q.words(set); err != nil {
		return f, err
	}
	f.refinements, err = q.refinements(f)
	return f, err
}

// alternatives lists the fields that disjunctive.X names, in order. Without a value it is on: so it stands in the address of the search
// page of www.boamp.fr, which clients copy.
func (q *request) alternatives() []string {
	var names []string
	for _, p := range q.params {
		if name, ok := strings.CutPrefix(p.Name, "disjunctive."); ok && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// words reads q and every q.NAME; all of them hold.
func (q *request) words(set *dataset.Set) (query.Expr, error) {
	texts := q.params.All("q")
	if len(texts) > 1 { // the parameter takes one value
		texts = texts[len(texts)-1:]
	}
	for _, name := range q.params.Below("q.") {
		texts = append(texts, q.params.All("q."+name)...)
	}
	env := v1q.Env{Fields: set.Fields, Text: set.Text, Now: q.start, Zone: q.zone}
	var all query.And
	for _, text := range texts {
		x, err := v1q.Parse(env, text)
		if err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, nil
}

// refinements reads refine.X and exclude.X.
func (q *request) refinements(f filter) (dataset.Refinements, error) {
	var list dataset.Refinements
	for _, kind := range []string{"refine.", "exclude."} {
		for _, name := range q.params.Below(kind) {
			on, err := f.field(kind+name, name)
			if err != nil {
				return nil, err
			}
			specs := []dataset.Spec{f.spec(on)}
			for _, value := range q.params.All(kind + name) {
				r, err := f.set.Refine(name, value, kind == "exclude.", specs)
				if err != nil {
					return nil, invalid(fmt.Sprintf("Invalid value for %s: %s is no value of a field of type %s.", kind+name, value, dataset.TypeName(on)))
				}
				list = append(list, r)
			}
		}
	}
	return list, nil
}

// spec is what a field is as a facet in version 1: disjunctive when the request says so, whatever its annotations.
func (f filter) spec(on *field.Field) dataset.Spec {
	spec := f.set.SpecOf(on)
	spec.Disjunctive = slices.Contains(f.disjunctive, on.Name)
	return spec
}

// field finds a field that a parameter names and that can be compared.
func (f filter) field(param, name string) (*field.Field, error) {
	x, ok := f.set.Fields.Lookup(name)
	if !ok {
		return nil, unknownField(f.set, param, name)
	}
	if x.Opaque {
		return nil, invalid(param + ": the field " + name + " cannot be compared.")
	}
	return x, nil
}

func unknownField(set *dataset.Set, param, name string) error {
	names := make([]string, len(set.Columns))
	for i, c := range set.Columns {
		names[i] = c.Name
	}
	hint := ""
	if near := field.Nearest(name, names, 3); len(near) > 0 {
		hint = "fields with similar names: " + strings.Join(near, ", ")
	}
	return &refusal{http.StatusBadRequest, hinted("Unknown field: "+name+" in "+param+".", hint)}
}

// specs reads the facets wanted. Names that are no facet are ignored.
func (q *request) specs(f filter) []dataset.Spec {
	var list []dataset.Spec
	for _, name := range q.params.All("facet") {
		x, ok := f.set.Fields.Lookup(name)
		if !ok || x.Opaque || x.Bag || x.Hidden || slices.ContainsFunc(list, func(s dataset.Spec) bool { return s.Field == x }) {
			continue
		}
		list = append(list, f.spec(x))
	}
	return list
}

// sort reads the order: of version 1, a name alone means descending, and a minus ascending. Of a field with several values the
// smallest counts.
func (q *request) sort(f filter) ([]query.Key, error) {
	var keys []query.Key
	for _, text := range q.params.All("sort") {
		for name := range strings.SplitSeq(text, ",") {
			name, ascending := strings.CutPrefix(strings.TrimSpace(name), "-")
			if name == "" {
				continue
			}
			x, err := f.field("sort", name)
			if err != nil {
				return nil, err
			}
			if x.Multi {
				x = scalar.Field(x.Name, scalar.First{X: scalar.Of(x)})
			}
			keys = append(keys, query.Key{Field: x, Desc: !ascending})
		}
	}
	if len(keys) == 0 {
		return f.set.Order, nil
	}
	return keys, nil
}

// columns reads the fields wanted: all columns, or those that fields names, in the order of the data set's own list.
func (q *request) columns(set *dataset.Set) ([]*field.Field, error) {
	var list []*field.Field
	text := q.params.List("fields")
	if text == "" {
		return set.Columns, nil
	}
	for name := range strings.SplitSeq(text, ",") {
		f, ok := set.Fields.Lookup(strings.TrimSpace(name))
		if ok && !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return nil, unknownField(set, "fields", text)
	}
	return list, nil
}

// page reads rows and start of a search.
func (q *request) page() (rows, start int, err error) {
	if rows, err = q.params.Integer("rows", 10); err != nil {
		return 0, 0, err
	}
	if start, err = q.params.Integer("start", 0); err != nil {
		return 0, 0, err
	}
	if start < 0 {
		return 0, 0, odshttp.Bad("start", strconv.Itoa(start), "start >= 0")
	}
	if rows == -1 {
		rows = max(0, choiceUnlimitedRows-start)
	}
	if rows < 0 || rows > maxWindow {
		return 0, 0, odshttp.Bad("rows", strconv.Itoa(rows), fmt.Sprintf("0 <= rows <= %d", maxWindow))
	}
	if rows+start > maxWindow {
		return 0, 0, odshttp.Bad("sum of start + rows", strconv.Itoa(rows+start), fmt.Sprintf("<= %d", maxWindow))
	}
	return rows, start, nil
}

// whole reads rows and start of a download, which has no window: without rows, everything.
func (q *request) whole() (rows, start int, err error) {
	if rows, err = q.params.Integer("rows", -1); err != nil {
		return 0, 0, err
	}
	if start, err = q.params.Integer("start", 0); err != nil {
		return 0, 0, err
	}
	if rows < -1 {
		return 0, 0, odshttp.Bad("rows", strconv.Itoa(rows), "-1 <= rows")
	}
	if start < 0 {
		return 0, 0, odshttp.Bad("start", strconv.Itoa(start), "start >= 0")
	}
	return rows, start, nil
}
