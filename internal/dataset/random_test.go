package dataset_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

// loop counts facets the plain way: it looks at every value of every notice, and knows nothing of predicates and groups.
type loop struct {
	notices []*notice.Notice
	zone    *time.Location
	refs    dataset.Refinements
}

// levels are the paths of a value, from the top level down.
func (l loop) levels(spec dataset.Spec, v field.Value) []string {
	switch spec.Field.Type {
	case field.Number, field.Int:
		return []string{strconv.FormatFloat(v.Num, 'f', -1, 64)}
	case field.Bool:
		return []string{strconv.FormatBool(v.Num == 1)}
	case field.Date, field.DateTime:
		day := strings.ReplaceAll(v.Str, "-", "/")
		if spec.Field.Type == field.DateTime {
			day = v.Time.In(l.zone).Format("2006/01/02")
		}
		if spec.Flat {
			return []string{day}
		}
		return []string{day[:4], day[:7], day}
	}
	if spec.Separator == "" {
		return []string{v.Str}
	}
	parts := strings.Split(v.Str, spec.Separator)
	if parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	var list []string
	for i := range parts {
		list = append(list, strings.Join(parts[:i+1], spec.Separator))
	}
	return list
}

// has says whether a notice has the value of a refinement, or one below it.
func (l loop) has(n *notice.Notice, r dataset.Refinement) bool {
	return slices.ContainsFunc(r.Field.Get(n), func(v field.Value) bool {
		if r.Path == "" && r.Field.Type == field.Text {
			return v.Str == ""
		}
		levels := l.levels(dataset.Spec{Field: r.Field, Separator: r.Separator}, v)
		return slices.Contains(levels, r.Path) || v.Str == r.Path && r.Field.Type == field.Text
	})
}

// matches says whether a notice stands all refinements; the refines of the field left out do not count.
func (l loop) matches(n *notice.Notice, leftOut *field.Field) bool {
	either, any := map[*field.Field]bool{}, map[*field.Field]bool{}
	for _, r := range l.refs {
		switch has := l.has(n, r); {
		case r.Exclude && has:
			return false
		case r.Exclude || r.Field == leftOut:
		case r.Disjunctive:
			either[r.Field], any[r.Field] = true, any[r.Field] || has
		case !has:
			return false
		}
	}
	for f := range either {
		if !any[f] {
			return false
		}
	}
	return true
}

// facet lists the values of one level below a parent.
func (l loop) facet(spec dataset.Spec, parent string, level int) []dataset.Facet {
	var leftOut *field.Field
	if spec.Disjunctive {
		leftOut = spec.Field
	}
	counts := map[string]int64{}
	for _, n := range l.notices {
		if !l.matches(n, leftOut) {
			continue
		}
		seen := map[string]bool{}
		for _, v := range spec.Field.Get(n) {
			if levels := l.levels(spec, v); len(levels) > level && (level == 0 || levels[level-1] == parent) && !seen[levels[level]] {
				seen[levels[level]] = true
				counts[levels[level]]++
			}
		}
	}
	return l.listed(spec, parent, level, counts)
}

// listed orders and cuts the values, marks those that are asked for and goes below them.
func (l loop) listed(spec dataset.Spec, parent string, level int, counts map[string]int64) []dataset.Facet {
	asked := map[string]dataset.State{}
	for _, r := range l.refs {
		v := field.Value{Str: r.Path}
		if r.Field != spec.Field || r.Path == "" || spec.Separator != "" && strings.HasPrefix(r.Path, spec.Separator) {
			continue
		}
		levels := []string{r.Path}
		if spec.Separator != "" {
			levels = l.levels(spec, v)
		} else if t := spec.Field.Type; t == field.Date || t == field.DateTime {
			parts := strings.Split(r.Path, "/")
			levels = nil
			for i := range parts {
				levels = append(levels, strings.Join(parts[:i+1], "/"))
			}
		}
		if len(levels) <= level || level > 0 && levels[level-1] != parent {
			continue
		}
		state := dataset.Displayed
		if len(levels) == level+1 {
			state = dataset.Refined
			if r.Exclude {
				state = dataset.Excluded
			}
		}
		order := []dataset.State{"", dataset.Displayed, dataset.Refined, dataset.Excluded}
		if slices.Index(order, state) > slices.Index(order, asked[levels[level]]) {
			asked[levels[level]] = state
		}
	}
	var list []dataset.Facet
	wanted := 0
	for path, state := range asked {
		if state != dataset.Excluded {
			wanted++
			list = append(list, dataset.Facet{Path: path, Count: counts[path], State: state, Facets: l.facet(spec, path, level+1)})
		} else {
			list = append(list, dataset.Facet{Path: path, State: state})
		}
	}
	var others []dataset.Facet
	for path, n := range counts {
		if asked[path] == "" && path != "" && (level == 0 || path != parent+l.joint(spec)) {
			others = append(others, dataset.Facet{Path: path, Count: n, State: dataset.Displayed})
		}
	}
	slices.SortFunc(others, func(a, b dataset.Facet) int { return l.order(spec, a, b) })
	list = append(list, others[:min(len(others), max(0, spec.Limit-wanted))]...)
	slices.SortFunc(list, func(a, b dataset.Facet) int { return l.order(spec, a, b) })
	return list
}

func (l loop) joint(spec dataset.Spec) string {
	if spec.Separator != "" {
		return spec.Separator
	}
	return "/"
}

