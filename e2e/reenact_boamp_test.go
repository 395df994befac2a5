package e2e_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// muninnSearch collects what Search of muninn does, and compares it with what its Count says.
func muninnSearch(t *testing.T, p portal, where string) []raw {
	t.Helper()
	var all []raw
	for offset := 0; offset < 10000; offset += 100 {
		q := url.Values{"limit": {"100"}}
		if where != "" {
			q.Set("where", where)
		}
		if offset > 0 {
			q.Set("offset", strconv.Itoa(offset))
		}
		var page recordPage
		p.read(t, dataset+"/records", q, &page)
		all = append(all, page.Results...)
		if len(page.Results) < 100 || len(all) >= page.Total {
			q.Set("limit", "1")
			q.Del("offset")
			var one recordPage
			if p.read(t, dataset+"/records", q, &one); one.Total != len(all) || one.Total != page.Total || len(one.Results) != min(1, one.Total) {
				t.Errorf("%s: count %d, total %d, %d records", where, one.Total, page.Total, len(all))
			}
			break
		}
	}
	return all
}

// muninn (Go, github.com/kvitrvn/muninn, package boamp): pages of 100 while they are full and offset < 10000, Count with limit=1,
// FetchSchema. The module is not on the module proxy (v0.2.8: 403, "not available"), hence re-enacted.
func muninn(t *testing.T, p portal) {
	search := func(where string) []raw { return muninnSearch(t, p, where) }
	all := search("")
	same(t, "everything", idsOf(all), p.holding(func(raw) bool { return true }))
	readable(t, all)
	d, from, until := p.often("code_departement")[:2], p.middle("dateparution"), p.middle("datelimitereponse")
	same(t, "departments and dates", idsOf(search(`(code_departement="`+d[0]+`" OR code_departement="`+d[1]+`") AND dateparution >= "`+from+`"`)),
		p.holding(func(r raw) bool {
			return (r.has("code_departement", d[0]) || r.has("code_departement", d[1])) && r.str("dateparution") >= from
		}))
	same(t, "deadline", idsOf(search(`datelimitereponse <= "`+until+`"`)), p.holding(func(r raw) bool { return !r.null("datelimitereponse") && !deadline(r).After(day(until)) }))
	word := p.word()
	same(t, "title like "+word, idsOf(search(`(objet like "`+word+`")`)), p.holding(func(r raw) bool { return hasWord(r.str("objet"), word) }))
	found := idsOf(search(`("` + word + `" OR "mot qui n'existe pas")`))
	for _, id := range p.holding(func(r raw) bool { return slices.Contains(words(r.str("objet")), word) }) {
		if !slices.Contains(found, id) {
			t.Errorf("the words of all fields do not find %s by %s", id, word)
		}
	}
	if got := search(`(nature_categorise_libelle="Avis de marché")`); len(got) != 0 {
		t.Errorf("the label without its slash finds %d records", len(got))
	}
	var want []string
	if want = p.holding(func(r raw) bool { return hasWord(r.str("nature_categorise_libelle"), "rectifi") }); len(want) > 0 {
		same(t, "corrections", idsOf(search(`(nature_categorise_libelle="Avis de marché" OR nature_categorise_libelle like "rectifi")`)), want)
	}
	p.refused(t, dataset+"/records", url.Values{"limit": {"1"}, "offset": {"10000"}}, 400, "10001 was found but <= 10000")
	muninnSchema(t, p, all[0])
}

// readable checks that records can be read as muninn reads them.
func readable(t *testing.T, all []raw) {
	t.Helper()
	for _, r := range all {
		_, err1 := time.Parse(time.DateOnly, r.str("dateparution"))
		_, err2 := time.Parse(time.RFC3339, r.str("datelimitereponse"))
		var nested map[string]any
		err3 := json.Unmarshal([]byte(r.str("donnees")), &nested)
		if err1 != nil || err2 != nil && !r.null("datelimitereponse") || err3 != nil && !r.null("donnees") || len(r.list("code_departement")) == 0 && !r.null("code_departement") {
			t.Errorf("%s cannot be read: %v %v %v", r.str("idweb"), err1, err2, err3)
		}
	}
}

