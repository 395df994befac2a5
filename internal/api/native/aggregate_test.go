package native_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store/memory"
)

// into reads an answer with status 200.
func into(t *testing.T, h http.Handler, target string, to any) *http.Response {
	t.Helper()
	res := get(t, h, target)
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 {
		t.Fatalf("%s: %d\n%s", target, res.StatusCode, body)
	}
	if err := json.Unmarshal(body, to); err != nil {
		t.Fatalf("%s: %v\n%s", target, err, body)
	}
	return res
}

type stats struct {
	Total     int
	RowsTotal int `json:"rows_total"`
	Filled    bool
	Rows      []struct {
		Keys, Values map[string]any
		Labels       map[string]string
		Rest         bool
	}
}

// table is a table of statistics as lines.
func (s stats) table(by, measures string) string {
	var b strings.Builder
	for _, r := range s.Rows {
		for _, k := range strings.Split(by, ",") {
			if k != "" {
				fmt.Fprintf(&b, "%v ", r.Keys[k])
			}
		}
		if r.Rest {
			b.WriteString("rest ")
		}
		for _, m := range strings.Split(measures, ",") {
			fmt.Fprintf(&b, "%v ", r.Values[m])
		}
		b.WriteByte('|')
	}
	return b.String()
}

// few are six notices of which everything can be counted by hand.
func few() []*notice.Notice {
	var list []*notice.Notice
	for i, x := range []struct {
		day     notice.Date
		kinds   []notice.Kind
		dept    []string
		cpv     string
		awarded float64
	}{
		{notice.Date{Year: 2025, Month: 12, Day: 29}, []notice.Kind{notice.Works}, []string{"44"}, "45233140", 100},
		{notice.Date{Year: 2026, Month: 1, Day: 4}, []notice.Kind{notice.Works, notice.Services}, []string{"44", "49"}, "45000000", 300},
		{notice.Date{Year: 2026, Month: 1, Day: 5}, []notice.Kind{notice.Services}, []string{"75"}, "71000000", 0},
		{notice.Date{Year: 2026, Month: 3, Day: 1}, []notice.Kind{notice.Services}, []string{"75"}, "71300000", 50},
		{notice.Date{Year: 2026, Month: 3, Day: 31}, []notice.Kind{notice.Supplies}, nil, "03000000", 0},
		{notice.Date{Year: 2026, Month: 4, Day: 1}, nil, []string{"974"}, "", 1000},
	} {
		n := invented(i+1, notice.V325)
		n.Published, n.Kinds, n.DepartementsPublication, n.CPV.Main, n.Estimated = x.day, x.kinds, x.dept, x.cpv, nil
		if x.awarded > 0 {
			n.Awarded = &notice.Amount{Value: x.awarded, Currency: "EUR"}
		}
		list = append(list, n)
	}
	return list
}

func TestStats(t *testing.T) {
	h := server(t, few()...)
	for _, c := range []struct{ by, measures, more, want string }{
		{"", "count,sum:awarded,mean:awarded,median:awarded,min:awarded,max:awarded,distinct:kind", "", "6 1450 362.5 200 50 1000 3 |"},
		{"published:year", "count,sum:awarded", "", "2025 1 100 |2026 5 1350 |"},
		{"published:quarter", "count", "", "2025-Q4 1 |2026-Q1 4 |2026-Q2 1 |"},
		{"published:month", "count,sum:awarded", "", "2025-12 1 100 |2026-01 2 300 |2026-02 0 <nil> |2026-03 2 50 |2026-04 1 1000 |"},
		{"published:month", "count", "fill=false", "2025-12 1 |2026-01 2 |2026-03 2 |2026-04 1 |"},
		{"published:week", "count", "published_to=2026-01-31", "2026-W01 2 |2026-W02 1 |"},
		{"published", "count", "published_from=2026-03-30", "2026-03-31 1 |2026-04-01 1 |"},
		{"kind", "count", "", "services 3 |supplies 1 |works 2 |<nil> 1 |"},
		{"kind", "count", "sort=-count&limit=2", "services 3 |works 2 |"},
		{"kind", "count,sum:awarded", "top=1&rest=true", "services 3 350 |<nil> rest 3 1100 |"},
		{"kind,published:year", "count", "top=1&rest=true&fill=false", "services 2026 3 |<nil> 2025 rest 1 |<nil> 2026 rest 2 |"},
		{"region", "count", "", "04 1 |11 2 |52 2 |"},
		{"region,kind", "count", "top=1&sort=-count", "11 services 2 |"},
		{"cpv:division", "count", "top=2&rest=true", "45000000 2 |71000000 2 |<nil> rest 2 |"},
	} {
		var s stats
		target := "/api/v1/stats?by=" + c.by + "&measures=" + c.measures + "&" + c.more
		into(t, h, target, &s)
		if got := s.table(c.by, c.measures); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", target, got, c.want)
		}
	}
	var s stats
	into(t, h, "/api/v1/stats?by=kind&limit=1", &s)
	if s.RowsTotal != 4 || len(s.Rows) != 1 || s.Rows[0].Labels["kind"] != "Services" {
		t.Errorf("%+v", s)
	}
}