func (l loop) order(spec dataset.Spec, a, b dataset.Facet) int {
	byValue := strings.Compare(a.Path, b.Path)
	if spec.Field.Type.Numeric() {
		x, _ := strconv.ParseFloat(a.Path, 64)
		y, _ := strconv.ParseFloat(b.Path, 64)
		byValue = cmp.Compare(x, y)
	}
	switch spec.Sort {
	case "alphanum", "num":
		return byValue
	case "-alphanum", "-num":
		return -byValue
	case "count":
		return cmp.Or(cmp.Compare(a.Count, b.Count), byValue)
	}
	return cmp.Or(cmp.Compare(b.Count, a.Count), byValue)
}

// flatten writes a tree as lines, in the order of the paths, so that the place of what has no count does not matter.
func flatten(list []dataset.Facet, sorted bool) string {
	var lines []string
	for _, f := range list {
		lines = append(lines, fmt.Sprintf("%q %d %s (%s)", f.Path, f.Count, f.State, flatten(f.Facets, sorted)))
	}
	if sorted {
		slices.Sort(lines)
	}
	return strings.Join(lines, "; ")
}

// TestRandomFacets compares counts with those of the plain loop, over invented notices and refinements. A failure prints the seed.
func TestRandomFacets(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		fields := field.NewCatalogue()
		testRandomFacets(t, memory.New(fields), fields, 2000)
	})
	t.Run("duckdb", func(t *testing.T) {
		fields, dir := field.NewCatalogue(), t.TempDir()
		db, err := duckdb.Open(duckdb.Options{Path: filepath.Join(dir, "notices.duckdb"), Temp: filepath.Join(dir, "temp"), Catalogue: fields, Memory: 512 << 20, Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		testRandomFacets(t, db, fields, 200)
	})
}

func testRandomFacets(t *testing.T, db store.Store, fields *field.Catalogue, rounds int) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	notices := storetest.NewGenerator(seed).Notices(150)
	for _, n := range notices {
		n.Record.NatureCategoriseLibelle = text(pick("Avis de marché/", "Avis de marché/Concession", "Résultat de marché/", "Rectificatif", "/", "//x", "a//b", "a/", "a//", ""))
		n.Record.Filename = text(pick("x-y-z", "x-y", "x", "x-", "-", "é-y-é", "x-y-"))
	}
	s := set(t, buildOn(t, db, fields, notices...), dataset.Enriched)
	params := []string{"famille", "etat", "code_departement", "dc", "nature_categorise_libelle", "dateparution", "datelimitereponse", "titulaire", "criteres", "lots", "framework", "amount",
		`facet(name="filename", hierarchical=true, separator="-")`, `facet(name="titulaire", hierarchical=true, separator=" ")`, `facet(name="descripteur_libelle", sort="alphanum")`,
		`facet(name="dateparution", disjunctive=true, sort="-alphanum")`, `facet(name="nature_categorise_libelle", disjunctive=true, limit=2)`, `facet(name="nomacheteur", limit=2)`,
		`facet(name="famille", disjunctive=false, sort="count")`, `facet(name="lots", disjunctive=true, sort="num", limit=1)`, `facet(name="titulaire", hierarchical=true, separator=" ", limit=1)`}
	value := func(spec dataset.Spec) string {
		l := loop{zone: paris}
		for range 20 {
			if values := spec.Field.Get(notices[rnd.IntN(len(notices))]); len(values) > 0 {
				if levels := l.levels(dataset.Spec{Field: spec.Field, Separator: spec.Separator}, values[rnd.IntN(len(values))]); len(levels) > 0 {
					return levels[rnd.IntN(len(levels))]
				}
			}
		}
		return map[bool]string{true: "2024", false: "rien"}[spec.Field.Type == field.Date]
	}
	if testing.Short() {
		rounds /= 10
	}
	view, values := open(t, s), 0
	for range rounds {
		specs, err := s.Specs([]string{pick(params...), pick(params...)})
		if err != nil {
			t.Fatal(err)
		}
		var refs dataset.Refinements
		for range rnd.IntN(4) {
			spec := specs[rnd.IntN(len(specs))]
			r, err := s.Refine(spec.Field.Name, value(spec), rnd.IntN(3) == 0, specs)
			if err != nil {
				continue // a text in a number's place
			}
			refs = append(refs, r)
		}
		groups, err := dataset.Facets(t.Context(), view, dataset.FacetQuery{Refinements: refs, Specs: specs, Zone: paris})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		l := loop{notices, paris, refs}
		for i, spec := range specs {
			want := l.facet(spec, "", 0)
			if got, want := flatten(groups[i].Facets, true), flatten(want, true); got != want {
				t.Fatalf("seed %d: facet %s (%+v) with %s\n got %s\nwant %s", seed, spec.Field.Name, spec, query.Canonical(refs.Predicate(paris)), got, want)
			}
			if len(refs) == 0 {
				if got, want := flatten(groups[i].Facets, false), flatten(want, false); got != want {
					t.Fatalf("seed %d: order of %s (%+v)\n got %s\nwant %s", seed, spec.Field.Name, spec, got, want)
				}
			}
			values += len(want)
		}
	}
	if values < rounds {
		t.Errorf("%d values in %d rounds: the vocabularies are too thin", values, rounds)
	}
}