// muninnSchema does what FetchSchema does.
func muninnSchema(t *testing.T, p portal, record raw) {
	t.Helper()
	meta := ask[struct {
		Fields []struct{ Name, Type, Label string }
	}](t, p.s, dataset, nil)
	for _, f := range meta.Fields {
		if _, known := record[f.Name]; !known || f.Label == "" || f.Type != "text" && f.Type != "date" && f.Type != "datetime" {
			t.Errorf("field %+v", f)
		}
	}
	if len(meta.Fields) != 41 {
		t.Errorf("%d fields", len(meta.Fields))
	}
}

// boampAlert: the notices of one day by parts of the date, and the whole list of descriptors, whose id ends in an encoded slash.
func boampAlert(t *testing.T, p portal) {
	d, codes := p.often("dateparution")[0], p.often("dc")[:3]
	where := "date_format(dateparution, 'yyyy') = '" + d[:4] + "' and date_format(dateparution, 'MM') = '" + d[5:7] + "' and date_format(dateparution, 'dd') = '" + d[8:] +
		"' and (dc = \"" + strings.Join(codes, `" OR dc = "`) + `")`
	var page recordPage
	p.read(t, dataset+"/records", url.Values{"select": {"*"}, "where": {where}, "limit": {"99"}, "offset": {"0"}, "timezone": {"UTC"}, "include_links": {"false"}, "include_app_metas": {"false"}}, &page)
	want := p.holding(func(r raw) bool {
		return r.str("dateparution") == d && (r.has("dc", codes[0]) || r.has("dc", codes[1]) || r.has("dc", codes[2]))
	})
	if len(want) > 0 {
		same(t, where, idsOf(page.Results), want)
	}
	for _, r := range page.Results {
		var donnees map[string]any
		if err := json.Unmarshal([]byte(r.str("donnees")), &donnees); err != nil || len(donnees) != 1 || len(r) != 41 || len(r.list("descripteur_libelle")) == 0 {
			t.Errorf("%s: %v, %d fields, descriptors %v", r.str("idweb"), err, len(r), r["descripteur_libelle"])
		}
	}
	path := "/api/explore/v2.1/catalog/datasets/liste-mots-descripteurs-boamp%2F/records"
	list := p.everywhere(t, path, url.Values{"order_by": {"mc_libelle"}, "timezone": {"UTC"}, "include_links": {"false"}, "include_app_metas": {"false"}}, 100)
	if len(list) < 300 || !slices.IsSortedFunc(list, func(a, b raw) int { return strings.Compare(a.str("mc_libelle"), b.str("mc_libelle")) }) {
		t.Errorf("%d descriptors, in order: no", len(list))
	}
}

// boampVeille: one request with in lists and open notices.
func boampVeille(t *testing.T, p portal) {
	dc, dep, today := p.often("dc"), p.often("code_departement"), p.middle("dateparution")
	where := `(dc in ("` + strings.Join(dc[:min(9, len(dc))], `","`) + `")) AND (code_departement in ("` + strings.Join(dep[:min(9, len(dep))], `","`) + `"))` +
		` AND ((datelimitereponse is not null AND datelimitereponse>='` + today + `') OR (datelimitereponse is null AND datefindiffusion>='` + today + `'))`
	var page recordPage
	p.read(t, dataset+"/records", url.Values{"where": {where}, "limit": {"100"}, "select": {"idweb,objet,nomacheteur,dateparution,datelimitereponse,code_departement,url_avis"}, "order_by": {"dateparution DESC"}}, &page)
	in := func(r raw, name string, list []string) bool {
		return slices.ContainsFunc(r.list(name), func(v string) bool { return slices.Contains(list, v) })
	}
	want := p.holding(func(r raw) bool {
		open := !deadline(r).Before(day(today))
		if r.null("datelimitereponse") {
			open = r.str("datefindiffusion") >= today
		}
		return in(r, "dc", dc[:min(9, len(dc))]) && in(r, "code_departement", dep[:min(9, len(dep))]) && open
	})
	if page.Total != len(want) || len(page.Results) != min(100, len(want)) || len(want) == 0 {
		t.Errorf("%s: %d, want %d", where, page.Total, len(want))
	}
	for i, r := range page.Results {
		if !slices.Contains(want, r.str("idweb")) || len(r) != 7 || i > 0 && r.str("dateparution") > page.Results[i-1].str("dateparution") || !strings.HasPrefix(r.str("url_avis"), "http") {
			t.Errorf("result %d: %v", i, r)
		}
	}
}