func TestFacets(t *testing.T) {
	h := server(t, few()...)
	var f struct {
		Total  int
		Facets []struct {
			Field             string
			Distinct, Missing int
			Values            []struct {
				Value any
				Label string
				Count int
			}
		}
	}
	show := func() string {
		s := fmt.Sprintf("%d: ", f.Total)
		for _, x := range f.Facets {
			s += fmt.Sprintf("%s %d %d", x.Field, x.Distinct, x.Missing)
			for _, v := range x.Values {
				s += fmt.Sprintf(" %v=%d", v.Value, v.Count)
			}
			s += "; "
		}
		return s
	}
	for target, want := range map[string]string{
		"facet=kind":                                        "6: kind 3 1 services=3 works=2 supplies=1; ",
		"facet=kind&kind=works":                             "2: kind 2 0 works=2 services=1; ",
		"facet=kind&kind=works&limit=1":                     "2: kind 2 0 works=2; ",
		"facet=kind&kind=works&minus_own=1":                 "2: kind 3 1 services=3 works=2 supplies=1; ",
		"facet=region,departement&region=52&minus_own=true": "2: region 3 1 11=2 52=2 04=1; departement 4 1 44=2 75=2 49=1 974=1; ",
		"facet=cpv:division,cpv:group":                      "6: cpv:division 3 1 45000000=2 71000000=2 03000000=1; cpv:group 2 1 45200000=1 71300000=1; ",
		"facet=published:month":                             "6: published:month 4 0 2026-01=2 2026-03=2 2025-12=1 2026-04=1; ",
		"facet=framework":                                   "6: framework 1 0 false=6; ",
	} {
		into(t, h, "/api/v1/facets?"+target, &f)
		if got := show(); got != want {
			t.Errorf("%s:\n got %s\nwant %s", target, got, want)
		}
	}
}

func TestFieldsAsCriteria(t *testing.T) {
	h := server(t, few()...)
	for target, want := range map[string]int{
		"cpv=45": 2, "cpv=45000000": 2, "cpv=45000000-7": 2, "cpv=4523": 1, "cpv=452331400": -1, "cpv_main=45000000": 1, "cpv_main=45*": 2,
		"region=52": 2, "region=Pays+de+la+Loire": 2, "region=99": -1, "region=4": 1, "departement=44,974": 3, "departement_prestation=44": 0,
		"awarded_min=100": 3, "awarded_min=100&awarded_max=300": 2, "awarded_min=500&include_unknown=true": 3, "awarded_min=5&awarded_max=1": -1, "lots=0": 6, "lots_min=1": 0,
		"published=2026-03": 2, "published=2025,2026-04-01": 2, "published=2026-13": -1, "published=2026-0": -1, "has=awarded": 4, "lacks=awarded": 2, "has=kind,awarded": 3, "has=nothing": -1,
		"title=Travaux+de+voirie,+tranche+3": 1, "title=Travaux*": 6, "framework=false": 6, "framework=maybe": -1, "version=v325": 6, "record_timestamp_from=2026-01-01": 0, "sha256=" + fmt.Sprintf("%064x", 2): 1,
		"where=awarded%3E100": 2, "where=awarded%3E100&where=kind%3D%22works%22": 1, "where=published%3E%3Ddate%272026-03-31%27": 2, "where=awarded%3E": -1, "where=montant%3E1": -1, "nuts=FR": 0, "nuts=F": -1,
	} {
		res := get(t, h, "/api/v1/notices?limit=1&"+target)
		var a answer
		body, _ := io.ReadAll(res.Body)
		switch {
		case want < 0 && res.StatusCode != 400:
			t.Errorf("%s: %d, a mistake is expected", target, res.StatusCode)
		case want < 0:
		case res.StatusCode != 200 || json.Unmarshal(body, &a) != nil || a.Total != want:
			t.Errorf("%s: %d, %d notices, want %d\n%.300s", target, res.StatusCode, a.Total, want, body)
		}
	}
}

