package e2e_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// v1Page is a page of version 1, all of it.
type v1Page struct {
	Hits       int            `json:"nhits"`
	Parameters map[string]any `json:"parameters"`
	Records    []struct {
		Dataset   string    `json:"datasetid"`
		ID        string    `json:"recordid"`
		Fields    raw       `json:"fields"`
		Timestamp time.Time `json:"record_timestamp"`
	} `json:"records"`
	Groups []struct {
		Name   string `json:"name"`
		Facets []struct {
			Name, Path, State string
			Count             int
		} `json:"facets"`
	} `json:"facet_groups"`
}

const v1Search = "/api/records/1.0/search/"

// fields gives the records of a page.
func (page v1Page) fields() (list []raw) {
	for _, r := range page.Records {
		list = append(list, r.Fields)
	}
	return list
}

// sorted is true when days descend, which is what sort=dateparution means in version 1.
func (page v1Page) sorted(sign int) bool {
	return slices.IsSortedFunc(page.fields(), func(a, b raw) int { return sign * strings.Compare(b.str("dateparution"), a.str("dateparution")) })
}

// leMarche: many rows with five refines, newest first.
func leMarche(t *testing.T, p portal) {
	month, kind := p.often("dateparution")[0][:7], p.often("procedure_categorise")[0]
	q := url.Values{"dataset": {"boamp"}, "rows": {"3000"}, "sort": {"dateparution"}, "refine.dateparution": {strings.Replace(month, "-", "/", 1)}, "refine.etat": {"INITIAL"},
		"refine.nature_categorise_libelle": {"Avis de marché"}, "refine.procedure_categorise": {kind}}
	holds := func(r raw) bool {
		return strings.HasPrefix(r.str("dateparution"), month) && r.str("etat") == "INITIAL" && strings.HasPrefix(r.str("nature_categorise_libelle"), "Avis de marché/") &&
			r.str("procedure_categorise") == kind
	}
	var page v1Page
	p.read(t, v1Search, q, &page)
	if len(p.holding(holds)) > 0 {
		same(t, q.Encode(), idsOf(page.fields()), p.holding(holds))
	}
	for _, name := range []string{"refine.dateparution", "refine.etat", "refine.procedure_categorise"} {
		q.Del(name)
	}
	p.read(t, v1Search, q, &page)
	same(t, q.Encode(), idsOf(page.fields()), p.holding(func(r raw) bool { return strings.HasPrefix(r.str("nature_categorise_libelle"), "Avis de marché/") }))
	if !page.sorted(1) {
		t.Error("not newest first")
	}
}

// boampScraper: one notice and its HTML by number, then lists year by year, with what it makes of the address of a search page.
func boampScraper(t *testing.T, p portal) {
	for _, r := range p.records[:5] {
		id := r.str("idweb")
		for _, set := range []string{"boamp", "boamp-html"} {
			var page v1Page
			p.read(t, v1Search+"?q=idweb:%22"+id+"%22&rows=1&dataset="+set+"&timezone=Europe%2FBerlin&lang=fr", nil, &page)
			if page.Hits != 1 || len(page.Records) != 1 || page.Records[0].Fields.str("idweb") != id || page.Records[0].Dataset != set {
				t.Fatalf("%s in %s: %+v", id, set, page)
			}
			f := page.Records[0].Fields
			var donnees map[string]any
			if err := json.Unmarshal([]byte(f.str("donnees")), &donnees); set == "boamp" && !r.null("donnees") && (err != nil || f.str("donnees") != r.str("donnees")) {
				t.Errorf("donnees of %s: %v", id, err)
			}
			if set == "boamp-html" && !strings.Contains(f.str("html"), "<") {
				t.Errorf("html of %s: %.100s", id, f.str("html"))
			}
			for name, v := range f {
				if v == nil {
					t.Errorf("%s: the null %s is not left out", id, name)
				}
			}
		}
	}
	kinds, dep, year := p.often("type_avis"), p.often("code_departement")[0], p.middle("dateparution")[2:4]
	q := url.Values{"dataset": {"boamp"}, "timezone": {"Europe/Paris"}, "lang": {"fr"}, "sort": {"-dateparution"}, "refine.code_departement": {dep}, "rows": {"10"}}
	q.Set("q", `(type_avis:("`+strings.Join(kinds[:min(2, len(kinds))], `" OR "`)+`") AND (dateparution:[2000-01-01 TO 2100-01-01])) AND idweb:`+year+`*`)
	var all []raw
	for {
		q.Set("start", strconv.Itoa(len(all)))
		var page v1Page
		p.read(t, v1Search, q, &page)
		if len(page.Records) == 0 {
			break
		}
		if !page.sorted(-1) {
			t.Error("sort=-dateparution is not oldest first")
		}
		all = append(all, page.fields()...)
	}
	want := p.holding(func(r raw) bool {
		return strings.HasPrefix(r.str("idweb"), year) && r.has("code_departement", dep) && slices.ContainsFunc(kinds[:min(2, len(kinds))], func(k string) bool { return r.has("type_avis", k) })
	})
	if !slices.Equal(idsOf(all), want) {
		t.Errorf("%s\n got  %v\n want %v", q.Encode(), idsOf(all), want)
	}
}

