package dataset

import (
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/field"
)

// Limits of facets.
const (
	DefaultValues = 100     // values of a facet that names no limit
	MaxValues     = 1000    // most that limit= may ask for
	MaxFacets     = 100     // facets of one request
	MaxSpecBytes  = 4 << 10 // of one parameter facet
)

// Spec is one facet asked for: the field, and the annotations of the field unless the request says otherwise.
type Spec struct {
	Field       *field.Field
	Disjunctive bool
	Separator   string // of a hierarchical text, "" for none
	Flat        bool   // days as they are: facet(hierarchical=false) on a date
	Sort        string // "count", "-count", "alphanum", "-alphanum", "num", "-num"; "" is "-count"
	Limit       int    // values wanted, on each level; 0 is DefaultValues
}

// SpecOf is the facet of a field with its annotations alone.
func (s *Set) SpecOf(f *field.Field) Spec {
	a := s.Annotations[f.Name]
	spec := Spec{Field: f, Disjunctive: a.Disjunctive, Sort: a.FacetSort, Limit: DefaultValues}
	if f.Type == field.Text {
		spec.Separator = a.Hierarchical
	}
	return spec
}

// DefaultSpecs are all fields annotated as facets, in the order of the fields, or those that the data set names.
func (s *Set) DefaultSpecs() []Spec {
	var list []Spec
	for _, f := range s.Facets {
		list = append(list, s.SpecOf(f))
	}
	if s.Facets != nil {
		return list
	}
	for _, f := range s.Columns {
		if s.Annotations[f.Name].Facet {
			list = append(list, s.SpecOf(f))
		}
	}
	return list
}

// Specs reads the parameters facet: names, or facet(name="f", disjunctive=true, hierarchical=true, separator="/", sort="-count",
// limit=20), several with commas between them. A field that is named twice is one facet, as the later says. No parameters: no
// specs (see DefaultSpecs). An error is an *odsql.Error of the clause facet.
func (s *Set) Specs(params []string) ([]Spec, error) {
	var list []Spec
	for _, p := range params {
		if len(p) > MaxSpecBytes {
			return nil, malformed(ClauseFacet, "", "a facet parameter has more than %d bytes", MaxSpecBytes)
		}
		r := specReader{set: s, src: p}
		r.next()
		for r.tok.kind != wordEnd {
			spec, err := r.spec()
			if err != nil {
				return nil, err
			}
			if i := slices.IndexFunc(list, func(x Spec) bool { return x.Field == spec.Field }); i >= 0 {
				list[i] = spec
			} else {
				list = append(list, spec)
			}
			if err := r.separator(); err != nil {
				return nil, err
			}
		}
	}
	if len(list) > MaxFacets {
		return nil, malformed(ClauseFacet, "", "more than %d facets", MaxFacets)
	}
	return list, nil
}

// specReader reads one parameter.
type specReader struct {
	set *Set
	src string
	at  int // bytes read
	tok word
}

// spec reads a name or a facet(...).
func (r *specReader) spec() (Spec, error) {
	first := r.tok
	if first.kind != wordPlain && first.kind != wordName {
		return Spec{}, r.refuse("a facet is the name of a field, or facet(name=...)")
	}
	r.next()
	if first.kind != wordPlain || !strings.EqualFold(first.value, "facet") || r.tok.value != "(" || r.tok.kind != wordSign {
		f, err := r.field(first.value)
		if err != nil {
			return Spec{}, err
		}
		return r.set.SpecOf(f), nil
	}
	args, err := r.args()
	if err != nil {
		return Spec{}, err
	}
	name, ok := args["name"]
	if !ok {
		return Spec{}, malformed(ClauseFacet, `write facet(name="famille")`, "facet() needs the argument name")
	}
	f, err := r.field(name)
	if err != nil {
		return Spec{}, err
	}
	return r.set.SpecOf(f).with(args)
}

func (r *specReader) field(name string) (*field.Field, error) {
	f, err := r.set.Field(ClauseFacet, name)
	if err == nil && (f.Opaque || f.Hidden || f.Bag) { // whole documents: as many values as records
		err = notAllowed(ClauseFacet, f)
	}
	return f, err
}