func TestCodes(t *testing.T) {
	h := server(t, few()...)
	type codes struct {
		Total int
		Codes []struct {
			Code, Label, Parent, Level string
			Children                   int
			Count                      *int
		}
		Links map[string]string
	}
	for target, want := range map[string]string{
		"cpv?code=45233140&counts=true":           "45233140 45233100 category 1|", // the seventh digit is that of a subcategory: see the list
		"cpv?q=45000000&counts=true":              "45000000  division 2|",
		"departements?parent=root&q=loire":        "R24  region <nil>|R52  region <nil>|",
		"departements?parent=R52&counts=true":     "44 R52 departement 2|49 R52 departement 1|53 R52 departement 0|72 R52 departement 0|85 R52 departement 0|",
		"departements?q=r%C3%A9union&counts=true": "R04  region 1|974 R04 departement 1|",
		"nuts?parent=FRG":                         "FRG0 FRG 2 <nil>|",
		"familles?q=mapa":                         "MAPA  famille <nil>|",
		"procedures?q=dialogue":                   "competitive-dialogue  procedure <nil>|",
	} {
		var c codes
		into(t, h, "/api/v1/codes/"+target, &c)
		got := ""
		for _, x := range c.Codes {
			count := "<nil>"
			if x.Count != nil {
				count = fmt.Sprint(*x.Count)
			}
			got += x.Code + " " + x.Parent + " " + x.Level + " " + count + "|"
		}
		if strings.HasPrefix(target, "cpv?code") {
			if !strings.HasPrefix(got, "45233140 452331") || !strings.HasSuffix(got, " 1|") {
				t.Errorf("%s: %s", target, got)
			}
		} else if got != want {
			t.Errorf("%s:\n got %s\nwant %s", target, got, want)
		}
	}
	var all []string
	for target := "/api/v1/codes/cpv?limit=1000"; target != ""; {
		var c codes
		res := into(t, h, target, &c)
		for _, x := range c.Codes {
			all = append(all, x.Code)
		}
		if target = c.Links["next"]; target != "" && !strings.Contains(strings.Join(res.Header.Values("Link"), ","), target) {
			t.Errorf("the header Link does not have %s", target)
		}
		if len(all) > c.Total {
			t.Fatalf("%d codes of %d", len(all), c.Total)
		}
	}
	if len(all) < 9000 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
		t.Errorf("pages gave %d codes", len(all))
	}
}