// boampMCP: chains of LIKE with %, refine by labels, one notice, deadlines in order; the filter on a SIRET is an error at the portal too.
func boampMCP(t *testing.T, p portal) {
	word, dep, from := p.word(), p.often("code_departement")[0], p.middle("dateparution")
	contains := func(v string) bool { return strings.Contains(strings.Join(words(v), " "), word) }
	search := func(where, refine string) (page recordPage) {
		q := url.Values{"limit": {"100"}, "offset": {"0"}, "order_by": {"dateparution DESC"}}
		for name, v := range map[string]string{"where": where, "refine": refine} {
			if v != "" {
				q.Set(name, v)
			}
		}
		p.read(t, dataset+"/records", q, &page)
		return page
	}
	keywords := `(objet LIKE '%` + word + `%' OR descripteur_libelle LIKE '%` + word + `%' OR donnees LIKE '%` + word + `%')`
	found := search(keywords, "")
	for _, r := range p.records {
		named := contains(r.str("objet")) || slices.ContainsFunc(r.list("descripteur_libelle"), contains)
		if named && found.Total <= 100 && !slices.Contains(idsOf(found.Results), r.str("idweb")) {
			t.Errorf("%s does not find %s", keywords, r.str("idweb"))
		}
	}
	page := search(`(code_departement="`+dep+`") AND dateparution >= date'`+from+`' AND dateparution <= date'2100-01-01'`, "")
	same(t, "departments from a day on", idsOf(page.Results), p.holding(func(r raw) bool { return r.has("code_departement", dep) && r.str("dateparution") >= from }))
	for _, name := range []string{"type_marche_facette", "procedure_libelle"} {
		v := p.often(name)[0]
		want := p.holding(func(r raw) bool { return slices.Contains(r.values(name), v) })
		if page = search("", name+":"+v); page.Total != len(want) || len(page.Results) != min(100, len(want)) {
			t.Errorf("refine=%s:%s: %d, want %d", name, v, page.Total, len(want))
		}
	}
	buyer := words(p.often("nomacheteur")[0])[0]
	page = search(`nomacheteur LIKE '%`+buyer+`%'`, "")
	want := p.holding(func(r raw) bool { return strings.Contains(strings.Join(words(r.str("nomacheteur")), " "), buyer) })
	if page.Total != len(want) {
		t.Errorf("buyers like %s: %d, want %d", buyer, page.Total, len(want))
	}
	for _, r := range p.records[:5] {
		var one recordPage
		if p.read(t, dataset+"/records", url.Values{"where": {`idweb="` + r.str("idweb") + `"`}, "limit": {"1"}}, &one); len(one.Results) != 1 || one.Results[0].str("objet") != r.str("objet") {
			t.Errorf("%s: %v", r.str("idweb"), one)
		}
	}
	p.refused(t, dataset+"/records", url.Values{"where": {`siret="12345678900011"`}, "limit": {"20"}}, 400, "Unknown field: siret")
	until := p.middle("datelimitereponse")
	from = day(until).AddDate(0, -6, 0).Format(time.DateOnly)
	var week recordPage
	p.read(t, dataset+"/records", url.Values{"where": {"datelimitereponse >= date'" + from + "' AND datelimitereponse <= date'" + until + "'"}, "order_by": {"datelimitereponse ASC"}, "limit": {"50"}}, &week)
	if n := len(p.holding(func(r raw) bool { return !deadline(r).Before(day(from)) && !deadline(r).After(day(until)) })); n == 0 || week.Total != n ||
		!slices.IsSortedFunc(week.Results, func(a, b raw) int { return deadline(a).Compare(deadline(b)) }) {
		t.Errorf("deadlines: %d, want %d, in order", week.Total, n)
	}
}

