package explore_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/explore"
	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/feed/feedtest"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/table"
)

// recorded are answers of another portal of the platform.
type recorded struct {
	t   *testing.T
	dir string
}

func (r recorded) body(name string) string {
	r.t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, name+".body"))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

// headers gives the address of a recorded request, its status and its headers.
func (r recorded) headers(name string) (target string, status int, h http.Header) {
	r.t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, name+".headers"))
	if err != nil {
		r.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	status, err = strconv.Atoi(strings.Trim(lines[1], "[]"))
	if err != nil {
		r.t.Fatal(err)
	}
	h = http.Header{}
	for _, l := range lines[2:] {
		name, value, _ := strings.Cut(l, ": ")
		h.Add(name, value)
	}
	return lines[0], status, h
}

// serverSpecific are headers of the portal's front server and of the day.
var serverSpecific = []string{"Server", "Date", "Content-Encoding", "Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy",
	"X-Ua-Compatible", "Permissions-Policy", "X-Ratelimit-Remaining"}

// replay sends a recorded request and compares status and headers.
func (r recorded) replay(h http.Handler, name string) answer {
	r.t.Helper()
	target, status, want := r.headers(name)
	a := ask(r.t, h, strings.TrimPrefix(target, "https://opendata.vancouver.ca"))
	if a.status != status {
		r.t.Errorf("%s: status %d, want %d: %.300s", name, a.status, status, a.body)
	}
	for key, values := range want {
		got := a.header.Values(key)
		if key == "Access-Control-Expose-Headers" { // a second line names those of boamp
			got = got[:min(1, len(got))]
		}
		if !slices.Contains(serverSpecific, key) && !slices.Equal(got, values) {
			r.t.Errorf("%s: header %s is %q, want %q", name, key, got, values)
		}
	}
	for _, key := range []string{"Cache-Control", "X-Ratelimit-Limit", "Content-Disposition"} {
		if _, ok := want[key]; !ok && a.header.Get(key) != "" {
			r.t.Errorf("%s: header %s is not among the recorded ones", name, key)
		}
	}
	return a
}

// TestFixtures replays recorded requests over data sets of the same fields.
func TestFixtures(t *testing.T) {
	r := recorded{t, feedtest.Shared(t, "conformance", "explore-fixtures")}
	trees, tax := r.set("public-trees"), r.set("property-tax-report")
	r.fill(trees, r.body("data-public-trees-csv"))
	r.fill(tax, r.body("data-property-tax-report"))
	few := fixtureAPI(trees, tax)
	for _, name := range []string{"data-public-trees-csv", "data-property-tax-report", "error-not-found", "error-odsql"} {
		if a := r.replay(few, name); a.body != r.body(name) {
			t.Errorf("%s: got\n%.1000s\nwant\n%.1000s", name, a.body, r.body(name))
		}
	}
	for _, name := range []string{"metadata-public-trees", "metadata-property-tax-report"} {
		r.compareMetadata(name, r.replay(few, name).body)
	}

	var groups []struct {
		Genus *string `json:"genus_name"`
		Count int
	}
	if err := json.Unmarshal([]byte(r.body("aggregate-grouped")), &groups); err != nil {
		t.Fatal(err)
	}
	var rows []field.Row
	for _, g := range groups {
		row := make(field.Row, len(trees.Columns))
		if g.Genus != nil {
			row[3] = []field.Value{field.Str(*g.Genus)}
		}
		rows = append(rows, slices.Repeat([]field.Row{row}, g.Count)...)
	}
	all := r.set("public-trees")
	r.open(all, rows)
	many := fixtureAPI(all)
	for _, name := range []string{"aggregate-grouped", "aggregate-ungrouped", "facets-public-trees"} {
		if a := r.replay(many, name); a.body != r.body(name) {
			t.Errorf("%s: got\n%.1000s\nwant\n%.1000s", name, a.body, r.body(name))
		}
	}

	catalogue := r.replay(few, "catalog-export")
	want, _, _ := strings.Cut(r.body("catalog-export"), "\r\n")
	columns := slices.DeleteFunc(strings.Split(want, ";"), func(c string) bool { return strings.HasPrefix(c, "custom.") })
	if got, _, _ := strings.Cut(catalogue.body, "\r\n"); got != strings.Join(columns, ";") {
		t.Errorf("columns of the catalogue: got\n%s\nwant\n%s", got, strings.Join(columns, ";"))
	}
	facets := r.replay(few, "facets-catalog").body
	const links = `{"links": [{"rel": "self", "href": "https://opendata.vancouver.ca/api/explore/v2.1/catalog/facets"}, {"rel": "source", "href": "https://opendata.vancouver.ca/api/explore/v2.1/catalog"}], "facets": [{"name": "features", "facets": [{"name": "analyze", "count": 2, "state": "displayed", "value": "analyze"}`
	got := strings.ReplaceAll(facets, host, "https://opendata.vancouver.ca")
	if !strings.HasPrefix(got, links) || !strings.HasPrefix(r.body("facets-catalog"), strings.Split(links, `, "count": 2`)[0]) {
		t.Errorf("facets of the catalogue: %.600s", got)
	}
}

// fixtureAPI serves the sets on the day of the recording.
func fixtureAPI(sets ...*dataset.Set) http.Handler {
	day := time.Date(2026, time.August, 17, 2, 40, 36, 0, time.UTC)
	a := &explore.API{
		Sets: &dataset.Catalogue{Sets: sets}, Formats: export.Formats(), Now: func() time.Time { return day }, Log: slog.New(slog.DiscardHandler),
		Base: "https://opendata.vancouver.ca", Language: "en-us", DailyCalls: 15000,
	}
	return a.Handler()
}