func TestModel(t *testing.T) {
	h := server(t, few()...)
	var f struct {
		Fields []struct {
			Name       string
			Filled     int
			Share      float64
			Parameters []string
		}
	}
	into(t, h, "/api/v1/fields", &f)
	got := map[string]string{}
	for _, x := range f.Fields {
		got[x.Name] = fmt.Sprintf("%d %v", x.Filled, x.Parameters)
	}
	for name, want := range map[string]string{
		"awarded": "4 [awarded_min awarded_max]", "kind": "5 [kind]", "title": "6 [title]", "departement": "5 [departement region]", "donnees": "0 []", "published": "6 [published_from published_to published]",
	} {
		if got[name] != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
	if want := len(field.NewCatalogue().Columns()); len(f.Fields) != want {
		t.Errorf("%d fields, want %d", len(f.Fields), want)
	}
	for _, name := range []string{"notice", "hit", "record", "problem", "list", "stats-answer"} {
		var s map[string]any
		res := into(t, h, "/api/v1/schema/"+name, &s)
		if s["$schema"] != "https://json-schema.org/draft/2020-12/schema" || res.Header.Get("ETag") == "" {
			t.Errorf("%s: %v", name, s["$schema"])
		}
	}
	var s struct {
		Defs map[string]struct {
			Properties map[string]struct {
				Description string
				Enum        []string
			}
		} `json:"$defs"`
	}
	into(t, h, "/api/v1/schema/notice", &s)
	for _, name := range []string{"Notice", "Lot", "Result", "Amount", "Deadline", "Party"} {
		if len(s.Defs[name].Properties) == 0 {
			t.Errorf("no definition of %s", name)
		}
		for member, p := range s.Defs[name].Properties {
			if p.Description == "" {
				t.Errorf("%s.%s has no description", name, member)
			}
		}
	}
	if !slices.Contains(s.Defs["Notice"].Properties["stage"].Enum, "award") {
		t.Errorf("stages: %v", s.Defs["Notice"].Properties["stage"].Enum)
	}
	for _, v := range notice.Versions() {
		var h2 struct {
			Elements []struct{ Element, Meaning, Becomes string }
		}
		if into(t, h, "/api/v1/schema/sources/"+string(v), &h2); len(h2.Elements) == 0 {
			t.Errorf("nothing is told of %s", v)
		}
	}
}

// TestCodeAbove: a code that is written short is not in the list, and the error names the one that is.
func TestCodeAbove(t *testing.T) {
	res := get(t, server(t), "/api/v1/codes/cpv?parent=45")
	if body, _ := io.ReadAll(res.Body); res.StatusCode != 400 || !strings.Contains(string(body), "did you mean 45000000?") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestPartiesOverHTTP(t *testing.T) {
	list := few()
	list[1].Results = []notice.Result{{Winners: []notice.Winner{{Party: notice.Party{Name: "Bâti SARL"}}}}}
	h := server(t, list...)
	var p struct {
		Total   int
		Parties []struct {
			Key, Name, URL string
			Count          int
		}
	}
	into(t, h, "/api/v1/buyers?q=exemple&departement=44", &p)
	if p.Total != 1 || p.Parties[0].Key != "35600000000048" || p.Parties[0].Count != 2 {
		t.Fatalf("%+v", p)
	}
	var one struct {
		Name         string
		Count        int
		Open, Latest struct{ Total int }
		Partners     []struct{ Value, URL string }
	}
	res := into(t, h, p.Parties[0].URL, &one)
	// 26-3 and 26-6 had a deadline on the day before.
	if one.Name != "Commune de Saint-Exemple" || one.Count != 6 || one.Open.Total != 4 || one.Latest.Total != 6 || len(one.Partners) != 1 || one.Partners[0].URL != "/api/v1/suppliers/bati-sarl" {
		t.Errorf("%+v", one)
	}
	if again := get(t, h, p.Parties[0].URL, "If-None-Match", res.Header.Get("ETag")); again.StatusCode != 304 {
		t.Errorf("a known tag gives %d", again.StatusCode)
	}
	into(t, h, "/api/v1/suppliers/bati-sarl", &one)
	if one.Count != 1 {
		t.Errorf("%+v", one)
	}
}

// TestRoutesAreDescribed: every route says what it takes and gives, and refuses what it does not know.
func TestRoutesAreDescribed(t *testing.T) {
	catalogue := field.NewCatalogue()
	api := &native.API{Door: &search.Door{Store: memory.New(catalogue), Fields: catalogue}, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
	h := api.Handler()
	ids := map[string]bool{}
	for _, r := range api.Routes() {
		if ids[r.ID] || r.ID == "" || r.Doc == "" || r.Tag == "" || len(r.Answers) == 0 || r.Cache == "" || len(r.Errors) == 0 {
			t.Errorf("%s is not described: %+v", r.Pattern, r)
		}
		ids[r.ID] = true
		path := strings.ReplaceAll(r.Path(), "...}", "}")
		for _, p := range r.Params {
			if p.Doc == "" || p.Type == "" || p.In != "query" && p.In != "path" {
				t.Errorf("%s: parameter %s is not described", r.Pattern, p.Name)
			}
			if p.In == "path" {
				if !strings.Contains(path, "{"+p.Name+"}") {
					t.Errorf("%s has no %s", r.Pattern, p.Name)
				}
				path = strings.Replace(path, "{"+p.Name+"}", p.Example, 1)
			}
		}
		if strings.Contains(path, "{") {
			t.Errorf("%s: a part of the path is not described", r.Pattern)
		}
		res := get(t, h, path+"?no_such_parameter=1")
		if body, _ := io.ReadAll(res.Body); res.StatusCode != 400 || !strings.Contains(string(body), "no_such_parameter") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}

// TestPagesTellOfChanges: a page behind an update goes on and says so.
func TestPagesTellOfChanges(t *testing.T) {
	catalogue := field.NewCatalogue()
	db := memory.New(catalogue)
	put := func(list ...*notice.Notice) {
		tx, err := db.Begin(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Put(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Commit(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}
	put(thirty()...)
	api := &native.API{Door: &search.Door{Store: db, Fields: catalogue}, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
	h := api.Handler()
	first := list(t, h, "/api/v1/notices?limit=10")
	codes := list(t, h, "/api/v1/codes/cpv?limit=10")
	if _, told := first.Meta["first_revision"]; told {
		t.Error("the first page speaks of another one")
	}
	put(invented(31, notice.V325))
	second := list(t, h, first.Links["next"])
	if second.Meta["first_revision"] != 1.0 || second.Meta["revision"] != 2.0 || second.Total != 31 {
		t.Errorf("%+v", second.Meta)
	}
	if res := get(t, h, codes.Links["next"]); res.StatusCode != 400 {
		t.Errorf("the cursor of an earlier state gives %d", res.StatusCode)
	}
}