// apiFrance reads the fields by version 2.0, asks version 2.1 with a function that does not exist, and falls back to version 1.
func apiFrance(t *testing.T, p portal) {
	schema := ask[struct {
		Dataset struct{ Fields []struct{ Name string } }
	}](t, p.s, "/api/v2/catalog/datasets/boamp", nil)
	names := map[string]bool{}
	for _, f := range schema.Dataset.Fields {
		names[f.Name] = true
	}
	for _, name := range []string{"dateparution", "objet", "url_avis", "code_departement", "id", "nature", "type_procedure", "type_marche"} {
		if !names[name] {
			t.Errorf("no field %s", name)
		}
	}
	dep := p.often("code_departement")[:2]
	var page recordPage
	q := url.Values{"q": {"formation"}, "where": {"(code_departement IN ('" + dep[0] + "','" + dep[1] + "')) AND dateparution >= '2000-01-01'"}, "order_by": {"-dateparution"}, "limit": {"100"}, "offset": {"0"}}
	p.read(t, dataset+"/records", q, &page)
	if n := len(p.holding(func(r raw) bool { return r.has("code_departement", dep[0]) || r.has("code_departement", dep[1]) })); page.Total != n {
		t.Errorf("%s: %d, want %d", q.Encode(), page.Total, n)
	}
	q.Set("where", "(string(cpv) LIKE '80%' OR string(cpv) LIKE '%80%')")
	p.refused(t, dataset+"/records", q, 400, "unexpected ( at position 7")
	q = url.Values{"where": {"dateparution >= '2000-01-01'"}, "order_by": {"relevance"}, "limit": {"10"}, "offset": {"0"}}
	p.refused(t, dataset+"/records", q, 400, "Unknown field: relevance")
	var old v1Page
	p.read(t, v1Search, url.Values{"dataset": {"boamp"}, "rows": {"100"}, "start": {"0"}, "refine.code_departement": {dep[0]}}, &old)
	same(t, "the fallback", idsOf(old.fields()), p.holding(func(r raw) bool { return r.has("code_departement", dep[0]) })[:old.Hits])
	res, body := p.s.get(t, v1Search+"?dataset=boamp&refine.cpv=80500000")
	if res.StatusCode != 400 || body != `{"error": "Unknown field: cpv in refine.cpv."}` {
		t.Errorf("refine.cpv: %d %s", res.StatusCode, body)
	}
}

// searchPage: what the search page of www.boamp.fr asks of version 1 through ods-widgets: all its facets, the fields in which several
// values are alternatives, open notices, ranges of days, newest first.
func searchPage(t *testing.T, p portal) {
	today, from, kinds := p.middle("dateparution"), p.middle("dateparution"), p.often("type_marche")
	q := url.Values{"dataset": {"boamp"}, "timezone": {"Europe/Paris"}, "lang": {"fr"}, "rows": {"100"}, "start": {"0"}, "sort": {"dateparution"}, "refine.type_marche": kinds[:2]}
	for _, name := range []string{"type_marche", "descripteur_code", "dc", "code_departement", "type_avis", "famille"} {
		q.Set("disjunctive."+name, "true")
	}
	facets := []string{"famille", "code_departement", "famille_libelle", "perimetre", "procedure_categorise", "nature_categorise_libelle", "criteres", "marche_public_simplifie",
		"marche_public_simplifie_label", "etat", "descripteur_code", "descripteur_libelle", "type_marche", "type_marche_facette", "type_avis", "dateparution"}
	q["facet"] = facets
	q.Set("q.filtre_etat", `(NOT #null(datelimitereponse) AND datelimitereponse>="`+today+`") OR (#null(datelimitereponse) AND datefindiffusion>="`+today+`")`)
	q.Set("q.timerange.dateparution", `dateparution:[`+from+` TO 2100-01-01]`)
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	midnight, _ := time.ParseInLocation(time.DateOnly, today, paris)
	holds := func(r raw) bool {
		open := !deadline(r).Before(midnight)
		if r.null("datelimitereponse") {
			open = r.str("datefindiffusion") >= today
		}
		return open && r.str("dateparution") >= from && (r.has("type_marche", kinds[0]) || r.has("type_marche", kinds[1]))
	}
	var page v1Page
	p.read(t, v1Search, q, &page, "ODS-Widgets-Version", "2.0.11")
	want := p.holding(holds)
	if page.Hits != len(want) || len(page.Records) != min(100, len(want)) || len(want) == 0 || !page.sorted(1) {
		t.Errorf("%d hits, %d records, want %d, newest first: %v", page.Hits, len(page.Records), len(want), page.sorted(1))
	}
	for _, g := range page.Groups {
		got := map[string]int{}
		for _, f := range g.Facets {
			got[f.Path] = f.Count
			if g.Name == "type_marche" && slices.Contains(kinds[:2], f.Path) != (f.State == "refined") {
				t.Errorf("state of type_marche %+v", f)
			}
		}
		if slices.Contains([]string{"famille", "etat", "type_avis", "criteres", "famille_libelle"}, g.Name) && !maps.Equal(got, p.counts(g.Name, holds)) {
			t.Errorf("facet %s\n got  %v\n want %v", g.Name, got, p.counts(g.Name, holds))
		}
	}
	if len(page.Groups) < 10 || page.Parameters["timezone"] != "Europe/Paris" || page.Parameters["lang"] != "fr" {
		t.Errorf("%d groups of facets, parameters %v", len(page.Groups), page.Parameters)
	}
}
