// Package engines_test holds the native API to one answer, whichever engine it stands on: the reference in memory, and the index over
// DuckDB that is served.
package engines_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/store/storetest"
)

var now = time.Date(2024, 6, 20, 11, 0, 0, 0, time.UTC)

func serve(t testing.TB, s store.Store, notices []*notice.Notice) http.Handler {
	t.Helper()
	tx, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Put(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	return (&native.API{
		Door: &search.Door{Store: s, Fields: field.NewCatalogue()}, Formats: export.Formats(),
		Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
	}).Handler()
}

func indexed(t *testing.T) store.Store {
	t.Helper()
	catalogue := field.NewCatalogue()
	db, err := duckdb.Open(duckdb.Options{Path: filepath.Join(t.TempDir(), "store.duckdb"), Catalogue: catalogue})
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(t.Context(), index.Options{Store: db, Catalogue: catalogue, Report: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		x.Close()
		db.Close()
	})
	return x
}

// targets ask for every route and for much of what its parameters can be.
func targets(notices []*notice.Notice) []string {
	list := []string{
		"/facets", "/facets?facet=kind,region,cpv:division,cpv:group,nuts:2,published:week,deadline:quarter,flags,lots,framework,buyer_name",
		"/facets?departement=44,75&facet=departement,region,stage&minus_own=true&limit=3", "/facets?where=amount%3E1000&facet=version,amount",
		"/stats", "/stats?by=published:month&measures=count,sum:awarded,mean:estimated,median:awarded,min:amount,max:amount,distinct:buyer_siret",
		"/stats?by=region,published:year,stage&top=2&rest=true", "/stats?by=cpv:division&measures=sum:awarded&sort=-sum:awarded", "/stats?by=kind,procedure,version&top=2&rest=true&sort=count",
		"/stats?by=deadline:week&fill=false&measures=count,max:deadline,min:published", "/stats?by=published&limit=10000", "/stats?by=buyer_name,kind&top=3",
		"/codes", "/fields", "/schema", "/schema/sources/v110",
		"/buyers", "/buyers?by=name&limit=2", "/buyers?q=commune", "/buyers?q=saint+exemple&by=name", "/buyers?siret=900000001&sort=amount", "/buyers?siret=90000000100011&by=name&sort=last",
		"/suppliers", "/suppliers?by=name&sort=amount", "/suppliers?q=eaux&departement=44", "/suppliers?siret=900000002&q=chu", "/buyers?q=rien",
		"/buyers/90000000100011", "/buyers/900000001", "/buyers/commune-de-saint-exemple", "/suppliers/90000000300011", "/suppliers/chu-de-nulle-part", "/suppliers/nobody",
		"/notices?region=11", "/notices?has=deadline&lacks=awarded", "/notices?estimated_min=90000&include_unknown=true&fields=estimated", "/notices?lots=2,3&sort=-lots",
		"/notices?where=startswith(cpv,%2245%22)+and+published%3E%3Ddate%272024-01-01%27", "/notices?published=2024-03,2025", "/notices?title=travaux*&sort=title", "/notices?flags=doubtful-zone&framework=false",
		"/notices?cpv=45000000-7&sort=-amount", "/notices?nuts=FRG0", "/notices?record_timestamp_from=2024-05-01&record_timestamp_to=2024-07-01", "/notices?record_size=8000&limit=3", "/notices?open=true",
	}
	for _, l := range []string{"cpv", "nuts", "departements", "descripteurs", "natures", "familles", "procedures"} {
		list = append(list, "/codes/"+l+"?counts=true&limit=40")
	}
	for _, n := range notices[:5] {
		list = append(list, "/notices/"+n.ID, "/notices/"+n.ID+"/lots", "/notices/"+n.ID+"/html", "/notices/"+n.ID+"/record")
	}
	return list
}

func get(t testing.TB, h http.Handler, target string) (int, []byte) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w.Code, w.Body.Bytes()
}

func TestEnginesAnswerEqually(t *testing.T) {
	notices := storetest.NewGenerator(7).Notices(300)
	reference := serve(t, memory.New(field.NewCatalogue()), notices)
	served := serve(t, indexed(t), notices)
	good := 0
	for _, target := range targets(notices) {
		for page := native.Prefix + target; page != ""; {
			code, want := get(t, reference, page)
			gotCode, got := get(t, served, page)
			if code != gotCode {
				t.Errorf("%s: %d, in memory %d\n%s\n%s", page, gotCode, code, got, want)
				break
			}
			if code >= 500 {
				t.Errorf("%s: %d %s", page, code, want)
			}
			if code == 200 {
				good++
			}
			var a, b any
			if json.Unmarshal(want, &a) != nil || json.Unmarshal(got, &b) != nil {
				if string(want) != string(got) {
					t.Errorf("%s differs", page)
				}
				break
			}
			if path := differ(a, b, ""); path != "" {
				t.Errorf("%s: differs at %s", page, path)
				break
			}
			page = nextPage(a)
		}
	}
	if good < 80 {
		t.Errorf("only %d answers to compare", good)
	}
}