// boampServer: LIKE, a deadline, refine by the kind of contract, and the details of a notice without a limit.
func boampServer(t *testing.T, p portal) {
	word, until, kind := p.word(), p.middle("datelimitereponse"), p.often("type_marche")[0]
	where := `((objet LIKE '%` + word + `%' OR descripteur_libelle LIKE '%` + word + `%') OR (objet LIKE '%e%')) AND datelimitereponse >= date'` + until + `'`
	var page recordPage
	p.read(t, dataset+"/records", url.Values{"where": {where}, "limit": {"100"}, "order_by": {"datelimitereponse ASC"}, "refine": {"type_marche:" + kind}}, &page)
	want := p.holding(func(r raw) bool {
		return !r.null("objet") && !deadline(r).Before(day(until)) && r.has("type_marche", kind) && strings.Contains(strings.Join(words(r.str("objet")), " "), "e")
	})
	if page.Total != len(want) || len(want) == 0 {
		t.Errorf("%s: %d, want %d", where, page.Total, len(want))
	}
	p.refused(t, dataset+"/records", url.Values{"where": {`objet LIKE '%l'école%'`}}, 400, "unexpected é at position 15") // it does not escape quotes
}

// franceBOAMP: all pages of boamp-html, newest number first.
func franceBOAMP(t *testing.T, p portal) {
	pages := p.everywhere(t, "/api/explore/v2.1/catalog/datasets/boamp-html/records", url.Values{"order_by": {"idweb DESC"}, "where": {"html IS NOT NULL"}}, 100)
	for i, r := range pages {
		if len(r.str("html")) <= 100 || !strings.Contains(r.str("html"), "<") || i > 0 && r.str("idweb") >= pages[i-1].str("idweb") {
			t.Errorf("%d, %s: %d bytes of HTML", i, r.str("idweb"), len(r.str("html")))
		}
	}
	same(t, "pages of HTML", idsOf(pages), p.holding(func(raw) bool { return true }))
}

// veilleBOAMP: exports with names that the data set does not have; the reasons must be readable.
func veilleBOAMP(t *testing.T, p portal) {
	q := url.Values{"select": {"id_boamp,dateparution,objet"}, "limit": {"100"}, "lang": {"fr"}, "timezone": {"Europe/Paris"}, "where": {`datelimitereponse >= "2026-01-01"`},
		"refine": {"nature_categorise_libelle:Avis de marché", "code_departement:06"}}
	p.refused(t, dataset+"/exports/json", q, 400, "Unknown field: id_boamp. Clause(s) containing the error(s): select.")
	q["select"], q["refine"] = []string{"idweb"}, []string{"nature_categorise_libelle:Avis de marché", "cpv:71221"}
	p.refused(t, dataset+"/exports/json", q, 400, "Unknown field: cpv. Clause(s) containing the error(s): refine.")
	dep := p.often("code_departement")[0]
	q["refine"], q["where"] = []string{"nature_categorise_libelle:Avis de marché", "code_departement:" + dep}, []string{`dateparution >= "2000-01-01"`}
	var list []raw
	p.read(t, dataset+"/exports/json", q, &list, "Accept", "application/json")
	same(t, "calls of a department", idsOf(list), p.holding(func(r raw) bool {
		return strings.HasPrefix(r.str("nature_categorise_libelle"), "Avis de marché/") && r.has("code_departement", dep)
	}))
}

// marchia: q is ignored, the order is that of a technical field, the data set joue may be missing.
func marchia(t *testing.T, p portal) {
	var with, without recordPage
	q := url.Values{"limit": {"100"}, "offset": {"0"}, "order_by": {"-record_timestamp"}}
	p.read(t, dataset+"/records", q, &without)
	q.Set("q", "menuiserie Marseille")
	p.read(t, dataset+"/records", q, &with)
	if with.Total != len(p.records) || len(with.Results) != 100 || !slices.Equal(idsOf(with.Results), idsOf(without.Results)) {
		t.Errorf("q has an effect: %d of %d", with.Total, len(p.records))
	}
	p.refused(t, strings.Replace(dataset, "boamp", "joue", 1)+"/records", q, 404, "The requested dataset joue does not exist.")
}