// specArgs are the arguments of facet(...).
var specArgs = []string{"name", "disjunctive", "hierarchical", "separator", "sort", "limit"}

// args reads (key=value, ...). A key that stands twice has the later value.
func (r *specReader) args() (map[string]string, error) {
	args := map[string]string{}
	r.next() // the parenthesis
	for !r.sign(")") {
		key := strings.ToLower(r.tok.value)
		if r.tok.kind != wordPlain || !slices.Contains(specArgs, key) {
			return nil, r.refuse("facet() takes " + strings.Join(specArgs, ", "))
		}
		r.next()
		if !r.sign("=") {
			return nil, r.refuse("an argument is written key=value")
		}
		r.next()
		if k := r.tok.kind; k == wordSign || k == wordEnd || k == wordBad {
			return nil, r.refuse("a value is expected")
		}
		args[key] = r.tok.value
		r.next()
		if r.sign(",") {
			r.next()
		} else if !r.sign(")") {
			return nil, r.refuse("arguments stand between commas")
		}
	}
	r.next()
	return args, nil
}

// separator passes over a comma between facets.
func (r *specReader) separator() error {
	if r.tok.kind == wordEnd {
		return nil
	}
	if !r.sign(",") {
		return r.refuse("facets stand between commas")
	}
	r.next()
	if r.tok.kind == wordEnd {
		return r.refuse("a facet is expected behind the comma")
	}
	return nil
}

func (r *specReader) sign(s string) bool { return r.tok.kind == wordSign && r.tok.value == s }

func (r *specReader) refuse(hint string) error {
	what := r.src[r.tok.start:r.at]
	if r.tok.kind == wordEnd {
		what = "end"
	}
	return unexpected(ClauseFacet, what, r.tok.pos, r.src, hint)
}

// with is the facet as the arguments of facet(...) change it.
func (s Spec) with(args map[string]string) (Spec, error) {
	var err error
	flag := func(key string, to *bool) {
		if v, ok := args[key]; ok && err == nil {
			*to = strings.EqualFold(v, "true")
			if !*to && !strings.EqualFold(v, "false") {
				err = malformed(ClauseFacet, "write true or false", "Invalid value for %s of facet(): %s", key, v)
			}
		}
	}
	levels := s.Separator != ""
	flag("disjunctive", &s.Disjunctive)
	flag("hierarchical", &levels)
	if err != nil {
		return s, err
	}
	if v, ok := args["separator"]; ok && v != "" {
		s.Separator = v
	}
	_, said := args["hierarchical"]
	switch {
	case s.Field.Type != field.Text:
		s.Separator, s.Flat = "", said && !levels
	case !levels:
		s.Separator = ""
	case s.Separator == "":
		return s, malformed(ClauseFacet, `write separator="/" beside hierarchical=true`, "facet() needs the argument separator for field %s", s.Field.Name)
	}
	if v, ok := args["sort"]; ok {
		if !sortable(s.Field.Type, v) {
			return s, malformed(ClauseFacet, "sort is count or -count, alphanum or -alphanum of texts and dates, num or -num of numbers",
				"Invalid value for sort of facet() for field %s of type %s: %s", s.Field.Name, TypeName(s.Field), v)
		}
		s.Sort = v
	}
	if v, ok := args["limit"]; ok {
		n, bad := strconv.Atoi(v)
		if bad != nil || n < 1 || n > MaxValues {
			return s, malformed(ClauseFacet, "", "Invalid value for limit of facet(): %s was found but 1 <= limit <= %d is expected", v, MaxValues)
		}
		s.Limit = n
	}
	return s, nil
}

// sortable says what the values of a type can be ordered by.
func sortable(t field.Type, sort string) bool {
	switch strings.TrimPrefix(sort, "-") {
	case "count":
		return true
	case "alphanum":
		return !t.Numeric()
	case "num":
		return t.Numeric()
	}
	return false
}
