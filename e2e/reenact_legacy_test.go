package e2e_test

import (
	"encoding/xml"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Clients of DILA's first API, which has been silent since 2022: what each asked, and what it read of the answers.

const legacyBase = "/opendata/api-boamp/annonces/"

// legacyPage is a search answer, all of it.
type legacyPage struct {
	Retournes int          `json:"nbItemsRetournes" xml:"nbItemsRetournes,attr"`
	Existants int          `json:"nbItemsExistants" xml:"nbItemsExistants,attr"`
	Item      []legacyItem `json:"item" xml:"item"`
}

type legacyItem struct {
	ID          string `json:"id" xml:"id,attr"`
	Value       string `json:"value" xml:"value,attr"`
	Schema      string `json:"schema" xml:"schema,attr"`
	Description string `json:"description" xml:"description,attr"`
}

func (page legacyPage) ids() (list []string) {
	for _, i := range page.Item {
		list = append(list, i.Value)
	}
	return list
}

func (p portal) criterion(t *testing.T, criterion string, pairs ...string) (page legacyPage) {
	t.Helper()
	q := url.Values{"criterion": {criterion}}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	p.read(t, legacyBase+"search", q, &page)
	if page.Retournes != len(page.Item) || page.Existants < page.Retournes {
		t.Fatalf("%s: %d items, %d returned, %d exist", criterion, len(page.Item), page.Retournes, page.Existants)
	}
	return page
}

// finds holds what a criterion finds against the records.
func (p portal) finds(t *testing.T, criterion string, holds func(r raw) bool) {
	t.Helper()
	got := p.criterion(t, criterion).ids()
	slices.Sort(got)
	same(t, criterion, got, p.holding(holds))
}

// quickStart: counts by criteria, then every notice in the version that its schema names, as JSON and as XML.
func quickStart(t *testing.T, p portal) {
	v2 := func(r raw) bool { return r.str("source_schema") == "Boamp_v230.xsd" }
	all := p.criterion(t, "#all")
	if all.Existants != len(p.records) {
		t.Errorf("#all finds %d of %d", all.Existants, len(p.records))
	}
	p.finds(t, "source_cat: v2", v2)
	for kind, n := range p.counts("nature", v2) {
		if n > 0 && kind != "" {
			p.finds(t, "source_cat: v2 nature:"+kind, func(r raw) bool { return v2(r) && r.str("nature") == kind })
		}
	}
	some := func(r raw) bool {
		return v2(r) || strings.HasPrefix(r.str("source_schema"), "Boamp_v110") || strings.HasPrefix(r.str("source_schema"), "Boamp_v010")
	}
	const before = "(source_cat:v0 OR source_cat:v1 OR source_cat:v2)"
	p.finds(t, before+" AND numeroregion:42", func(r raw) bool {
		return some(r) && (r.has("code_departement", "67") || r.has("code_departement", "68"))
	})
	p.finds(t, before+" AND famille_cat:JOUE AND famille_cat:FNS", func(r raw) bool { return some(r) && (r.str("famille") == "JOUE" || r.str("famille") == "FNS") })
	for _, i := range all.Item[:min(60, len(all.Item))] {
		version := i.Schema[len(i.Schema)-8 : len(i.Schema)-4]
		var notice map[string]any
		p.read(t, legacyBase+version+"/"+i.Value, nil, &notice)
		if notice["gestion"] == nil && notice["annonce"] == nil && version != "v010" && version != "orms" {
			t.Errorf("%s %s holds %d members, neither gestion nor annonce", version, i.Value, len(notice))
		}
		header, body := p.text(t, legacyBase+version+"/"+i.Value, nil, "Accept", "application/xml")
		if err := xml.Unmarshal([]byte(body), new(struct{})); err != nil || !strings.HasPrefix(header.Get("Content-Type"), "application/xml") {
			t.Errorf("%s %s as XML: %v", version, i.Value, err)
		}
	}
	header, body := p.text(t, legacyBase+"search", url.Values{"criterion": {"#all"}}, "Accept", "application/xml")
	var other legacyPage
	if err := xml.Unmarshal([]byte(body), &other); err != nil || !slices.Equal(other.Item, all.Item) || !strings.HasPrefix(header.Get("Content-Type"), "application/xml") {
		t.Errorf("the search as XML: %v, %d items", err, len(other.Item))
	}
}

// boampExtractor: a month of awards, in French slashes.
func boampExtractor(t *testing.T, p portal) {
	from, to := p.middle("dateparution"), "2100-01-31"
	slashed := strings.NewReplacer("-", "/")
	p.finds(t, "nature_cat=attribution AND dateparution>="+slashed.Replace(from)+" AND dateparution<="+slashed.Replace(to),
		func(r raw) bool { return r.str("nature") == "ATTRIBUTION" && r.str("dateparution") >= from })
}

// boampDepartment: a department and a month, in parentheses.
func boampDepartment(t *testing.T, p portal) {
	dep, month := p.often("code_departement")[0], p.often("dateparution")[0][:7]
	p.finds(t, "(numerodepartement:"+dep+" AND dateparution:"+strings.Replace(month, "-", "/", 1)+")",
		func(r raw) bool {
			return r.has("code_departement", dep) && strings.HasPrefix(r.str("dateparution"), month)
		})
}

// boampAPISearch: days without signs and a word.
func boampAPISearch(t *testing.T, p portal) {
	day := p.middle("dateparution")
	page := p.criterion(t, "dateparution>="+strings.ReplaceAll(day, "-", "")+" "+p.word())
	later := p.holding(func(r raw) bool { return r.str("dateparution") >= day })
	for _, id := range page.ids() {
		if _, ok := slices.BinarySearch(later, id); !ok {
			t.Errorf("%s is from before %s", id, day)
		}
	}
	if page.Existants == 0 {
		t.Errorf("no notice has the word %s since %s", p.word(), day)
	}
}

// harvester: page by page from the end of the list, as the one careful client did, and a criterion that broke the old service.
func harvester(t *testing.T, p portal) {
	const size = 20
	criterion := "dateparution>2000/01/01" + strings.Repeat(" ET dateparution>2000/01/01", 20)
	first := p.criterion(t, criterion, "nbItemParPage", "1").Existants
	var ids []string
	for at := first - size + 1; at > 1-size; at -= size {
		page := p.criterion(t, criterion, "curseur", strconv.Itoa(max(at, 1)), "nbItemParPage", strconv.Itoa(min(size, at+size-1)))
		ids = append(ids, page.ids()...)
	}
	slices.Sort(ids)
	same(t, "pages from the end", ids, p.holding(func(r raw) bool { return r.str("dateparution") > "2000-01-01" }))
}