// nextPage is the address of the next page of an answer.
func nextPage(a any) string {
	object, _ := a.(map[string]any)
	links, _ := object["links"].(map[string]any)
	next, _ := links["next"].(string)
	return next
}

// differ names the first place in which two answers differ, numbers by more than the last digits, "" when they are equal.
func differ(a, b any, path string) string {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return path + fmt.Sprintf(" (%v, %v)", a, b)
		}
		for name := range x {
			if name == "request_id" {
				continue
			}
			if at := differ(x[name], y[name], path+"."+name); at != "" {
				return at
			}
		}
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return path + fmt.Sprintf(" (%v, %v)", a, b)
		}
		for i := range x {
			if at := differ(x[i], y[i], fmt.Sprintf("%s[%d]", path, i)); at != "" {
				return at
			}
		}
	case float64:
		if y, ok := b.(float64); !ok || math.Abs(x-y) > 1e-9*math.Max(1, math.Abs(x)) {
			return path + fmt.Sprintf(" (%v, %v)", a, b)
		}
	default:
		if a != b {
			return path + fmt.Sprintf(" (%v, %v)", a, b)
		}
	}
	return ""
}

// TestCountsAgainstTheNotices works out some answers from the notices themselves.
func TestCountsAgainstTheNotices(t *testing.T) {
	notices := storetest.NewGenerator(11).Notices(200)
	h := serve(t, memory.New(field.NewCatalogue()), notices)
	var f struct {
		Total  int
		Facets []struct {
			Missing int
			Values  []struct {
				Value string
				Count int
			}
		}
	}
	if _, body := get(t, h, native.Prefix+"/facets?facet=kind,cpv:division,published:quarter"); json.Unmarshal(body, &f) != nil || f.Total != 200 {
		t.Fatalf("%s", body)
	}
	want := [3]map[string]int{{}, {}, {}}
	missing := [3]int{}
	for _, n := range notices {
		for i, keys := range [][]string{kindsOf(n), divisions(n), quarter(n)} {
			if len(keys) == 0 {
				missing[i]++
			}
			for _, k := range keys {
				want[i][k]++
			}
		}
	}
	for i, facet := range f.Facets {
		if facet.Missing != missing[i] || len(facet.Values) != len(want[i]) {
			t.Errorf("facet %d: %d missing, want %d; %d values, want %d", i, facet.Missing, missing[i], len(facet.Values), len(want[i]))
		}
		for _, v := range facet.Values {
			if v.Count != want[i][v.Value] {
				t.Errorf("facet %d, %s: %d, want %d", i, v.Value, v.Count, want[i][v.Value])
			}
		}
	}
}

func kindsOf(n *notice.Notice) []string {
	var list []string
	for _, k := range n.Kinds {
		if !slices.Contains(list, string(k)) {
			list = append(list, string(k))
		}
	}
	return list
}

func divisions(n *notice.Notice) []string {
	codes := append([]string{n.CPV.Main}, n.CPV.Additional...)
	for _, l := range n.Lots {
		codes = append(codes, l.CPV.Main)
	}
	var list []string
	for _, c := range codes {
		if d := c[:2] + "000000"; !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

func quarter(n *notice.Notice) []string {
	if n.Published.IsZero() {
		return nil
	}
	return []string{fmt.Sprintf("%d-Q%d", n.Published.Year, (int(n.Published.Month)+2)/3)}
}

// FuzzParameters looks for a request that the API answers with a mistake of its own.
func FuzzParameters(f *testing.F) {
	notices := storetest.NewGenerator(3).Notices(20)
	h := serve(f, memory.New(field.NewCatalogue()), notices)
	for _, target := range targets(notices) {
		path, query, _ := strings.Cut(target, "?")
		f.Add(path, query)
	}
	for _, query := range []string{"where=%22", "by=:&top=-1", "facet=cpv:", "cursor=e30", "cursor=eyJxIjoiIiwiciI6MSwibiI6OX0", "published=20", "published=2024-13", "lots=1e999", "sort=-", "by=published:day&fill=true",
		"published=%FF", "q=%FF", "nuts=FR%00", "siret=1", "has=texte", "lacks=donnees", "measures=sum:", "measures=median:lots,median:lots", "limit=0", "title=*", "deadline_from=9999-12-31", "where=now()"} {
		for _, path := range []string{"/notices", "/facets", "/stats", "/buyers", "/codes/cpv", "/fields", "/notices.csv"} {
			f.Add(path, query)
		}
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		r, err := http.NewRequest(http.MethodGet, "http://boamp.example"+native.Prefix+"/notices", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Path, r.URL.RawQuery = native.Prefix+path, query
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s?%s: %d %s", path, query, w.Code, w.Body)
		}
	})
}