type fieldMeta struct {
	Name, Label, Type string
	Description       *string
	Annotations       map[string]any
}

// set makes a data set from recorded metadata, without records.
func (r recorded) set(id string) *dataset.Set {
	r.t.Helper()
	var m struct {
		Fields   []fieldMeta
		ID       string `json:"dataset_id"`
		UID      string `json:"dataset_uid"`
		Features []string
	}
	if err := json.Unmarshal([]byte(r.body("metadata-"+id)), &m); err != nil {
		r.t.Fatal(err)
	}
	s := &dataset.Set{ID: m.ID, UID: m.UID, Features: m.Features, Annotations: map[string]dataset.Annotations{}, Descriptions: map[string]string{}}
	types := map[string]field.Type{"int": field.Int, "double": field.Number, "date": field.Date, "geo_shape": field.JSON}
	for i, f := range m.Fields {
		s.Columns = append(s.Columns, &field.Field{Name: f.Name, Label: f.Label, Type: types[f.Type], Facet: f.Annotations["facet"] == true,
			Get: func(r field.Record) []field.Value { return r.(field.Row)[i] }})
		sort, _ := f.Annotations["facetsort"].(string)
		s.Annotations[f.Name] = dataset.Annotations{Facet: f.Annotations["facet"] == true, Disjunctive: f.Annotations["disjunctive"] == true,
			Sortable: f.Annotations["sortable"] == true, TimeRange: f.Annotations["timerangeFilter"] == true, FacetSort: sort}
		if f.Description != nil {
			s.Descriptions[f.Name] = *f.Description
		}
	}
	s.Fields = field.CatalogueOf(s.Columns...)
	s.Order = []query.Key{{Field: s.Columns[0]}}
	r.open(s, nil)
	return s
}

// open gives a data set its records.
func (r recorded) open(s *dataset.Set, rows []field.Row) {
	n := 0
	number := func(field.Row) string { n++; return strconv.Itoa(1_000_000 + n) }
	t := table.New(s.Fields, rows, store.Info{Revision: 1, Notices: int64(len(rows))}, nil, number)
	s.Open = func(ctx context.Context) (store.View, error) { return t.Open(ctx) }
}

// fill gives a data set the records of a CSV file.
func (r recorded) fill(s *dataset.Set, file string) {
	r.t.Helper()
	reader := csv.NewReader(strings.NewReader(file))
	reader.Comma = ';'
	lines, err := reader.ReadAll()
	if err != nil {
		r.t.Fatal(err)
	}
	var rows []field.Row
	for _, cells := range lines[1:] {
		row := make(field.Row, len(cells))
		for i, c := range cells {
			switch {
			case c == "":
			case s.Columns[i].Type.Numeric():
				v, err := strconv.ParseFloat(c, 64)
				if err != nil {
					r.t.Fatal(err)
				}
				row[i] = []field.Value{field.Num(v)}
			default:
				row[i] = []field.Value{field.Str(c)}
			}
		}
		rows = append(rows, row)
	}
	s.Order = nil
	r.open(s, rows)
}

// compareMetadata compares what a data set says of itself: the same keys in the same order, the same fields. Geometry is not known
// here, and custom metadata are the other portal's.
func (r recorded) compareMetadata(name, got string) {
	r.t.Helper()
	type body struct {
		Fields []json.RawMessage
		Metas  map[string]json.RawMessage
	}
	read := func(s string) (b body) {
		if err := json.Unmarshal([]byte(s), &b); err != nil {
			r.t.Fatalf("%s: %v", name, err)
		}
		return b
	}
	want := r.body(name)
	a, b := read(got), read(want)
	same := func(what string, a, b string) {
		r.t.Helper()
		if ka, kb := keysOf(r.t, a), keysOf(r.t, b); !slices.Equal(ka, kb) {
			r.t.Errorf("%s: keys of %s are %q, want %q", name, what, ka, kb)
		}
	}
	same("the data set", got, want)
	same("dcat", string(a.Metas["dcat"]), string(b.Metas["dcat"]))
	same("default", string(a.Metas["default"]), string(b.Metas["default"]))
	if len(a.Fields) != len(b.Fields) {
		r.t.Fatalf("%s: %d fields, want %d", name, len(a.Fields), len(b.Fields))
	}
	for i := range a.Fields {
		x, y := string(a.Fields[i]), string(b.Fields[i])
		same("a field", x, y)
		var fa, fb fieldMeta
		if err := errors.Join(json.Unmarshal(a.Fields[i], &fa), json.Unmarshal(b.Fields[i], &fb)); err != nil {
			r.t.Fatal(err)
		}
		if strings.HasPrefix(fb.Type, "geo_") {
			fa.Type = fb.Type
		} else if len(fb.Annotations) < 2 && x != y { // the portal's order of several annotations varies
			r.t.Errorf("%s: field %s, want %s", name, x, y)
		}
		if !reflect.DeepEqual(fa, fb) {
			r.t.Errorf("%s: field %+v, want %+v", name, fa, fb)
		}
	}
}

// keysOf lists the keys of a JSON object in order.
func keysOf(t *testing.T, object string) (keys []string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(object))
	if _, err := d.Token(); err != nil {
		t.Fatalf("%v in %.100s", err, object)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
	}
	return keys
}
